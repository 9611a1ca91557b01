"""The objects of the API, each imported when first used."""

from typing import TYPE_CHECKING, Any

import stitch_connect_api.models as _models

if TYPE_CHECKING:
    from stitch_connect_api.models import *  # noqa: F403


def __getattr__(name: str) -> Any:
    return getattr(_models, name)


def __dir__() -> list[str]:
    return dir(_models)
