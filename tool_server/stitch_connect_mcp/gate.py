"""The gate: the only way to a destructive call.

1. The target is read and put into words; its state is fingerprinted (the revision).
2. One row per confirmation, bound to tool, arguments, account, caller and revision. While it lives,
   a repeat of the call is answered from it.
3. A person is asked: through the question that a modern client gets as a result, through
   elicitation from a legacy one. A client that can do neither gets the preview and a refusal that
   names the switch. In token mode the model gets a single-use token: that proves that a preview
   ran, not that a person agreed.
4. The target is read again; another revision is refused.
5. The row is claimed by one conditional update, and only who claimed it acts, shielded from
   cancellation and holding the permit that the client's `before_send` hook demands.

Whatever else happens, nothing is sent.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
from mcp.types import CallToolResult, InputRequiredResult

from .permit import permit
from .questions import NOT_DONE, STALE, Asked, Refused, ask
from .results import Outcome, refusal, render
from .store import Row, State, Store
from .target import Target, digest

if TYPE_CHECKING:
    from .calls import Call
    from .registry import ToolSpec


class Gate:
    """Asks, remembers and acts at most once.

    Arguments:
        store: Keeps the confirmations.
        mode: `auto` or `token`, see :class:`~stitch_connect_mcp.settings.Settings`.
        now: Seconds since the epoch. Real time: a person answers in it, whatever clock the
            sandbox runs on.
        caller: Who calls; a confirmation of one caller is nothing to another.
    """

    def __init__(
        self,
        store: Store,
        mode: str = "auto",
        now: Callable[[], float] = time.time,
        caller: str = "local",
    ) -> None:
        self._store = store
        self._mode = mode
        self._now = now
        self._caller = caller

    async def run(
        self,
        call: "Call",
        spec: "ToolSpec",
        arguments: dict[str, Any],
        dry_run: bool,
        confirm: str | None,
    ) -> CallToolResult | InputRequiredResult:
        """Take one gated call through the gate, or as far as it gets."""
        target = await spec.read_target(call, **arguments)
        if dry_run:
            return render(Outcome(status="preview", what=f"{target.wording} {NOT_DONE}"))
        answering = confirm is not None or call.ctx.request_state is not None
        key = digest([spec.name, arguments, target.account, self._caller])
        row = self._store.live(key, self._now())
        if row is not None and row.state is not State.PENDING:
            return self._told(row, answering)
        if row is not None and row.revision != target.revision:
            self._store.move(row.id, State.PENDING, State.EXPIRED, self._now())
            if answering:
                return self._refuse(_CHANGED)
            row = None
        if row is None and answering:
            return self._refuse(STALE)
        if target.blocked:
            return self._refuse(target.blocked)
        row = row or self._store.open(key, target.revision, self._now())
        verdict = await ask(call, row, target, confirm, self._mode)
        if isinstance(verdict, Asked):
            return verdict.result
        if isinstance(verdict, Refused):
            return self._deny(row, verdict)
        return await self._act(call, spec, arguments, row)

    def _deny(self, row: Row, verdict: Refused) -> CallToolResult:
        if verdict.denies:
            self._store.move(row.id, State.PENDING, State.DENIED, self._now(), verdict.why)
        return self._refuse(verdict.why)

    async def _act(
        self, call: "Call", spec: "ToolSpec", arguments: dict[str, Any], row: Row
    ) -> CallToolResult:
        target = await spec.read_target(call, **arguments)
        if target.revision != row.revision:
            self._store.move(row.id, State.PENDING, State.EXPIRED, self._now())
            return self._refuse(_CHANGED)
        if not self._store.move(row.id, State.PENDING, State.CLAIMED, self._now()):
            left = self._store.live(row.key, self._now())
            return self._told(left, answering=True) if left else self._refuse(STALE)
        with anyio.CancelScope(shield=True), permit(spec.operation.id, target.id):
            result = await self._acted(call, spec, target, row)
        return result  # noqa: RET504  (the scope may end the block)

    async def _acted(
        self, call: "Call", spec: "ToolSpec", target: Target, row: Row
    ) -> CallToolResult:
        try:
            outcome = await spec.act(call, target)
        except BaseException:
            self._store.move(row.id, State.CLAIMED, State.FAILED, self._now())
            raise
        self._store.move(row.id, State.CLAIMED, State.DONE, self._now(), outcome.what)
        return render(outcome)

    def _told(self, row: Row, answering: bool) -> CallToolResult:
        if row.state is State.DONE and not answering:
            return render(Outcome(status="done", what=f"{row.note} Done before; not done again."))
        return self._refuse(_ENDED[row.state].format(note=row.note))

    def _refuse(self, why: str) -> CallToolResult:
        return refusal(Outcome(status="refused", what=why))


_CHANGED = f"The target changed after the question was asked. {NOT_DONE} Call again to ask anew."
_ENDED = {
    State.CLAIMED: "This call is being carried out; look at the target before anything else.",
    State.DONE: "This confirmation was used: {note} Nothing was done again.",
    State.FAILED: "This call was confirmed and failed; look at the target before anything else. "
    "It can be asked anew 10 minutes after the question.",
    State.DENIED: "{note} That answer stands for 10 minutes after the question.",
}
