"""What `doctor` looks at: each check says how it is, and what to do where it is not well."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from stitch_connect import AsyncStitch
from stitch_connect.errors import ConfigurationError, StitchError

from .audit.chain import Broken
from .audit.journal import Journal
from .clients import Clients
from .database import Database
from .errors import explain
from .settings import Settings
from .state_file import Place, StateRefused, database
from .text import Words
from .tools import TOOLS

OK, WARN, FAIL = "ok", "warn", "fail"
DRIFT = 30.0  # seconds that a clock may be off
PATIENCE = 10.0  # seconds for one answer
SHORT = 3  # requests left


class Line(NamedTuple):
    """What a check found."""

    state: str
    what: str
    said: str


def access_of(settings: Settings) -> Iterator[Line]:
    """What an assistant may do."""
    access = settings.access
    count = sum(access.lists(spec) for spec in TOOLS)
    toolsets = ", ".join(sorted(access.toolsets))
    yield Line(OK, "access", f"{access.level}; confirmations: {settings.confirm}")
    state, hint = (OK, "") if count else (WARN, ": --toolsets, --tools and --deny leave nothing")
    yield Line(state, "tools", f"{count} of {toolsets}{hint}")


# What this user's servers share ------------------------------------------------------------------


def state_of(where: Place) -> tuple[Line, Database | None]:
    """Whether the state file is there and the user's alone. None is made."""
    if not where.file.exists():
        return Line(OK, "state", f"{where.file} is made at the first start"), None
    try:
        return Line(OK, "state", f"{where.file}, yours alone"), database(where)
    except StateRefused as error:
        return Line(FAIL, "state", str(error)), None


def audit_of(where: Place, state: Database) -> Line:
    """Whether the audit journal is as it was written."""
    try:
        count = Journal(where.folder, state).verify().count
    except (Broken, OSError) as error:
        return Line(FAIL, "audit", f"{error}; `audit renew` sets it aside and begins anew")
    return Line(OK, "audit", f"{count} lines, as they were written")


def clients_of(state: Database, now: Callable[[], float] = time.time) -> Iterator[Line]:
    """The assistants that were here."""
    latest = Clients(state).latest()
    if not latest:
        yield Line(OK, "client", "none was here yet")
    for seen, at in latest:
        ago = max(0, round((now() - at) / 60))
        can = ", ".join(seen.can) or "neither asks nor samples"
        line = f"{seen.name} {seen.version}, protocol {seen.protocol}, {can}; {ago} min ago"
        yield Line(OK, "client", line)


# Stitch ------------------------------------------------------------------------------------------


async def account_of(make: Callable[[], AsyncStitch], settings: Settings) -> AsyncIterator[Line]:
    """The address, the clock, the token and what is left of the budget; none of it is spent."""
    try:
        stitch = make()
    except ConfigurationError as error:
        yield Line(FAIL, "account", Words(known=settings.secrets).line(error, 300))
        return
    async with stitch:
        yield Line(OK, "region", stitch.base_url)
        yield clock_of(stitch.base_url)
        asked = stitch.with_options(timeout=PATIENCE, max_retries=0)
        token = await token_of(asked, settings)
        yield token
        if token.state == OK:
            yield await budget_of(asked)


def clock_of(address: str, now: Callable[[], float] = time.time) -> Line:
    """How far this machine's clock is from Stitch's, by an answer that needs no token."""
    try:
        date = _date(address)
        theirs = parsedate_to_datetime(date or "").timestamp()
    except OSError:
        return Line(FAIL, "clock", f"{address} does not answer; look at network and proxy")
    except ValueError:
        return Line(WARN, "clock", f"{address} does not tell the time")
    off = now() - theirs
    if abs(off) > DRIFT:
        late = "ahead of" if off > 0 else "behind"
        return Line(
            WARN, "clock", f"{abs(off):.0f} s {late} Stitch's; let the network set this machine's"
        )
    return Line(OK, "clock", f"{abs(off):.0f} s from Stitch's")


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else: the date of the first answer is enough."""

    def redirect_request(self, *given: object) -> None:
        return None


def _date(address: str) -> str | None:
    request = Request(f"{address}/v4/sources", method="HEAD")  # noqa: S310  (the client holds it to http and https)
    try:
        with build_opener(_Stay).open(request, timeout=PATIENCE) as answer:
            date: str | None = answer.headers.get("Date")
    except HTTPError as answer:
        with answer:
            date = answer.headers.get("Date")
    return date


async def token_of(stitch: AsyncStitch, settings: Settings) -> Line:
    """Whether there is a token and Stitch takes it, by the list of destinations."""
    try:
        await stitch.destinations.list()
    except ConfigurationError as error:
        return Line(FAIL, "token", Words(known=settings.secrets).line(error, 300))
    except StitchError as error:
        said = explain(error, Words(known=settings.secrets)) or type(error).__name__
        return Line(FAIL, "token", said)
    return Line(OK, "token", "there, and Stitch takes it")


async def budget_of(stitch: AsyncStitch) -> Line:
    """What is left of the requests that all of this user's servers share."""
    try:
        left = stitch.budget_left(scope=await stitch.find_client_id())
    except StitchError:  # an account without anything in it
        left = None
    if left is None:
        return Line(WARN, "budget", "not known; STITCH_CONNECT_CLIENT_ID would tell the account")
    said = f"{left} of 30 job requests left for 10 minutes"
    return Line(OK, "budget", said) if left >= SHORT else Line(WARN, "budget", f"{said}; wait")
