"""The documented table of which fields replicate. A field counts only if its stream is selected."""

from typing import Final, Literal, NamedTuple

Why = Literal[
    "automatic", "unsupported", "selected", "selected_by_default", "not_selected", "undocumented",
    "stream_not_selected", "parent_not_replicated",
]  # fmt: skip
Flag = bool | None
ANY: Final = "any"


class Row(NamedTuple):
    """What replicates, and why."""

    inclusion: str
    selected: Flag | Literal["any"]
    selected_by_default: Flag | Literal["any"]
    replicates: bool
    why: Why


TABLE: tuple[Row, ...] = (
    #   inclusion      selected  by default  replicates
    Row("automatic",   ANY,      ANY,        True,  "automatic"),
    Row("unsupported", ANY,      ANY,        False, "unsupported"),
    Row("available",   True,     None,       True,  "selected"),
    Row("available",   True,     True,       True,  "selected"),
    Row("available",   True,     False,      True,  "selected"),
    Row("available",   False,    None,       False, "not_selected"),
    Row("available",   False,    True,       True,  "selected_by_default"),
    Row("available",   False,    False,      False, "not_selected"),
    Row("available",   None,     True,       True,  "selected_by_default"),
    Row("available",   None,     False,      False, "not_selected"),
    Row("available",   None,     None,       False, "not_selected"),
)  # fmt: skip
UNDOCUMENTED: Final = Row(ANY, ANY, ANY, False, "undocumented")

SENTENCES: dict[Why, str] = {
    "automatic": "It is automatic: it replicates whatever is selected.",
    "unsupported": "Stitch cannot replicate it.",
    "selected": "It is selected.",
    "selected_by_default": "It is selected by default, which a deselection does not undo.",
    "not_selected": "It is not selected.",
    "undocumented": "Stitch does not say whether it can be replicated.",
    "stream_not_selected": "Its stream is not selected.",
    "parent_not_replicated": "What it is a part of does not replicate.",
}


def _meant(cell: Flag | Literal["any"]) -> tuple[Flag, ...]:
    return (True, False, None) if cell == ANY else (cell,)


_ROWS: dict[tuple[str, Flag, Flag], Row] = {
    (row.inclusion, selected, by_default): row
    for row in TABLE
    for selected in _meant(row.selected)
    for by_default in _meant(row.selected_by_default)
}


def judge_field(inclusion: str | None, selected: Flag, selected_by_default: Flag) -> Row:
    """Return the row of the table that a field of a selected stream falls under."""
    if inclusion is None:
        return UNDOCUMENTED
    return _ROWS.get((inclusion, selected, selected_by_default), UNDOCUMENTED)
