"""Connection types: their report cards, and what their properties must look like."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from . import contract

Json = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionType:
    """One type of source or destination.

    `steps` maps a step's name to its properties, in order, as they stand in a report card;
    `off_card` holds properties that forms accept and no card shows.
    """

    name: str
    kind: str
    details: Mapping[str, Json]
    steps: Mapping[str, tuple[Mapping[str, Json], ...]] = field(default_factory=dict)
    defaults: Mapping[str, Json] = field(default_factory=dict)
    off_card: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    upgrade: str | None = None
    is_source: bool = True
    cron: bool = True

    def properties(self) -> Iterator[Mapping[str, Json]]:
        for properties in self.steps.values():
            yield from properties

    def named(self) -> dict[str, Mapping[str, Json]]:
        return {prop["name"]: prop for prop in self.properties()} | dict(self.off_card)

    def credentials(self) -> frozenset[str]:
        """Names of properties whose values never come back."""
        return frozenset(name for name, prop in self.named().items() if prop["is_credential"])

    def first_step(self) -> str:
        return next(iter(self.steps))

    @property
    def tap(self) -> str:
        """`tap-shopify` for `platform.shopify`."""
        return "tap-" + self.name.rpartition(".")[2]

    def card(
        self, step: str | None = None, provided: frozenset[str] = frozenset(), *, bare: bool = False
    ) -> dict[str, Json]:
        """A report card; `bare` is the generic one, with details, of the type endpoints."""
        card: dict[str, Json] = {"type": self.name}
        if self.steps:
            card |= self._progress(step or self.first_step(), provided)
        if bare:
            card["details"] = dict(self.details)
            if self.is_source:
                card["upgrade_available"] = {"type": self.upgrade} if self.upgrade else None
        return card

    def _progress(self, step: str, provided: frozenset[str]) -> dict[str, Json]:
        return {
            "current_step": list(self.steps).index(step) + 1,
            "current_step_type": step,
            "steps": [
                {
                    "type": name,
                    "properties": [
                        {**prop, "provided": prop["name"] in provided} for prop in properties
                    ],
                }
                for name, properties in self.steps.items()
            ],
        }

    def is_complete(self, step: str, provided: frozenset[str]) -> bool:
        """Whether every required property of a step has a value, but for those nobody can give."""
        return all(
            prop["name"] in provided
            for prop in self.steps.get(step, ())
            if prop["is_required"] and prop["property_type"] != "read_only"
        )

    def bad_properties(self, given: Mapping[str, Json], kept: Mapping[str, Json]) -> list[str]:
        """Names of given properties that the type refuses, in the order given.

        Args:
            given: the properties of a request.
            kept: the stored values; an immutable property may only be sent unchanged.
        """
        named = self.named()
        return [
            name for name, value in given.items() if not self._accepts(named.get(name), value, kept)
        ]

    def _accepts(
        self, prop: Mapping[str, Json] | None, value: Json, kept: Mapping[str, Json]
    ) -> bool:
        if prop is None or prop["property_type"] == "read_only" or value == "":
            return False
        if prop["property_type"] == "user_provided_immutable" and prop["name"] in kept:
            return bool(kept[prop["name"]] == value)
        if value is None:
            return not prop["is_required"]
        return _is_valid(prop["json_schema"], value, typed=not self.is_source)


@functools.cache
def _validator(schema: str) -> Any:
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _is_valid(schema: Json, value: Json, *, typed: bool) -> bool:
    """Destinations take typed values and strings alike, and give strings back."""
    if schema is None:
        return isinstance(value, str)
    validator = _validator(json.dumps(schema))
    if validator.is_valid(value):
        return True
    return typed and any(validator.is_valid(other) for other in _other_forms(value))


def _other_forms(value: Json) -> Iterator[Json]:
    if value in ("true", "false"):
        yield value == "true"
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int):
        yield str(value)


def _property(entry: Mapping[str, Json], *, is_source: bool) -> dict[str, Json]:
    """A property as a report card prints it; where form and card disagree, the card is right."""
    kind = entry["property_type"] or ("read_only" if entry["read_only"] else "user_provided")
    prop = {
        "name": entry["name"],
        "is_required": entry.get("card_required", entry["required"]),
        "is_credential": entry.get("card_is_credential", entry["is_credential"]),
        "system_provided": kind in ("read_only", "system_provided_by_default"),
        "property_type": kind,
        "json_schema": None if entry["name"] == "cron_expression" else entry["json_schema"],
    }
    return prop | ({"tap_mutable": False} if is_source else {})


def _steps(entry: Mapping[str, Json], *, is_source: bool) -> dict[str, tuple[dict[str, Json], ...]]:
    shown = [prop for prop in entry["properties"] if not _is_hidden(prop)]
    return {
        step: tuple(_property(prop, is_source=is_source) for prop in shown if prop["step"] == step)
        for step in entry["steps"]
    }


def _is_hidden(entry: Mapping[str, Json]) -> bool:
    return entry.get("on_card") is False or bool(entry.get("internal"))


_SOURCE_DETAILS = {
    "default_start_date": None,
    "default_scheduling_interval": None,
    "image_version": None,
}


def _details(name: str, given: Mapping[str, Json], *, is_source: bool) -> dict[str, Json]:
    state = given.get("pipeline_state", "released")
    usual: dict[str, Json] = {
        "access": state in ("released", "beta"),
        "pricing_tier": "standard",
        "pipeline_state": state,
        "protocol": name,
    }
    known = usual.keys() | _SOURCE_DETAILS.keys()
    extra = _SOURCE_DETAILS if is_source else {}
    return usual | extra | {key: value for key, value in given.items() if key in known}


def _connection_type(name: str, entry: Mapping[str, Json], *, is_source: bool) -> ConnectionType:
    details = _details(name, entry["details"] or {}, is_source=is_source)
    frequency = details.get("default_scheduling_interval") or entry.get("default_frequency") or 30
    return ConnectionType(
        name=name,
        kind=entry["kind"],
        details=details,
        steps=_steps(entry, is_source=is_source),
        defaults={
            "frequency_in_minutes": str(frequency),
            "image_version": details.get("image_version") or "1.latest",
        },
        off_card={
            prop["name"]: _property(prop, is_source=is_source)
            for prop in entry["properties"]
            if _is_hidden(prop)
        },
        upgrade=entry.get("upgrade_available"),
        is_source=is_source,
        cron=entry.get("cron_scheduling") is not False,
    )


def _stepless(name: str, entry: Mapping[str, Json]) -> ConnectionType:
    """A type the list knows and no form describes."""
    return ConnectionType(
        name=name,
        kind=entry["kind"],
        details=_details(name, entry, is_source=True),
        upgrade=entry.get("upgrade_available"),
    )


class Catalog:
    """All types, read once for the process."""

    def __init__(self, data: Mapping[str, Json]) -> None:
        self.sources = {
            name: _connection_type(name, entry, is_source=True)
            for name, entry in data["sources"].items()
        }
        for name, entry in data["types_without_form"].items():
            self.sources.setdefault(name, _stepless(name, entry))
        self.destinations = {
            name: _connection_type(name, entry, is_source=False)
            for name, entry in data["destinations"].items()
        }


@functools.cache
def load() -> Catalog:
    return Catalog(contract.connections())
