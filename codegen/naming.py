"""How wire names become Python names.

Names stay what they are on the wire, in snake_case. Only Python keywords and the members of
pydantic's BaseModel get a trailing underscore (`source.type`, not `type_`).
"""

from __future__ import annotations

import keyword
import re

BASE_MODEL_MEMBERS = frozenset(
    """construct copy dict from_orm json model_computed_fields model_config model_construct
    model_copy model_dump model_dump_json model_extra model_fields model_fields_set
    model_json_schema model_parametrized_name model_post_init model_rebuild model_validate
    model_validate_json model_validate_strings parse_file parse_obj parse_raw schema schema_json
    update_forward_refs validate""".split()
)
METHOD_NAMES = frozenset({"self", "operations", "builtins"})
_ONE_WORD = {"OAuth": "Oauth"}
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`replication-method` -> `replication_method`, `DestinationV3` -> `destination_v3`."""
    for spelled, folded in _ONE_WORD.items():
        name = name.replace(spelled, folded)
    words = re.split(r"[^A-Za-z0-9]+", _WORD_STARTS.sub("_", name))
    return "_".join(word.lower() for word in words if word)


def _identifier(wire_name: str, taken: frozenset[str] = frozenset()) -> str:
    name = snake_case(wire_name)
    if not name or name[0].isdigit():
        name = f"field_{name}".rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) or name in taken else name


def argument_name(wire_name: str) -> str:
    """The name of a method's argument: clear of keywords and of what a method's body reads."""
    return _identifier(wire_name, METHOD_NAMES)


def attribute_name(wire_name: str) -> str:
    """The name of a model's attribute: clear of keywords and of BaseModel's members."""
    return _identifier(wire_name, BASE_MODEL_MEMBERS)


def module_name(component: str) -> str:
    """The module of a component: `ExtractionPage` -> `extraction_page`, `Import` -> `import_`."""
    return _identifier(component)


def class_name(resource: str) -> str:
    """`import_api_tokens` -> `ImportApiTokens`."""
    return "".join(word.capitalize() for word in snake_case(resource).split("_"))


def constant_name(operation_id: str) -> str:
    """`sources.list` -> `SOURCES_LIST`."""
    return snake_case(operation_id).upper()


def member_name(value: object) -> str:
    """The enum member for a literal: `us-east-1` -> `US_EAST_1`, `1d` -> `VALUE_1D`."""
    name = snake_case(str(value)).upper()
    if isinstance(value, int) and value < 0:
        name = f"MINUS_{name}"
    if not name:
        return "EMPTY"
    return f"VALUE_{name}" if name[0].isdigit() or name.startswith("MINUS_") else name
