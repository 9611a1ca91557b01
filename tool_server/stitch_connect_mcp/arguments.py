"""Strict arguments: what a tool did not declare is refused, before anything runs.

The protocol's library drops unknown names (`dryrun=true` would run for real), takes `true` for a
number and reads the string `"null"` as nothing. Here the raw arguments are checked instead, and
the model is told in one line which name was meant; never the value, which may be a secret.
"""

import difflib
import inspect
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from .text import Words

_LENGTHS = ("minLength", "maxLength")  # of arguments: checked, and told when they matter
_PROSE = ("description", "additionalProperties")  # of answers: their names say it


class StrictArguments(ArgModelBase):
    """What is given is declared, and is what it was declared to be."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class StrictMetadata(FuncMetadata):
    """Takes arguments as they came: no JSON inside strings."""

    def pre_parse_json(self, data: dict[str, Any]) -> dict[str, Any]:
        return data


def strict_model(name: str, parameters: Iterable[inspect.Parameter]) -> type[StrictArguments]:
    """Return the model of the arguments that a signature takes.

    The protocol's library makes such models too, lenient ones. Each costs milliseconds when a
    server starts, so there is one for each tool, and its schema is made once.
    """
    fields: dict[str, Any] = {
        one.name: (one.annotation, ... if one.default is one.empty else one.default)
        for one in parameters
    }
    return create_model(f"{name}Arguments", __base__=StrictArguments, **fields)


def input_schema(model: type[StrictArguments]) -> dict[str, Any]:
    """Return what is published of the arguments."""
    schema: dict[str, Any] = slim(model.model_json_schema(), _LENGTHS)
    return schema


@cache
def output_schema(answer: type[BaseModel]) -> dict[str, Any]:
    """Return what is published of an answer."""
    schema: dict[str, Any] = slim(answer.model_json_schema(), _PROSE)
    return schema


def slim(schema: Any, without: Collection[str] = ()) -> Any:
    """Return `schema` without titles, null branches and null defaults, which only cost tokens.

    Arguments:
        without: Keys that are left out as well.
    """
    if isinstance(schema, list):
        return [slim(item, without) for item in schema]
    if not isinstance(schema, dict):
        return schema
    slimmed = {
        key: {name: slim(item, without) for name, item in value.items()}
        if key in ("properties", "$defs")
        else slim(value, without)
        for key, value in schema.items()
        if key not in without
        and not (key == "title" and isinstance(value, str))
        and not (key == "default" and value is None)
    }
    return _without_null(slimmed)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    branches = schema.get("anyOf")
    if not branches:
        return schema
    left = [branch for branch in branches if branch != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**left[0], **rest} if len(left) == 1 else {**rest, "anyOf": left}


def complaint(model: type[ArgModelBase], arguments: Mapping[str, Any]) -> str | None:
    """Return in one line what is wrong with `arguments`, or None."""
    told = _nulls(model, arguments)
    if told:
        return told
    try:
        model.model_validate(dict(arguments))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
    else:
        return None
    deepest = max(len(problem["loc"]) for problem in problems)
    if deepest > 2:
        return _inside(model, next(one for one in problems if len(one["loc"]) == deepest))
    reasons: dict[str, list[str]] = {}
    for problem in problems:
        name = str(problem["loc"][0]) if problem["loc"] else ""
        reasons.setdefault(name, []).append(_REASONS.get(problem["type"], problem["msg"]))
    known = [field.alias or name for name, field in model.model_fields.items()]
    return "; ".join(_sentence(name, said, known) for name, said in reasons.items())


def _inside(model: type[ArgModelBase], problem: Any) -> str:
    """What is wrong inside an argument; `loc` names the shape that was nearly met."""
    outer, *_, shape, inner = problem["loc"]
    shapes = model.model_json_schema(by_alias=True).get("$defs", {})
    known = shapes.get(str(shape), {}).get("properties", {})
    said = _sentence(str(inner), [_REASONS.get(problem["type"], problem["msg"])], known)
    return f'in "{outer}": {said}'


def _nulls(model: type[ArgModelBase], arguments: Mapping[str, Any]) -> str | None:
    """A text where nothing was meant: what may be left out is left out, not called null."""
    for name, field in model.model_fields.items():
        given = arguments.get(field.alias or name)
        if not field.is_required() and isinstance(given, str) and given.lower() in _NULLS:
            return f'argument "{field.alias or name}" is a text that says nothing; leave it out'
    return None


_NULLS = frozenset({"null", "none", "undefined", ""})


_REASONS = {
    "extra_forbidden": "",
    "missing": "is missing",
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "string_type": "must be a string",
}


def _sentence(name: str, reasons: list[str], known: Iterable[str]) -> str:
    shown = Words().line(name, 40)
    if reasons == [""]:
        return f'unknown argument "{shown}"; {nearest(name, known)}'
    said = " or ".join(dict.fromkeys(reason.removeprefix("Input should be ") for reason in reasons))
    return f'argument "{shown}" {said if said.startswith(("is", "must")) else "must be " + said}'


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the hint that names the valid name closest to `name`, or all of them."""
    valid = list(known)
    close = difflib.get_close_matches(name.lower().replace("-", "_"), valid, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"valid: {', '.join(valid) or 'none'}"
