"""`Stitch` and `AsyncStitch`: the generated client, and what it cannot say."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from stitch_connect_api import AsyncClient, Client

from . import _flow

if TYPE_CHECKING:
    from pathlib import Path

    from stitch_connect_api.models import Source

    from .health.report import AccountHealth
    from .jobs.calls import AsyncJobs, Jobs
    from .selection.calls import AsyncSelection, Selection


class Stitch(Client):
    """The Stitch Connect API, and what it cannot say. See :class:`stitch_connect_api.Client`."""

    @classmethod
    def from_profile(cls, name: str, *, path: "str | Path | None" = None, **options: Any) -> Self:
        """Return a client of an account in `accounts.toml`; see :mod:`stitch_connect.profiles`.

        Args:
            name: the account's name there.
            path: the file; else `STITCH_CONNECT_ACCOUNTS`, else the one in the user's settings.
            options: what else the client takes; it outranks the profile.

        Raises:
            UnknownProfile: No account has that name.
            ConfigurationError: The file, or the place of the token, cannot be used; says why.
        """
        from .profiles import find_profile

        return cls(**find_profile(name, path).options(options))

    @cached_property
    def jobs(self) -> "Jobs":
        """Start jobs and learn what became of them."""
        from .jobs.calls import Jobs

        return Jobs(self)

    @cached_property
    def selection(self) -> "Selection":
        """Learn what will replicate, and change it."""
        from .selection.calls import Selection

        return Selection(self)

    def health(self) -> "AccountHealth":
        """Return how the account is doing: one state for each source, with the reason.

        Takes four requests, two of them of the jobs budget, and one more for each further page.

        Raises:
            BudgetExhausted: The account's budget is used up.
        """
        from .health.flow import health

        return _flow.drive(health(self))

    def find_source(self, source: int | str) -> "Source":
        """Return a source by id, exact name or display name.

        Raises:
            UnknownSource: No source has that name.
            AmbiguousSource: Several have it.
            NotFound: No source has that id.
        """
        from .lookup import find_source

        return _flow.drive(find_source(self, source))

    def find_client_id(self) -> int:
        """Return the account's numeric id: the one given, or the one that its objects carry.

        Raises:
            ConfigurationError: None was given, and the account has no objects yet.
        """
        from .lookup import find_client_id

        return _flow.drive(find_client_id(self))


class AsyncStitch(AsyncClient):
    """The Stitch Connect API, and what it cannot say. See :class:`Stitch`."""

    @classmethod
    def from_profile(cls, name: str, *, path: "str | Path | None" = None, **options: Any) -> Self:
        """Like :meth:`Stitch.from_profile`."""
        from .profiles import find_profile

        return cls(**find_profile(name, path).options(options))

    @cached_property
    def jobs(self) -> "AsyncJobs":
        """Start jobs and learn what became of them."""
        from .jobs.calls import AsyncJobs

        return AsyncJobs(self)

    @cached_property
    def selection(self) -> "AsyncSelection":
        """Learn what will replicate, and change it."""
        from .selection.calls import AsyncSelection

        return AsyncSelection(self)

    async def health(self) -> "AccountHealth":
        """Like :meth:`Stitch.health`."""
        from .health.flow import health

        return await _flow.adrive(health(self))

    async def find_source(self, source: int | str) -> "Source":
        """Like :meth:`Stitch.find_source`."""
        from .lookup import find_source

        return await _flow.adrive(find_source(self, source))

    async def find_client_id(self) -> int:
        """Like :meth:`Stitch.find_client_id`."""
        from .lookup import find_client_id

        return await _flow.adrive(find_client_id(self))
