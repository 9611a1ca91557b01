"""The tree of errors: drawn as it is, whole after pickling and copying, complete for the API."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from stitch_connect_api.operations import OPERATIONS
from stitch_connect_runtime import answers, errors
from stitch_connect_runtime.errors import APIError, StitchError, TransportError
from stitch_connect_runtime.records import Answer, RequestRecord, ResponseRecord

from ..spec.recordings import error_examples

REQUEST = RequestRecord("sources.get", "GET", "/v4/sources/1")
RESPONSE = ResponseRecord(400, (("content-type", "application/json"),), 7)
DETAILS = {"data": {"bad_properties": ["host", "port"]}}


def tree(kind: type[StitchError] = StitchError) -> Iterator[type[StitchError]]:
    """A class of this library, and all below it; those of other rooms have tests of their own."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


TREE = list(tree())


def made(kind: type[StitchError]) -> StitchError:
    """One of its kind, with everything that it can carry."""
    if issubclass(kind, APIError):
        error: StitchError = kind(
            "no", status=400, code="X", details=DETAILS, request=REQUEST, response=RESPONSE
        )
        if hasattr(error, "retry_after"):
            error.retry_after = 3.0
        return error
    if issubclass(kind, TransportError):
        return kind("no", may_have_arrived=True, request=REQUEST)
    if issubclass(kind, errors.BudgetExhausted):
        return kind("jobs", next_fits_at=7.0, wait=3.0)
    if issubclass(kind, errors.WaitFailed | errors.WaitTimeout):
        return kind("no", last={"status": "failed"})
    return kind("no")


WAYS: list[Callable[[Any], Any]] = [
    *(lambda error, p=p: pickle.loads(pickle.dumps(error, p)) for p in range(6)),
    copy.copy,
    copy.deepcopy,
]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("way", WAYS, ids=[*map("pickle {}".format, range(6)), "copy", "deepcopy"])
def test_an_error_survives(kind: type[StitchError], way: Callable[[Any], Any]) -> None:
    error = made(kind)
    error.add_note("seen twice")
    twin = way(error)
    assert type(twin) is kind
    assert (str(twin), repr(twin), twin.args) == (str(error), repr(error), error.args)
    assert vars(twin) == vars(error)
    assert twin is not error


def drawn() -> Iterator[tuple[str, str]]:
    """Each class in the drawing at the top of the module, and the one that it hangs from."""
    above: dict[int, str] = {}
    for indent, name in re.findall(r"^([ │├└─]*)([A-Z]\w+)(?:  .*)?$", errors.__doc__ or "", re.M):
        depth = len(indent) // 4
        above[depth] = name
        if depth:
            yield name, above[depth - 1]


def test_the_tree_is_drawn_as_it_is() -> None:
    assert dict(drawn()) == {
        kind.__name__: next(base for base in kind.__bases__ if base in TREE).__name__
        for kind in TREE[1:]
    }


def test_every_class_says_what_it_means() -> None:
    assert all(inspect.getdoc(kind) for kind in TREE)
    builtin: tuple[type[Exception], ...] = (ValueError, TimeoutError)
    also = {kind.__name__ for kind in TREE if issubclass(kind, builtin)}
    assert also == {"InvalidArgument", "RequestTimeout", "WaitTimeout"}


def documented() -> Iterator[tuple[str, int, Any, APIError]]:
    """Each documented error of each operation, as a caller gets it."""
    for name, status, body in error_examples():
        resource = name.split(".")[0]
        operation = OPERATIONS.get(name) or next(
            one for one in OPERATIONS.values() if one.resource == resource
        )
        answer = Answer(status, {}, b"" if body is None else json.dumps(body).encode())
        record = RequestRecord(name, operation.verb, operation.path)
        error = answers.error_in_success(operation, answer, record)
        yield name, status, body, error or answers.error_of(operation, answer, record)


def lines() -> Iterator[str]:
    seen: dict[tuple[int, str, str], list[str]] = {}
    for name, status, body, error in documented():
        row = f"{type(error).__name__} · {error.code or '–'} · {error.message}"
        seen.setdefault((status, json.dumps(body), row), []).append(name)
    for (status, body, row), names in seen.items():
        yield f"{', '.join(names)}\n  {status} {body}\n  {row}\n"


@pytest.mark.snapshot
def test_documented_errors_become_what_was_accepted(snapshot: Callable[[str, str], None]) -> None:
    snapshot("errors.txt", "\n".join(lines()))


@pytest.mark.parametrize("case", list(documented()), ids=lambda case: f"{case[0]} {case[1]}")
def test_a_documented_error_loses_nothing(case: tuple[str, int, Any, APIError]) -> None:
    name, status, body, error = case
    assert (error.operation, error.status) == (name, status)
    assert error.details == (body if isinstance(body, dict) else None)
    assert error.message.isprintable()
    said = f"{error.code} {error.message}"
    boilerplate = {"ERROR", "FAILED"}  # what `status` says of any error
    assert [text for text in leaves(body) if text not in boilerplate and text not in said] == []


def leaves(body: Any) -> Iterator[str]:
    """The texts of a body, word by word where one has several lines."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name not in {"report_card", "bad_properties"} and not (
                name == "error" and "message" in body
            ):
                yield from leaves(value)
    elif isinstance(body, list):
        for value in body:
            yield from leaves(value)
    elif body is not None:
        yield from str(body).split()


BODILESS: dict[int, type[APIError]] = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.BadRequest,
    429: errors.RateLimited,
    500: errors.ServerError,
    502: errors.ServerError,
    599: errors.ServerError,
}


@pytest.mark.parametrize(("status", "kind"), BODILESS.items())
@pytest.mark.parametrize("body", [b"", b" \n", b"<html><p>Bad gateway</p></html>", b"\xff\xfe"])
def test_an_error_without_a_body_explains_itself(
    status: int, kind: type[APIError], body: bytes
) -> None:
    operation = OPERATIONS["extractions.list"]
    error = answers.error_of(operation, Answer(status, {}, body), REQUEST)
    assert type(error) is kind
    assert error.details is None
    assert f"(HTTP {status})" in str(error)
    assert "<" not in str(error)


def test_the_properties_that_do_not_fit_are_named() -> None:
    error = made(errors.InvalidProperties)
    assert isinstance(error, errors.InvalidProperties)
    assert error.bad_properties == ("host", "port")
    odd: list[Any] = [None, {}, {"data": None}, {"data": {"bad_properties": "x"}}, []]
    for details in odd:
        assert errors.InvalidProperties("no", status=400, details=details).bad_properties == ()
