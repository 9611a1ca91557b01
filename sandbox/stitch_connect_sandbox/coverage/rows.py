"""A row of the table, and what it can say."""

from dataclasses import dataclass

SIMULATED, APPROXIMATED, ABSENT = "simulated", "approximated", "absent"
STATUSES = {
    SIMULATED: "behaves as documented",
    APPROXIMATED: "answers as documented, by means of its own",
    ABSENT: "is not there",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that an account does.

    Args:
        area: what it belongs to.
        what: the thing, as a noun.
        status: one of `STATUSES`.
        reason: why it is not simulated as it is; empty for what is.
        operations: those of the contract that it is about.
    """

    area: str
    what: str
    status: str
    reason: str = ""
    operations: tuple[str, ...] = ()


NOBODY_THERE = "The sandbox connects to nothing outside of it."
