"""Every combination of what can be seen of a job, and what is to be said of it.

The expectations are worked out here from the meaning of the outcomes, not as the code does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

STATUSES = (None, 0, 1)
LOADS = ("before", "after", "absent", "error")
LOGS: dict[str, frozenset[str] | None] = {
    "all": frozenset("ab"), "one": frozenset("a"), "none": frozenset(), "missing": None,
}  # fmt: skip
PHASES = ("discovery", "tap", "target")


@dataclass(frozen=True)
class Scene:
    """What is there to be seen of a job whose source selects the streams `a` and `b`.

    Args:
        name: whether the job's name is known and tells its start: `timed`, `untimed`, `unknown`.
        listed: which job of the source is listed: `ours`, `older`, `newer` or `nothing`.
        statuses: how discovery, tap and target ended.
        a, b: the stream's latest load: before the job or after its start, absent, in error.
        log: which streams the log names; `missing` if it cannot be read.
    """

    name: str = "timed"
    listed: str = "ours"
    statuses: tuple[int | None, ...] = (0, 0, 0)
    a: str = "after"
    b: str = "after"
    log: str = "all"

    @property
    def loads(self) -> dict[str, str]:
        return {"a": self.a, "b": self.b}


@dataclass(frozen=True)
class Verdict:
    """What is to be said in the end. What is never settled says `running` or `loading`."""

    state: str
    phase: str | None = None
    loaded: int = 0
    expected: int | None = None
    failed: tuple[str, ...] = ()
    unobserved: frozenset[str] = frozenset()


def scenes() -> list[Scene]:
    """Every combination that differs in what can be seen: what is not listed has no statuses."""
    return list(dict.fromkeys(map(_visible, _combinations())))


def _visible(scene: Scene) -> Scene:
    return replace(scene, statuses=(0, 0, 0)) if scene.listed != "ours" else scene


def _combinations() -> Iterator[Scene]:
    for statuses in product(STATUSES, repeat=3):
        yield Scene(statuses=statuses)
    for a, b, log in product(LOADS, LOADS, LOGS):
        yield Scene(a=a, b=b, log=log)
    for listed, status, loads, log in product(
        ("ours", "nothing"), STATUSES, LOADS, ("all", "missing")
    ):
        yield Scene(listed=listed, statuses=(status,) * 3, a=loads, b=loads, log=log)
    for name, listed, log in product(
        ("timed", "untimed", "unknown"), ("nothing", "older", "newer"), ("all", "missing")
    ):
        yield Scene(name=name, listed=listed, log=log)


def verdict(scene: Scene) -> Verdict:
    """What is to be said of a job when all has been seen and nothing moves any more."""
    if scene.listed == "ours":
        return _of_listed(scene)
    if scene.listed == "newer" and scene.name == "unknown":
        return _of_listed(replace(scene, listed="ours"))  # the first other job to end is ours
    if scene.listed == "newer" and (scene.name == "timed" or scene.log != "missing"):
        return Verdict("superseded")
    return Verdict("running")


def _of_listed(scene: Scene) -> Verdict:
    for phase, status in zip(PHASES, scene.statuses, strict=True):
        if status:
            return Verdict("extraction_failed", phase=phase)
    if set(scene.statuses) == {None}:
        return Verdict("terminated")
    return _of_loads(scene)


def _of_loads(scene: Scene) -> Verdict:
    new = {name for name, load in scene.loads.items() if load == "after"}
    broken = {name for name, load in scene.loads.items() if load == "error"}
    if new == {"a", "b"}:
        return Verdict("loaded", loaded=2, expected=2)
    sent = LOGS[scene.log]
    awaited = {"a", "b"} if sent is None else set(sent)
    if not awaited:
        return Verdict("loaded_no_new_rows", expected=0)
    seen = Verdict(
        "loading",
        loaded=len(new & awaited),
        expected=len(awaited),
        failed=tuple(sorted(broken & awaited)),
    )
    if seen.failed:
        return replace(seen, state="load_failed")
    if sent is None:
        state = "loaded" if new else "unknown"
        return replace(seen, state=state, unobserved=frozenset(awaited - new))
    return replace(seen, state="loaded" if awaited <= new else "loading")
