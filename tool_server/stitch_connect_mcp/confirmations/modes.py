"""The modes of confirmation: which ways of asking there are, and in which order they are tried.

What each proves: `token`, that a preview ran (the model answers it itself); `form`, that the
client answered; `terminal`, that somebody at a terminal did.
"""

from collections.abc import Mapping

from .rows import Channel

SWITCH = "STITCH_CONNECT_CONFIRM"

MODES: Mapping[str, tuple[Channel, ...]] = {
    "auto": (Channel.FORM, Channel.TERMINAL),
    "form": (Channel.FORM,),
    "token": (Channel.TOKEN,),
    "approve": (Channel.TERMINAL,),
    "deny": (),
}
OVER_HTTP: Mapping[str, tuple[Channel, ...]] = {**MODES, "auto": (Channel.FORM,)}
"""Over HTTP the person is elsewhere: nobody sits at the terminal of the server."""
