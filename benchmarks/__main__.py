"""`make bench`: a line for each measure, with its goal."""

from __future__ import annotations

import sys

from stitch_connect_sandbox.server import running

from . import size, startup, tokens, tool_server
from .measure import ROOT, Line, numbers

RECORDED = ROOT / "spec" / "examples" / "sources.get.response.healthy.json"


def decoding() -> None:
    """How long it takes to read a list of 1,000 sources."""
    ratios = {}
    for client in ("ours", "theirs"):
        took = numbers("decode", str(RECORDED), client)
        ratios[client] = took["client"] / took["json"]
    Line("decode 1,000 sources / json.loads", "×", at_most=2.5).show(ratios["ours"])
    Line("decode 1,000 sources: faster than stitch-connect-client 0.6.2", "×", at_least=5).show(
        ratios["theirs"] / ratios["ours"]
    )


def throughput(url: str) -> None:
    """How many requests per second are made."""
    took = numbers("throughput", url)
    Line("requests per second / bare httpx", "×", at_least=0.8).show(took["bare"] / took["ours"])
    Line("requests per second / bare httpx, 8 at a time, async", "×", at_least=0.8).show(
        took["async-bare"] / took["async-ours"]
    )


def previewing() -> None:
    """How long it takes to tell what of a large source will replicate."""
    took = numbers("preview")
    what = "preview of 2,000 streams × 200 fields"
    Line(what, "s", at_most=2).show(took["preview"])
    Line(f"{what} / json.loads of the answers", "×").show(took["preview"] / took["json"])


def main() -> int:
    """Measure and print."""
    with running(time_scale=0) as address:
        startup.report(address.url)
        decoding()
        previewing()
        throughput(address.url)
        tool_server.report(address)
    size.report()
    tokens.report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
