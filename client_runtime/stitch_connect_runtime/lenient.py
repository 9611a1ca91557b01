"""Reads what does not fit the contract: what fits is typed, what does not stays raw JSON.

Every part is first read whole and strictly; only a part that does not fit is taken apart.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .decode import adapter

Report: TypeAlias = Callable[[str], None]
_MISFIT = object()


def fit(kind: Any, raw: Any, report: Report, pointer: str = "") -> Any:
    """The value of `raw` as far as it fits `kind`; the JSON Pointer of each misfit is reported.

    In pointers `*` stands for any element of an array and any key of a map.
    """
    whole = _strictly(kind, raw)
    if whole is not _MISFIT:
        return whole
    kind = _bare(kind)
    if get_origin(kind) in (Union, types.UnionType):
        kind = _nearest(get_args(kind), raw)
    origin, arguments = get_origin(kind), get_args(kind)
    if _is_model(kind) and isinstance(raw, dict):
        return _model(kind, raw, report, pointer)
    if origin is list and isinstance(raw, list):
        return [fit(arguments[0], one, report, f"{pointer}/*") for one in raw]
    if origin is dict and isinstance(raw, dict):
        return {key: fit(arguments[1], one, report, f"{pointer}/*") for key, one in raw.items()}
    report(pointer)
    return raw


def fits(kind: Any, raw: Any) -> bool:
    """Whether all of it fits."""
    return _strictly(kind, raw) is not _MISFIT


def hopeless(kind: Any, raw: Any) -> bool:
    """Whether nothing of `raw` fits: it is of another sort, or has no field that must be there."""
    kind = _bare(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return all(hopeless(member, raw) for member in get_args(kind))
    if _is_model(kind):
        needed = {field.alias or name for name, field in _required(kind).items()}
        return not isinstance(raw, dict) or bool(needed and not needed & raw.keys())
    sort = get_origin(kind)
    return not isinstance(raw, sort) if sort in (list, dict) else not fits(kind, raw)


def _strictly(kind: Any, raw: Any) -> Any:
    try:
        return adapter(kind).validate_json(json.dumps(raw), strict=True)
    except ValidationError:
        return _MISFIT


def _bare(kind: Any) -> Any:
    """The type without its annotations."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _nearest(members: tuple[Any, ...], raw: Any) -> Any:
    """The member of a union that `raw` was probably meant to be: the one with fewest misfits."""
    return min(map(_bare, members), key=lambda member: _misfits(member, raw))


def _misfits(kind: Any, raw: Any) -> tuple[bool, int]:
    found: list[str] = []
    fit(kind, raw, found.append)
    return hopeless(kind, raw), len(found)


def _fields(kind: type[BaseModel]) -> dict[str, Any]:
    adapter(kind)  # builds the model, without which its fields may be unresolved
    return kind.model_fields


def _required(kind: type[BaseModel]) -> dict[str, Any]:
    return {name: field for name, field in _fields(kind).items() if field.is_required()}


def _model(kind: type[BaseModel], raw: dict[str, Any], report: Report, pointer: str) -> BaseModel:
    values: dict[str, Any] = {}
    extra = dict(raw)
    for name, field in _fields(kind).items():
        wire = field.alias or name
        below = f"{pointer}/{wire.replace('~', '~0').replace('/', '~1')}"
        if wire in extra:
            values[name] = fit(field.rebuild_annotation(), extra.pop(wire), report, below)
        elif field.is_required():
            report(below)
    made = kind.model_construct(_fields_set=set(values) | set(extra))
    made.__dict__.update(dict.fromkeys(_required(kind)) | values)
    if made.__pydantic_extra__ is not None:
        made.__pydantic_extra__.update(extra)
    return made
