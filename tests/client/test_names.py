"""What a person can name: held against a snapshot, the same in both faces, and never hidden."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import pytest
import stitch_connect
from stitch_connect import AsyncStitch, Stitch, errors, models
from stitch_connect.operations import OPERATIONS
from stitch_connect_api import AsyncClient, Client

RESOURCES = {operation.resource for operation in OPERATIONS.values()}
FACES = ((Stitch, Client), (AsyncStitch, AsyncClient))
TWINS = {"aclose": "close"}  # what the async face has to call otherwise


def public(thing: object) -> list[str]:
    return sorted(name for name in dir(thing) if not name.startswith("_"))


def members(kind: type, made: Any = None) -> Iterator[tuple[str, object]]:
    """What a class offers, by dotted name; of a client that was made, its resources too."""
    for name in public(kind):
        found = inspect.getattr_static(kind, name)
        if made is None or not isinstance(found, cached_property):
            yield name, found
            continue
        inner = getattr(made, name)
        for below, value in members(type(inner), inner):
            yield f"{name}.{below}", value


def signature(found: object) -> str:
    """As it is written in the source, without what a caller does not give."""
    if isinstance(found, property | cached_property):
        getter = found.fget if isinstance(found, property) else found.func
        assert getter is not None
        told = inspect.get_annotations(getter)["return"]
        return f": {told if isinstance(told, str) else inspect.formatannotation(told)}"
    bound = found.__func__ if isinstance(found, classmethod) else found
    if not callable(bound):
        return ""
    given = inspect.signature(bound)
    kept = [one for name, one in given.parameters.items() if name not in ("self", "cls")]
    return str(given.replace(parameters=kept)).replace("'", "")


def tree(error: type[BaseException], depth: int = 0) -> Iterator[str]:
    yield "  " * depth + error.__name__
    for child in sorted(error.__subclasses__(), key=lambda one: one.__name__):
        if getattr(errors, child.__name__, None) is child:
            yield from tree(child, depth + 1)


def shown() -> Iterator[str]:
    yield "stitch_connect"
    yield from (f"  {name}" for name in sorted(stitch_connect.__all__))
    for name in sorted(stitch_connect.__all__):
        kind = getattr(stitch_connect, name)
        if isinstance(kind, type) and kind is not AsyncStitch:
            yield f"\n{name}{signature(kind)}"
            yield from offered(kind, Stitch("x") if kind is Stitch else None)
    yield "\nerrors"
    yield from (f"  {line}" for line in tree(errors.StitchError))
    yield "\nmodels"
    yield from (f"  {name}" for name in sorted(models.__all__))


def offered(kind: type, made: Any) -> Iterator[str]:
    for name, found in members(kind, made):
        if not name.startswith("with_raw_response."):
            yield f"  {name}{signature(found)}"


@pytest.mark.snapshot
def test_the_names_are_as_they_were_accepted(snapshot: Callable[[str, str], None]) -> None:
    snapshot("names.txt", "\n".join(shown()) + "\n")


@pytest.mark.parametrize(("face", "generated"), FACES)
def test_no_addition_hides_a_name_of_the_generated_client(face: type, generated: type) -> None:
    assert set(public(generated)) >= RESOURCES
    added = {name for name in vars(face) if not name.startswith("_")}
    assert added
    assert not added & set(public(generated))
    assert not set(vars(face("x"))) & set(public(generated))


def test_both_faces_offer_the_same() -> None:
    sync = {name: parameters(found) for name, found in members(Stitch, Stitch("x"))}
    twins = {
        TWINS.get(name, name): parameters(found)
        for name, found in members(AsyncStitch, AsyncStitch("x"))
    }
    assert twins == sync
    assert {name.partition(".")[0] for name in sync} > RESOURCES


def parameters(found: object) -> list[tuple[str, str, object]] | None:
    """Names, kinds and defaults; the annotations may differ as awaitables do."""
    if not callable(found):
        return None
    given = inspect.signature(found).parameters.values()
    return [(one.name, one.kind.name, one.default) for one in given]


def test_both_faces_are_made_alike() -> None:
    assert parameters(Stitch) == parameters(AsyncStitch)


def test_a_raw_call_takes_what_the_plain_one_takes() -> None:
    plain = {name: parameters(found) for name, found in members(Stitch, Stitch("x"))}
    raw = Stitch("x").with_raw_response
    found = dict(members(type(raw), raw))
    assert {name.partition(".")[0] for name in found} == RESOURCES
    assert {name: parameters(one) for name, one in found.items()} == {
        name: plain[name] for name in found
    }


def test_every_error_has_one_root() -> None:
    named = [getattr(errors, name) for name in public(errors)]
    kinds = {one for one in named if isinstance(one, type) and issubclass(one, Exception)}
    assert {one.__name__ for one in kinds if not issubclass(one, errors.StitchError)} == set()
