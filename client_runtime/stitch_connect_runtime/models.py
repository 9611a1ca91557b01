"""What every generated model is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer


def dump_timestamp(value: datetime) -> str:
    """UTC with `Z`; a fraction only where the value has one, in milliseconds if those do."""
    if not isinstance(value, datetime):  # a value that did not fit is kept as it came
        return value
    moment = value.astimezone(UTC)
    if not moment.microsecond:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    unit = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=unit).replace("+00:00", "Z")


Timestamp = Annotated[
    AwareDatetime, PlainSerializer(dump_timestamp, return_type=str, when_used="json")
]


class Model(BaseModel):
    """An object of the API. Unknown fields are kept; what was absent stays absent."""

    model_config = ConfigDict(
        extra="allow",
        defer_build=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        protected_namespaces=(),
        ser_json_inf_nan="constants",
    )

    def to_wire(self) -> dict[str, Any]:
        """The object as JSON values under the API's own names."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
