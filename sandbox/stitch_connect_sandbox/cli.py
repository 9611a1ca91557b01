"""`stitch-connect-sandbox`: serve a simulated Stitch account on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from .clock import scale

EXTRA = "the sandbox needs its extra: pip install 'stitch-connect[sandbox]'"


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="stitch-connect-sandbox", description=__doc__)
    found.add_argument("--host", default="127.0.0.1", help="address to listen on")
    found.add_argument("--port", type=int, default=8040, help="port; 0 picks a free one")
    found.add_argument("--token", default="sandbox-token", help="the account's Connect token")
    found.add_argument("--seed", type=int, default=7, help="decides what is left to chance")
    found.add_argument("--time-scale", type=scale, default=60.0, help="simulated seconds a second")
    found.add_argument("--start-at", metavar="T", help="first reading of the clock, ISO 8601")
    found.add_argument("--db", help="SQLite file that keeps the state")
    found.add_argument(
        "--exit-with-stdin", action="store_true", help="end when standard input ends"
    )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit code."""
    given = parser().parse_args(arguments)
    try:
        from .app import Sandbox
        from .server import Servers
    except ImportError:
        print(EXTRA, file=sys.stderr)
        return 2
    try:
        sandbox = Sandbox(
            token=given.token,
            seed=given.seed,
            time_scale=given.time_scale,
            db=given.db,
            start_at=given.start_at,
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        servers = Servers(sandbox, given.host, given.port)
    except OSError as error:
        print(f"cannot listen on {given.host}:{given.port}: {error.strerror}", file=sys.stderr)
        return 1
    return _serve(servers, watch=given.exit_with_stdin)


def _serve(servers: object, *, watch: bool) -> int:
    import asyncio
    import signal
    import threading

    from .server import Servers

    assert isinstance(servers, Servers)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: servers.stop())
    if watch:
        threading.Thread(target=_watch, args=(servers.stop,), daemon=True).start()
    print(
        f"Stitch Connect sandbox ready: {servers.url} (log origin {servers.logs_url})", flush=True
    )
    asyncio.run(servers.serve())
    return 0


def _watch(stop: Callable[[], None]) -> None:
    """Stop when whoever holds the other end of standard input is gone."""
    while sys.stdin.buffer.read(4096):
        pass
    stop()


if __name__ == "__main__":
    sys.exit(main())
