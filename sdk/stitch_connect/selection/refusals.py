"""What cannot be, or would fail later: in words, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "unknown_stream", "ambiguous_stream", "named_twice", "source_not_ready", "stream_not_selected",
    "unknown_field", "part_of_a_field", "automatic", "unsupported", "undocumented",
    "selected_by_default", "unknown_method", "forced_method", "key_missing", "key_not_valid",
    "key_unknown", "key_unsuitable", "not_a_view", "view_without_keys", "view_key_unknown",
    "exclusion", "nothing_replicates", "not_writable",
]  # fmt: skip

TEXTS: dict[Reason, tuple[str, str]] = {
    "unknown_stream": (
        "the source has no stream of this name",
        "use the name, tap_stream_id or stream_id of one that it has{near}",
    ),
    "ambiguous_stream": ("{count} streams have this name", "use a stream_id: {names}"),
    "named_twice": ("it is named twice, also as {names}", "name it once"),
    "source_not_ready": (
        "the source {state}",
        "streams can be selected while it stands at field_selection or fully_configured",
    ),
    "stream_not_selected": (
        "its stream is not selected, so the field does not count",
        "select the stream too, or leave the field out",
    ),
    "unknown_field": ("the stream has no such field", "use a field that it has{near}"),
    "part_of_a_field": (
        "it is a part of a field, which Stitch does not select by itself",
        "select {names} or not",
    ),
    "automatic": ("it is automatic: it replicates whatever is selected", "leave it out"),
    "unsupported": ("Stitch cannot replicate it", "leave it out"),
    "undocumented": ("Stitch does not say that it can be selected", "leave it out"),
    "selected_by_default": (
        "it is selected by default, which a deselection does not undo",
        "leave it out, or deselect the whole stream",
    ),
    "unknown_method": ("{names} is no replication method", "use {known}"),
    "forced_method": ("its replication method is always {known}", "leave the method out"),
    "key_missing": ("INCREMENTAL needs a replication key", "set replication_key{known}"),
    "key_not_valid": ("it is not among the valid replication keys", "use {known}"),
    "key_unknown": (
        "the replication key is no field of the stream",
        "use a field that it has{near}",
    ),
    "key_unsuitable": (
        "a replication key is an integer, a date-time or a timestamp, and this is none of them",
        "use another field{known}",
    ),
    "not_a_view": (
        "it is a table, whose key comes from the database",
        "leave view_key_properties out",
    ),
    "view_without_keys": (
        "a view has no key of its own",
        "set view_key_properties to the fields that identify a row",
    ),
    "view_key_unknown": (
        "the key of the view names what cannot be replicated",
        "use fields that the view has{near}",
    ),
    "exclusion": (
        "it cannot be combined with {names}: the extraction would fail",
        "deselect it, or those",
    ),
    "nothing_replicates": (
        "none of its fields would replicate",
        "select a field of it, or deselect the stream",
    ),
    "not_writable": (
        "Stitch does not let {names} be set on this stream",
        "leave it out",
    ),
}
MOST_SHOWN = 20  # refusals in the message of an error; `refusals` has them all
LONGEST = 80  # characters of a name in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What cannot be, or would fail later.

    Arguments:
        reason: What kind of refusal it is.
        stream: The stream, by the name that was given or that it has.
        field: The field, where it is about one.
        problem: What is wrong.
        remedy: What to do.
        near: Names that the one given resembles, or the candidates where it is several streams'.
    """

    reason: Reason
    stream: str
    field: str | None = None
    problem: str
    remedy: str
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = quoted(self.stream) + (f", field {quoted(self.field)}" if self.field else "")
        return f"{where}: {self.problem}; {self.remedy}"


def refuse(
    reason: Reason,
    stream: str,
    field: str | None = None,
    *,
    near: tuple[str, ...] = (),
    **words: str,
) -> Refusal:
    """Return a refusal in its words."""
    problem, remedy = TEXTS[reason]
    words["near"] = f", such as {listed(near)}" if near else ""
    return Refusal(
        reason=reason,
        stream=stream,
        field=field,
        problem=problem.format(**words),
        remedy=remedy.format(**words),
        near=near,
    )


def quoted(name: object) -> str:
    """Return a name for a sentence: what does not print is escaped, what is long is cut."""
    text = str(name)
    return repr(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def listed(names: "tuple[object, ...] | list[object]", most: int = 5) -> str:
    """Return some names for a sentence."""
    shown = ", ".join(map(quoted, names[:most]))
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
