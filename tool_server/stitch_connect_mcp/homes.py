"""The accounts that a server works on: each a client of its own, made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import stitch_connect as sdk

from .confirmations.permit import refuse_without_permit
from .recent import Recent
from .settings import Settings

Maker = Callable[[], "sdk.AsyncStitch"]


class Home:
    """One account.

    Arguments:
        make: Makes its client.
        settings: What the operator decided, as it is for this account.
    """

    def __init__(self, make: Maker, settings: Settings) -> None:
        self.settings, self.recent = settings, Recent()
        self._make = make
        self._owner: sdk.AsyncStitch | None = None  # of the connections
        self._stitch: sdk.AsyncStitch | None = None

    @property
    def stitch(self) -> sdk.AsyncStitch:
        """The client, which changes nothing of note without the gate's permit."""
        if self._stitch is None:
            self._owner = self._make()
            self._stitch = self._owner.with_options(before_send=refuse_without_permit)
        return self._stitch

    async def close(self) -> None:
        """Close the connections to Stitch."""
        if self._owner is not None:
            await self._owner.aclose()
            self._owner = self._stitch = None


class Homes:
    """All accounts of a server.

    Arguments:
        homes: The accounts.
        current: Says which of them the present request is about.
    """

    def __init__(self, homes: Iterable[Home], current: Callable[[], Home]) -> None:
        self._homes, self.current = tuple(homes), current

    async def close(self) -> None:
        """Close the connections of all of them."""
        for home in self._homes:
            await home.close()


def one(make: Maker, settings: Settings) -> Homes:
    """The account of a server that has one."""
    home = Home(make, settings)
    return Homes([home], lambda: home)
