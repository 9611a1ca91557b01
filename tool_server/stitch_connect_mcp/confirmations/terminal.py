"""`approve`, `deny` and `pending`: a person answers for a call, where no assistant can.

The person must be at a terminal: the answer is read from it and not from standard input, there is
no option that says yes, and inside the shell of an assistant nothing is approved.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from .rows import Channel, Row, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .store import Store

TERMINAL = "/dev/tty"
ASSISTANTS = {
    "CLAUDECODE": "Claude Code",
    "CODEX_SANDBOX": "Codex",
    "CODEX_THREAD_ID": "Codex",
    "CURSOR_AGENT": "Cursor",
    "GEMINI_CLI": "Gemini CLI",
    "OPENCODE": "opencode",
    "AI_AGENT": "an assistant",
}
"""Variables that assistants set in the shells that they run."""
DENIED = "A person denied it at a terminal. Nothing was sent to Stitch."
MODES = ("approve", "deny", "pending")


class NotAnswered(Exception):
    """Nothing was decided; the message says why."""


@contextmanager
def terminal() -> "Iterator[IO[str]]":
    """Open the terminal that controls this process.

    Raises:
        NotAnswered: There is none.
    """
    try:
        opened = open(TERMINAL, "r+b", buffering=0)  # noqa: SIM115
    except OSError:
        raise NotAnswered("approve needs a terminal; run it in one yourself") from None
    import io

    with io.TextIOWrapper(opened, write_through=True) as found:
        yield found


def approve(
    store: "Store", row_id: str, env: Mapping[str, str], now: Callable[[], float] = time.time
) -> str:
    """Ask at the terminal; return what was decided.

    Raises:
        NotAnswered: An assistant's shell, no terminal, no such question, or another name typed.
    """
    for variable, assistant in ASSISTANTS.items():
        if env.get(variable):
            raise NotAnswered(
                f"this is a shell of {assistant} ({variable} is set); "
                "approve it in a terminal of your own"
            )
    row = _open_row(store, row_id, now())
    with terminal() as person:
        person.write(f"{row.wording}\nType {row.typed} to approve, anything else to leave it: ")
        typed = person.readline().rstrip("\r\n")
    if typed != row.typed:
        raise NotAnswered("that is not what was asked for; nothing was approved")
    if not store.move(row.id, State.PENDING, State.APPROVED, now()):
        raise NotAnswered(f"{row.id} was answered elsewhere, or its 10 minutes are over")
    return f"Approved {row.id}. The assistant's next call carries it out."


def deny(store: "Store", row_id: str, now: Callable[[], float] = time.time) -> str:
    """Deny a question; return what was decided.

    Raises:
        NotAnswered: There is no such question.
    """
    row = _open_row(store, row_id, now())
    if not store.move(row.id, State.PENDING, State.DENIED, now(), DENIED):
        raise NotAnswered(f"{row.id} was answered elsewhere, or its 10 minutes are over")
    return f"Denied {row.id}: {row.wording}"


def pending(store: "Store", now: Callable[[], float] = time.time) -> str:
    """Return the questions that wait for a terminal, one a line."""
    moment = now()
    waiting = [f"{row.id}  {_left(row, moment)}  {row.wording}" for row in store.waiting(moment)]
    return "\n".join(waiting) or "Nothing waits for an answer."


def _left(row: Row, now: float) -> str:
    return f"{max(0, round((row.expires_at - now) / 60))} min left"


def _open_row(store: "Store", row_id: str, now: float) -> Row:
    row = store.find(row_id.strip().lower(), now)
    if row is None:
        raise NotAnswered(f"nothing waits by the id {row_id!a}; `pending` lists what does")
    if row.state is not State.PENDING:
        raise NotAnswered(f"{row.id} is {row.state} already")
    if row.channel is not Channel.TERMINAL:
        raise NotAnswered(f"{row.id} is asked in the assistant; answer it there")
    return row
