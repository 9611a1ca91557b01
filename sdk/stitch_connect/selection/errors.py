"""What can go wrong with a plan; each error says what was sent and what was not."""

from typing import TYPE_CHECKING, Any, NamedTuple

from stitch_connect_runtime.errors import InvalidArgument, StitchError

from .refusals import MOST_SHOWN, Refusal, quoted

if TYPE_CHECKING:
    from .plan import SelectionPlan


class SelectionRefused(InvalidArgument):
    """What was asked for cannot be done or would fail later; nothing was sent.

    `refusals` are all there are; the message shows the first of them.
    """

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        shown = "".join(f"\n  {refusal}" for refusal in refusals[:MOST_SHOWN])
        more = f"\n  and {len(refusals) - MOST_SHOWN} more" if len(refusals) > MOST_SHOWN else ""
        super().__init__(f"refused, and nothing was sent:{shown}{more}")
        self.refusals = refusals


class Difference(NamedTuple):
    """A setting that is not as expected.

    `setting` is its name in the API, or empty where it is about the rest of the stream, of which a
    plan keeps no more than whether it is the same.
    """

    stream: str
    field: str | None
    setting: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        where = quoted(self.stream) + (f", field {quoted(self.field)}" if self.field else "")
        if not self.setting:
            return f"{where}: {self.expected}, {self.found}"
        return f"{where}: {self.setting} is {self.found!r}, expected was {self.expected!r}"


def _told(differences: tuple[Difference, ...]) -> str:
    shown = "".join(f"\n  {one}" for one in differences[:MOST_SHOWN])
    left = len(differences) - MOST_SHOWN
    return shown + (f"\n  and {left} more" if left > 0 else "")


class SelectionChanged(StitchError):
    """The selection is not any more what the plan was made from; nothing was sent. Plan again."""

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        super().__init__(
            f"the selection has changed since it was planned, and nothing was sent; "
            f"plan again:{_told(differences)}"
        )
        self.differences = differences


class SelectionUnfinished(StitchError):
    """Sending ended half-way. The same plan can be applied again: what is in place is left out.

    Arguments:
        applied: What was sent and acknowledged.
        failed: The batch whose sending failed; it is in place only if `may_have_arrived`.
        unsent: What was not sent.
        may_have_arrived: Whether the failed batch can be in place.
    """

    def __init__(
        self,
        applied: "SelectionPlan",
        failed: "SelectionPlan",
        unsent: "SelectionPlan",
        *,
        may_have_arrived: bool,
    ) -> None:
        fate = "may be in place" if may_have_arrived else "not in place"
        super().__init__(
            f"sending ended half-way: {applied.count} changes are in place, {failed.count} {fate}, "
            f"{unsent.count} were not sent; apply the plan again for what is missing"
        )
        self.applied, self.failed, self.unsent = applied, failed, unsent
        self.may_have_arrived = may_have_arrived


class SelectionNotConfirmed(StitchError):
    """Everything was sent and acknowledged, but reading back did not show all of it.

    Arguments:
        applied: What was sent.
        differences: What was read back otherwise; empty where reading back failed itself.
    """

    def __init__(self, applied: "SelectionPlan", differences: tuple[Difference, ...] = ()) -> None:
        why = f"reads back otherwise:{_told(differences)}" if differences else "was not read back"
        super().__init__(f"all {applied.count} changes were acknowledged, but the selection {why}")
        self.applied, self.differences = applied, differences
