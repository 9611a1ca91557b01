"""What a plan allows, as a table; the settings of an account may allow more, or less. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .catalog import ConnectionType
from .records import Account

FEATURES = ("cron", "emails", "hooks", "enterprise_types")
PAID = frozenset({"cron", "emails", "hooks"})
OPEN_STATES = ("released", "beta")
REGIONS = ("us-east-1", "eu-central-1")
EDITIONS = ("older", "newer")


@dataclass(frozen=True, slots=True)
class Plan:
    """Features, the number of destinations, and the days that logs are kept."""

    features: frozenset[str]
    destinations: int
    log_days: int


PLANS: Mapping[str, Plan] = {
    "trial": Plan(frozenset(), 1, 1),
    "standard": Plan(frozenset(), 1, 7),
    "advanced": Plan(PAID, 3, 60),
    "premium": Plan(PAID | {"enterprise_types"}, 5, 60),
}


def allows(account: Account, feature: str) -> bool:
    """Whether an account may use a feature."""
    allowed: Collection[str] = account.settings.get("features", PLANS[account.plan].features)
    return feature in allowed


def destination_limit(account: Account) -> int:
    """How many destinations an account may have."""
    return int(account.settings.get("destinations", PLANS[account.plan].destinations))


def is_newer(account: Account) -> bool:
    """Whether an account gets the newer of two documented forms of an answer."""
    return bool(account.settings.get("edition", EDITIONS[0]) == "newer")


def may_connect(account: Account, kind: ConnectionType) -> bool:
    """Whether an account may use a type: neither alpha nor deprecated, nor above its plan."""
    open_to_all = kind.details["pricing_tier"] == "standard"
    is_open = kind.details["pipeline_state"] in OPEN_STATES
    return is_open and (open_to_all or allows(account, "enterprise_types"))
