"""One read over many accounts: concurrently within a bound, each within its own request budget.

    fleet = Fleet.from_profiles()              # accounts.toml; or Fleet({"prod": stitch, ...})
    for result in fleet.map(lambda stitch: stitch.sources.list()):
        print(result.account, len(result.value) if result.ok else result.error)

Results come in the order in which accounts answer. What fails, fails for one account: a token that
cannot be read, an error of the API, a timeout. The connections of one `map` are one pool, closed
at its end.
"""

from typing import TYPE_CHECKING

from stitch_connect_runtime.lazy import lazy

if TYPE_CHECKING:
    from .asynchronous import AsyncFleet as AsyncFleet
    from .results import AccountTimeout as AccountTimeout
    from .results import Result as Result
    from .results import WriteRefused as WriteRefused
    from .synchronous import Fleet as Fleet

__getattr__, __dir__ = lazy(
    __name__,
    {
        "AccountTimeout": ".results",
        "AsyncFleet": ".asynchronous",
        "Fleet": ".synchronous",
        "Result": ".results",
        "WriteRefused": ".results",
    },
)

__all__ = ["AccountTimeout", "AsyncFleet", "Fleet", "Result", "WriteRefused"]
