"""Reads what does not fit the contract: what fits is typed, what does not stays raw JSON."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .decode import adapter

Report: TypeAlias = Callable[[str], None]


def fit(kind: Any, raw: Any, report: Report, pointer: str = "") -> Any:
    """The value of `raw` as far as it fits `kind`; each misfit's JSON Pointer is reported."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(raw, dict):
        return _model(kind, raw, report, pointer)
    if origin is list and isinstance(raw, list):
        return [fit(arguments[0], one, report, f"{pointer}/*") for one in raw]
    if origin is dict and isinstance(raw, dict):
        return {k: fit(arguments[1], one, report, f"{pointer}/{k}") for k, one in raw.items()}
    if _valid(kind, raw):
        return adapter(kind).validate_json(json.dumps(raw), strict=True)
    if origin is Annotated:
        return fit(arguments[0], raw, report, pointer)
    member = _container(arguments, raw) if origin in (Union, types.UnionType) else None
    if member is not None:
        return fit(member, raw, report, pointer)
    report(pointer or "/")
    return raw


def _valid(kind: Any, raw: Any) -> bool:
    try:
        adapter(kind).validate_json(json.dumps(raw), strict=True)
    except ValidationError:
        return False
    return True


def _container(members: tuple[Any, ...], raw: Any) -> Any:
    """The member of a union that an object or array was probably meant to be."""
    for member in members:
        if isinstance(raw, dict) and isinstance(member, type) and issubclass(member, BaseModel):
            return member
        if isinstance(raw, list) and get_origin(member) is list:
            return member
        if isinstance(raw, dict) and get_origin(member) is dict:
            return member
    return None


def _model(kind: type[BaseModel], raw: dict[str, Any], report: Report, pointer: str) -> BaseModel:
    kind.model_rebuild()
    values: dict[str, Any] = {}
    absent: dict[str, None] = {}
    known = set()
    for name, field in kind.model_fields.items():
        wire = field.alias or name
        known.add(wire)
        if wire in raw:
            values[name] = fit(field.rebuild_annotation(), raw[wire], report, f"{pointer}/{wire}")
        elif field.is_required():
            report(f"{pointer}/{wire}")
            absent[name] = None
    extra = {name: value for name, value in raw.items() if name not in known}
    given = set(values) | set(extra)
    made = kind.model_construct(_fields_set=given, **{_key(kind, n): v for n, v in values.items()})
    made.__dict__.update(absent)
    if made.__pydantic_extra__ is not None:
        made.__pydantic_extra__.update(extra)
    return made


def _key(kind: type[BaseModel], name: str) -> str:
    return kind.model_fields[name].alias or name
