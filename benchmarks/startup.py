"""How long a new process takes to import a client, and to get its first list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from .measure import Line, interleaved, run

CALL = "import sys; url = sys.argv[1]\n"
HTTPX = (
    CALL
    + """
import httpx, pydantic
class Source(pydantic.BaseModel, extra="allow"):
    id: int
    name: str
with httpx.Client(base_url=url, headers={{"Authorization": "Bearer sandbox-token"}}{0}) as client:
    pydantic.TypeAdapter(list[Source]).validate_json(client.get("/v4/sources").content)
"""
)
PROGRAMS: Mapping[str, str] = {
    "bare": "pass",
    "ours": "import stitch_connect",
    "theirs": "import stitch_connect_client",
    "openai": "import openai; openai.OpenAI(api_key='x')",
    "ours, a list": CALL
    + """
from stitch_connect import Stitch
with Stitch("sandbox-token", base_url=url) as stitch:
    stitch.sources.list()
""",
    "httpx, a list": HTTPX.format(""),
    "httpx without certificates, a list": HTTPX.format(", verify=False, trust_env=False"),
    "theirs, a list": CALL
    + """
import asyncio
import stitch_connect_client as theirs
async def main():
    settings = theirs.Configuration(host=url)
    settings.access_token = "sandbox-token"
    client = theirs.ApiClient(settings)
    await theirs.SourcesApi(client).get_sources()
    await client.rest_client.pool_manager.close()
asyncio.run(main())
""",
}
OURS = "import, client, first list"


def report(url: str) -> None:
    """Measure and print, against the sandbox at `url`."""
    calls = [partial(run, "-c", program, url) for program in PROGRAMS.values()]
    took = dict(zip(PROGRAMS, interleaved(*calls), strict=True))
    ours, first = took["ours"] - took["bare"], took["ours, a list"]
    Line("import, over the bare interpreter", "ms", at_most=25).show(ours * 1000)
    Line("import / import stitch-connect-client 0.6.2", "×").show(
        ours / (took["theirs"] - took["bare"])
    )
    Line(f"{OURS} / httpx.Client() and a model", "×", at_most=1.15).show(
        first / took["httpx, a list"]
    )
    Line(f"{OURS} / the same without certificates", "×").show(
        first / took["httpx without certificates, a list"]
    )
    Line(f"{OURS} / stitch-connect-client 0.6.2", "×").show(first / took["theirs, a list"])
    Line(f"{OURS} / import openai, no call", "×").show(first / took["openai"])
