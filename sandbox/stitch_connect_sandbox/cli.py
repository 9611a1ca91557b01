"""`stitch-connect-sandbox`: serve a simulated Stitch account on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from .clock import moment, scale
from .collecting import never_look_again
from .disk import DiskError

T = TypeVar("T")
EXTRA = "the sandbox needs its extra: pip install 'stitch-connect[sandbox]'"


class Parser(argparse.ArgumentParser):
    """A mistake is told in one line that says what to do."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        given, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown[0].partition("=")[0]))
        return given

    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ")
        self.exit(2, f"{self.prog}: {message} (--help lists the options)\n")

    def _unknown(self, name: str) -> str:
        if not name.startswith("-"):
            return "an argument without an option"
        near = get_close_matches(name, self._option_string_actions.keys() - {"--help"}, 1)
        return f"unknown option {name}" + (f"; did you mean {near[0]}?" if near else "")


def must(be: str, read: Callable[[str], T]) -> Callable[[str], T]:
    """`read`, with a sentence for what it cannot read."""

    def told(text: str) -> T:
        try:
            return read(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be {be}, not {text!r}") from None

    return told


def port(text: str) -> int:
    if not 0 <= int(text) <= 65535:
        raise ValueError
    return int(text)


def path(text: str) -> str:
    if not text:
        raise ValueError
    return text


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = Parser(
        prog="stitch-connect-sandbox",
        description="Serve a simulated Stitch account on this machine.",
        allow_abbrev=False,
    )
    a_port = must("a number from 0 (any free port) to 65535", port)
    a_scale = must("a number from 0 (time stands still) to 1e9", scale)
    an_instant = must(
        "a moment as ISO 8601, such as 2026-01-31T09:00:00Z, from 1970 to 8999", moment
    )
    add = found.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--port", type=a_port, default=8040, help="port, 0 for any free one (%(default)s)")
    add("--token", default="sandbox-token", help="the account's Connect token (%(default)s)")
    add(
        "--seed",
        type=must("a whole number", int),
        default=7,
        help="of what is left to chance (%(default)s)",
    )
    add(
        "--time-scale",
        type=a_scale,
        default=60.0,
        metavar="N",
        help="simulated seconds for each real one (%(default)g)",
    )
    add("--start-at", type=an_instant, metavar="T", help="first reading of the clock, ISO 8601")
    add(
        "--db",
        type=must("the path of a file", path),
        metavar="PATH",
        help="SQLite file that keeps the state",
    )
    add(
        "--fault",
        action="append",
        default=[],
        metavar="OPERATION:KIND[:FIELD=VALUE,...]",
        help="make calls go wrong, such as loads.list:status:status=503,probability=0.1",
    )
    add("--exit-with-stdin", action="store_true", help="end when standard input ends")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit code."""
    given = parser().parse_args(arguments)
    try:
        from .app import Sandbox
        from .faults.fields import spelled
        from .server import Servers
    except ImportError:
        return _refuse(EXTRA)
    try:
        sandbox = Sandbox(
            token=given.token,
            seed=given.seed,
            time_scale=given.time_scale,
            db=given.db,
            start_at=given.start_at,
        )
    except DiskError as error:
        return _refuse(str(error))
    try:
        for line in given.fault:
            sandbox.faults.arm(spelled(line))
    except ValueError as error:
        return _refuse(f"--fault {line}: {error}")
    try:
        servers = Servers(sandbox, given.host, given.port)
    except OSError as error:
        where = f"{given.host}:{given.port}"
        return _refuse(
            f"cannot listen on {where}: {error.strerror}; choose another --port (0: any free one)"
        )
    return _serve(servers, watch=given.exit_with_stdin)


def _refuse(sentence: str) -> int:
    print(f"stitch-connect-sandbox: {sentence}", file=sys.stderr)
    return 2


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
    never_look_again()
    asyncio.run(servers.serve())
    return 0


def _watch(stop: Callable[[], None]) -> None:
    """Stop when whoever holds the other end of standard input is gone."""
    while os.read(sys.stdin.fileno(), 4096):  # a buffer's lock would outlive the process's end
        pass
    stop()


if __name__ == "__main__":
    sys.exit(main())
