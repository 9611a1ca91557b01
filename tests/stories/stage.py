"""What a story happens on: a simulated account, and servers over it as `serve` makes them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from anyio import to_thread
from mcp import Client
from stitch_connect import AsyncStitch
from stitch_connect.errors import BudgetExhausted
from stitch_connect.operations import OPERATIONS
from stitch_connect_mcp.access import Access
from stitch_connect_mcp.audit.journal import Journal
from stitch_connect_mcp.audit.record import Audit
from stitch_connect_mcp.clients import Clients
from stitch_connect_mcp.confirmations.gate import Gate
from stitch_connect_mcp.confirmations.modes import MODES
from stitch_connect_mcp.confirmations.seal import sealing_key
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.request_budget import SharedBudget
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.state_file import Place, database
from stitch_connect_sandbox.remote import Control, SandboxClock
from stitch_connect_sandbox.seed_data import CLIENT_ID

from ..tools.account import TOKEN, Account, opened
from ..tools.terminal import at_a_terminal
from .assistant import Assistant
from .shown import Shown
from .transcript import Transcript

MORNING = "2026-03-02T06:30:00Z"  # a Monday; the last jobs began two hours before
READING = 4.0  # seconds; the gate believes no faster answer to be a person's
SPOKEN = {"auto": "2026-07-28", "legacy": "2025-11-25"}
IDS = ("k7mq2xv4ta", "r5wd3hj6ue", "b2yf7nc4sl", "g6tz5pa3ki")


class AccountClock(SandboxClock):
    """The clock of the account, which is read without asking over HTTP."""

    def __init__(self, account: Account) -> None:
        super().__init__(Control(account.url))
        self._account = account

    def now(self) -> float:
        return self._account.sandbox.clock.now()


class Stage:
    """One account and all that one user has of it, for one story.

    Arguments:
        era: How the client speaks: `auto`, which is 2026-07-28, or `legacy`.
        account: The account.
        home: The user's state directory, which the server keeps its state under.
    """

    def __init__(self, era: str, account: Account, home: Path) -> None:
        self.era, self.account, self.home = era, account, home
        self.transcript = Transcript()
        self.control = Control(account.url)
        self._clock = AccountClock(account)
        self._place = Place(home / "stitch-connect", True)
        self._state = database(self._place)
        self._ids = iter(IDS)
        self._elsewhere: Counter[str] = Counter()
        self._later = 0.0

    def close(self) -> None:
        """Let go of the state file."""
        self._state.close()

    # The server ----------------------------------------------------------------------------------

    def now(self) -> float:
        """The time of the gate: real, and later by what a person has taken to read."""
        return time.time() + self._later

    def reads(self) -> None:
        """Let a person read a question."""
        self._later += READING

    def stitch(self) -> AsyncStitch:
        budget = SharedBudget(self._state)
        return AsyncStitch(TOKEN, base_url=self.account.url, clock=self._clock, budget=budget)

    def server(self, access: Access) -> StitchServer:
        audit = Audit(Journal(self._place.folder, self._state))
        store = SqliteStore(self._state, new_id=lambda: next(self._ids))
        return build_server(
            Settings(where="sandbox", access=access, secrets=(TOKEN,)),
            self.stitch,
            gate=Gate(store, MODES["auto"], now=self.now, audit=audit),
            seal=sealing_key(self._state),
            audit=audit,
            clients=Clients(self._state),
        )

    @asynccontextmanager
    async def assistant(
        self, *, forms: bool = True, access: Access | None = None
    ) -> AsyncIterator[Assistant]:
        """An assistant that has connected.

        Arguments:
            forms: Whether it can show a person a form.
            access: What the operator allows.
        """
        assistant = Assistant(self.transcript, self.reads)
        callback: Any = assistant.asked_by_the_server if forms else None
        server = self.server(access or Access())
        mode: Any = self.era
        async with Client(server, mode=mode, elicitation_callback=callback) as client:
            assert client.protocol_version == SPOKEN[self.era]
            assistant.client = client
            yield assistant

    @property
    def is_modern(self) -> bool:
        """Whether the client speaks the protocol 2026-07-28."""
        return self.era == "auto"

    @contextmanager
    def only_modern(self, text: str) -> Iterator[None]:
        """Tell what can happen with that protocol alone."""
        assert self.is_modern
        self.transcript.modern = True
        self.happens(f"With the protocol 2026-07-28 alone: {text}")
        yield
        self.transcript.modern = False

    # What happens beside the assistant ------------------------------------------------------------

    def happens(self, text: str) -> None:
        """Tell what happens beside the assistant."""
        self.transcript.prose(f"*{text}*")

    def ten_minutes_later(self) -> None:
        """Let a question, and the answer to it, grow old."""
        self._later += 600
        self.happens("Ten minutes later.")

    def job_of(self, source: int, **fate: Any) -> None:
        """Say how the next job of a source goes."""
        self.control("POST", "fates", {"source_id": source, "outcome": "success", **fate})

    async def a_colleague_starts(self, source: int) -> None:
        """Have a job running, which this user has not started."""
        async with self.stitch() as stitch:
            await stitch.jobs.start(source)
        self._clock.sleep(60)
        self._elsewhere = Counter(self._made())
        self.happens("A minute ago a colleague has started a job in Stitch itself.")

    async def another_window_asks_until_it_may_not(self) -> None:
        """Use up the requests that Stitch allows."""
        self._clock.sleep(60)
        async with self.stitch() as stitch:
            with suppress(BudgetExhausted):
                for _ in range(31):
                    await stitch.loads.list(CLIENT_ID).first_page()
        self.happens("A minute later; another window has used up the requests.")

    def somebody_writes(self, source: int, name: str, failure: str) -> None:
        """Have somebody choose the name of a source, and what its last job says."""
        store = self.account.store
        found = store.sources.get(source)
        store.sources.change(found, name=name, display_name=name)
        for job in [one for one in store.jobs if one.source_id == source]:
            store.jobs.change(job, descriptions={**job.descriptions, "tap": failure})
        self.happens("Somebody has given the source this name, and made its last job say this:")
        for text in (name, failure):
            self.transcript.passes(json.dumps(text))

    async def at_the_terminal(self, *command: str, types: str = "", shown: Shown = None) -> None:
        """Run a command of the person's."""
        self.transcript.passes(f"$ stitch-connect-mcp {' '.join(command)}")
        run = partial(at_a_terminal, *command, env={"XDG_STATE_HOME": str(self.home)}, types=types)
        code, told = await to_thread.run_sync(run)
        assert code == 0, told
        self.transcript.answers(told, shown)

    # What comes of it ----------------------------------------------------------------------------

    def counted(self, changes: Mapping[str, int], facts: Mapping[str, bool] | None = None) -> None:
        """Hold what the account was asked to change, and what has become of it, past the server.

        Arguments:
            changes: How often each operation was asked for that is more than reading.
            facts: What is to be true of the account now, in words.
        """
        made = Counter(self._made())
        made.subtract(self._elsewhere)
        assert +made == Counter(changes), made
        for fact, holds in (facts or {}).items():
            assert holds, fact
        told = ", ".join(f"`{name}` {number}×" for name, number in sorted(changes.items()))
        found = "".join(f" {fact}." for fact in facts or {})
        self.transcript.prose(f"**At the account**, asked to change: {told or 'nothing'}.{found}")

    def _made(self) -> dict[str, int]:
        """How often each operation was asked for that is more than reading."""
        shown = self.account.sandbox.counts.shown()["operations"]
        return {name: n for name, n in shown.items() if OPERATIONS[name].risk.level != "read"}


@contextmanager
def staged(era: str, home: Path) -> Iterator[Stage]:
    """A stage for one story."""
    with opened(start_at=MORNING) as account:
        stage = Stage(era, account, home)
        try:
            yield stage
        finally:
            stage.close()
