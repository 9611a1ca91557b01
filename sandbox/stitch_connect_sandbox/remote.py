"""A sandbox as a test holds it: an address, a token, and the control plane over HTTP.

It needs the standard library alone, and it is no client of the API: bring any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 30.0


class Control:
    """The control plane of the sandbox at an address."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def __call__(self, verb: str, action: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what an action answers.

        Raises:
            ValueError: the action was refused; the message says why.
        """
        parts = self._parts
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            connection.request(verb, f"/_sandbox/{action}", json.dumps(body or {}))
            answer = connection.getresponse()
            found = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(found["error"])
        return found


class SandboxClock:
    """The clock of a sandbox for a client that can be given one: to sleep moves time on.

    So a client that waits, retries or keeps a budget does it in the time of the account, and no
    test waits. No two clocks are equal, and clients share nothing from test to test.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> float:
        """Return the seconds since 1970."""
        return float(self._control("GET", "health")["seconds"])

    def sleep(self, seconds: float) -> None:
        """Move time on by seconds."""
        self._control("POST", "advance", {"seconds": max(0.0, seconds)})

    async def asleep(self, seconds: float) -> None:
        """Move time on by seconds, and let other tasks run."""
        import anyio

        self.sleep(seconds)
        await anyio.sleep(0)


@dataclass(slots=True, eq=False)
class StitchSandbox:
    """A running sandbox.

    Attributes:
        url: the address of the API, for the `base_url` of a client.
        token: the Connect token of the account.
        logs_url: the other origin, where logs lie.
        client_id: the id of the account.
        clock: its clock, with `now`, `sleep` and `asleep`, for the `clock` of a client.
    """

    url: str
    token: str = field(repr=False)
    logs_url: str
    client_id: int
    clock: SandboxClock = field(init=False, repr=False)
    _control: Control = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._control = Control(self.url)
        self.clock = SandboxClock(self._control)

    def reset(self) -> None:
        """Forget everything, and begin again with the account as it was."""
        self._control("POST", "reset")

    def snapshot(self) -> dict[str, Any]:
        """Return everything the sandbox holds, with its time and its seed, as one JSON value.

        It holds the Connect and Import API tokens of the simulated accounts and the properties of
        their connections as they were given, but never the value of a credential.
        """
        found: dict[str, Any] = self._control("GET", "snapshot")
        return found

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go back (or over) to a snapshot; counts of requests and armed faults are forgotten.

        Raises:
            ValueError: it is no snapshot, of another version, or damaged; nothing has changed.
        """
        self._control("POST", "restore", snapshot)

    def account(
        self,
        *,
        client_id: int | None = None,
        plan: str | None = None,
        region: str | None = None,
        tokens: Sequence[str] | None = None,
        features: Sequence[str] | None = None,
        destinations: int | None = None,
    ) -> dict[str, Any]:
        """Add an account with a destination, or change one.

        Args:
            client_id: the account to change; a new one if not given.
            plan: `trial`, `standard`, `advanced` or `premium` (if not given).
            region: `us-east-1` (if not given) or `eu-central-1`.
            tokens: the Connect tokens that open it; one of its own if not given.
            features: what it may use of `cron`, `emails`, `hooks` and `enterprise_types`,
                whatever its plan says.
            destinations: how many destinations it may have, whatever its plan says.

        Returns:
            `{"client_id": …, "tokens": […], "plan": …, "region": …, "features": […], …}`.

        Raises:
            ValueError: what is asked for makes no sense, such as a token that is taken.
        """
        given = {
            "client_id": client_id,
            "plan": plan,
            "region": region,
            "tokens": tokens and list(tokens),
            "features": None if features is None else list(features),
            "destinations": destinations,
        }
        found: dict[str, Any] = self._control("POST", "accounts", _given(given))
        return found

    def deliveries(self) -> list[dict[str, Any]]:
        """Return what hooks were told of loads, the latest last.

        Each has its `url`, its `payload` and a `status`: `queued`, `delivered`, `failed` after six
        attempts, or `withheld` from an address that is not on this machine.
        """
        found: list[dict[str, Any]] = self._control("GET", "deliveries")
        return found

    def now(self) -> datetime:
        """Return the time by the clock of the sandbox."""
        return datetime.fromisoformat(self._control("GET", "health")["now"])

    def advance(self, seconds: float) -> datetime:
        """Move the clock on by seconds; return the new time. What was due has happened."""
        return datetime.fromisoformat(self._control("POST", "advance", {"seconds": seconds})["now"])

    def fate(
        self,
        source_id: int,
        outcome: str = "success",
        *,
        duration: float | None = None,
        silent: Sequence[str] = (),
        failing: Sequence[str] = (),
        load_delay: float | Mapping[str, float] | None = None,
        log: bool = True,
        of: str = "job",
    ) -> None:
        """Script how the next replication job of a source goes; several fates queue up.

        Args:
            source_id: the source.
            outcome: `success`, `no_rows`, `discovery_failed`, `tap_failed`, `target_failed`,
                `load_failed` or `terminated` (also `stopped`).
            duration: seconds from the start to the end of the job.
            silent: names of selected streams that send no rows.
            failing: names of streams that cannot be loaded.
            load_delay: seconds from the end of the job to the loads, for all streams or by name.
            log: whether the log of the job can be read.
            of: `job`, or `check` for the next connection check (`success`, `discovery_failed`).

        Raises:
            ValueError: what is scripted makes no sense, such as an unknown stream.
        """
        given = {"source_id": source_id, "outcome": outcome, "of": of, "log": log}
        streams = {"silent": list(silent), "failing": list(failing)}
        delay = dict(load_delay) if isinstance(load_delay, Mapping) else load_delay
        times = {"duration": duration, "load_delay": delay}
        self._control("POST", "fates", given | streams | _given(times))

    def fault(
        self,
        operation: str,
        kind: str,
        *,
        count: int | None = None,
        skip: int = 0,
        probability: float | None = None,
        client_id: int | None = None,
        status: int | None = None,
        retry_after: str | None = None,
        seconds: float | None = None,
        rows: int | None = None,
        text: str | None = None,
    ) -> None:
        """Make calls of an operation go wrong.

        Args:
            operation: the id of the operation, such as `loads.list`; `log_store.get` for the text
                of a log at the other host; `*` for any.
            kind: what happens; `docs/faults.md` lists the kinds.
            count: how many calls are struck; if not given, one, or any number with a probability.
            skip: how many calls pass before.
            probability: how likely a call is struck, above 0 and up to 1; the seed decides which.
            client_id: the account whose calls are struck; any if not given.
            status: of `status`: the status of the answer, 400 to 599.
            retry_after: of `status`: the text of a Retry-After header.
            seconds: of `latency` and `drip`: real seconds before the answer or between its pieces.
            rows: of `shifted`: rows that came (or went, below zero) since the page before.
            text: of `injection`: what is added to names, descriptions, messages and log lines.

        Raises:
            ValueError: the fault makes no sense, such as an unknown operation.
        """
        given: dict[str, Any] = {"operation": operation, "kind": kind, "skip": skip}
        whom = {"count": count, "probability": probability, "client_id": client_id}
        own = {"status": status, "retry_after": retry_after, "seconds": seconds, "rows": rows}
        self._control("POST", "faults", given | _given(whom | own | {"text": text}))

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._control("DELETE", "faults")

    def requests(self) -> dict[str, Any]:
        """Return what has been asked for since the last reset.

        `operations` counts calls by operation; `jobs_log` lists `[time, client id, operation]` of
        the last 10,000 calls in the budget of 30 in 600 s, and `max_in_window` the most of them in
        any such window by client id; `leaked_tokens` counts requests that showed a token to the
        store of logs.
        """
        found: dict[str, Any] = self._control("GET", "requests")
        return found

    def seed(
        self,
        *,
        accounts: int | None = None,
        sources: int | None = None,
        streams: int | None = None,
        client_id: int | None = None,
    ) -> list[Any]:
        """Add much at once.

        Args:
            accounts: how many accounts to add, each with a token and a destination.
            sources: how many healthy sources to add: to each of those accounts, else to one.
            streams: how many selected streams each source has; 4 if not given.
            client_id: the account that the sources belong to; the first one if not given.

        Returns:
            `{"client_id": …, "token": …}` for each account (with `sources`, their ids); without
            accounts, the ids of the sources.

        Raises:
            ValueError: what is asked for makes no sense.
        """
        given = {
            "accounts": accounts,
            "sources": sources,
            "streams": streams,
            "client_id": client_id,
        }
        found: list[Any] = self._control("POST", "seed", _given(given))
        return found

    def streams(self, source_id: int, streams: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Replace the streams of a source, as if a discovery had found these.

        Args:
            source_id: the source.
            streams: for each, its `tap_stream_id`, `stream_name`, `metadata`, and `fields`: by
                name, the `metadata` of a field and, if wanted, its JSON `schema`.

        Returns:
            `{"stream_id": …, "tap_stream_id": …}` for each.

        Raises:
            ValueError: what is asked for makes no sense, or Stitch would not answer so.
        """
        given = {"source_id": source_id, "streams": list(streams)}
        found: list[dict[str, Any]] = self._control("POST", "streams", given)
        return found


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
