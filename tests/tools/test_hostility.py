"""An account full of orders, of what cannot be seen, and of secrets: what reaches the model.

Names are shown on one line, at most 80 characters of them; all other text stands in a fence. The
texts are planted wherever the API lets somebody place text.
"""

from __future__ import annotations

import io
import itertools
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from mcp import Client
from mcp.types import PromptReference, ResourceTemplateReference
from stitch_connect_mcp.audit.journal import FILE, Journal
from stitch_connect_mcp.audit.record import Audit
from stitch_connect_mcp.logs import RedactingFormatter
from stitch_connect_mcp.state_file import Place, database
from stitch_connect_mcp.text import visible

from .account import TOKEN, Account, call, text
from .hostile import CORE, CORPUS, secrets

ERAS = ("auto", "legacy")
FIRST = 120643
NAME, FREE = "NAME", "FREE"
FENCED = re.compile(r"<<(\w{8}): .*? :\1>>", re.DOTALL)


Text = Callable[[], str]


def numbered(tag: str, texts: Sequence[str]) -> Text:
    """Gives the texts in turn, each with its number."""
    turn = itertools.count()
    return lambda: f"{tag}{(number := next(turn))} {texts[number % len(texts)]}"


def plant(account: Account, free: Text, named: Text) -> None:
    """Put texts wherever the account has one."""
    store = account.store
    for source in list(store.sources):
        properties = {named(): free() for _ in range(4)} | {"password": free()}
        store.sources.change(source, properties=properties, display_name=named(), name=named())
    for one in list(store.destinations):
        properties = {named(): free() for _ in range(5)}
        store.destinations.change(one, name=named(), description=free(), properties=properties)
    for check in list(store.checks):
        store.checks.change(check, message=free(), status="failed", outcome="failed")
    for hook in list(store.hooks):
        store.hooks.change(hook, config={"url": f"https://x.example/{quote(free())}"})
    _plant_history(store, free, named)


def _plant_history(store: Any, free: Text, named: Text) -> None:
    for stream in list(store.streams):
        fields = {named(): field for field in stream.fields.values()}
        store.streams.change(stream, name=named(), tap_stream_id=named(), fields=fields)
    for job in list(store.jobs):
        told = {phase: free() for phase in ("discovery", "tap", "target")}
        ended = {"discovery": job.started_at + 1, "tap": job.started_at + 2}
        statuses, streams = {"discovery": 0, "tap": 0, "target": 1}, [free() for _ in range(21)]
        store.jobs.change(job, descriptions=told, statuses=statuses, sent=streams, ended=ended)
    for load in list(store.loads):
        error = {"notification_data": {"message": free(), "warehouse_message": free()}}
        names = {"source_name": named(), "stream_name": named()}
        store.loads.change(load, error_state=error, loaded_at=None, **names)


READS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("account_overview", {}),
    ("list_sources", {"detail": "full"}),
    *(("get_source", {"source": FIRST + n, "detail": "full"}) for n in range(13)),
    *(("check_connection", {"source": FIRST + n}) for n in range(8)),
    ("list_extractions", {}),
    ("list_loads", {"limit": 200}),
    *(("read_extraction_log", {"source": FIRST + n, "tail": 500}) for n in range(8)),
    ("list_streams", {"source": FIRST, "detail": "full"}),
    *(("get_stream", {"source": FIRST, "stream": 2288740 + n}) for n in range(4)),
    ("list_destinations", {"detail": "full"}),
    ("list_notifications", {}),
    ("list_import_tokens", {"source": 120652}),
    ("get_job", {"job": "116078.120643.after.none"}),
)
MISSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_source", {"source": "no such NAME"}),
    ("get_source", {"source": f"{NAME}1"}),
    ("get_stream", {"source": FIRST, "stream": f"{NAME}1"}),
    ("select_streams", {"source": FIRST, "changes": {"nothing": True}}),
    ("check_connection", {"source": 120652}),
    ("read_extraction_log", {"source": 120652}),
)
GATED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("delete_source", {"source": FIRST}),
    ("delete_destination", {"destination": 155582}),
    ("delete_notification", {"kind": "hook", "notification": 8}),
    ("delete_notification", {"kind": "email", "notification": 41}),
    ("revoke_import_token", {"source": 120652, "token_id": 90417722}),
    ("select_streams", {"source": FIRST, "changes": {"2288740": False}}),
    ("update_source", {"source": FIRST, "properties": {"host": "evil.example"}}),
)
RESOURCES = (
    "stitch://account",
    "stitch://sources/120643/streams/2288740",
    "stitch://sources/120643",
    "stitch://sources/120646",
)
HOLES = (
    (ResourceTemplateReference(type="ref/resource", uri="stitch://sources/{id}"), "id"),
    (ResourceTemplateReference(type="ref/resource", uri="stitch://jobs/{job}/log"), "job"),
    (PromptReference(type="ref/prompt", name="diagnose_source"), "source"),
)


async def everything(account: Account, era: Any, audit: Audit | None = None) -> list[Any]:
    """Every text and every structured content that a model can be shown of the account."""
    seen: list[Any] = []
    async with Client(account.server(audit=audit), mode=era) as client:
        for tool, given in (*READS, *((tool, {**g, "dry_run": True}) for tool, g in GATED)):
            result = await call(client, tool, **given)
            seen += [text(result), result.structured_content]
        for tool, given in MISSES:
            result = await client.call_tool(tool, given)
            assert result.is_error
            seen += [text(result), result.structured_content]
        for uri in RESOURCES:
            seen.append(
                "\n".join(
                    getattr(one, "text", "") for one in (await client.read_resource(uri)).contents
                )
            )
        for ref, name in HOLES:
            seen += (await client.complete(ref, {"name": name, "value": ""})).completion.values
        prompt = await client.get_prompt("diagnose_source", {"source": f"{NAME}0 {CORPUS[3]}"})
        seen.append(prompt.messages[0].content.text)  # type: ignore[union-attr]
    return seen


def leaves(value: Any) -> Iterator[str]:
    """Every text in a structured content, the names of its fields too."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from (str(name), *leaves(one))
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("era", ERAS)
async def test_what_others_wrote_stays_in_its_fence_or_its_line(account: Account, era: Any) -> None:
    assert len(CORPUS) >= 60
    plant(account, numbered(FREE, CORPUS), numbered(NAME, CORPUS))
    seen = await everything(account, era)
    texts = [one for value in seen for one in leaves(value)]
    shown = " ".join(texts)
    for tag in (FREE, NAME):
        found = {int(n) % len(CORPUS) for n in re.findall(rf"{tag}(\d+)", shown)}
        assert sorted(set(range(len(CORPUS))) - found) == [], tag
    for one in texts:
        assert visible(one).replace("\t", " ") == one.replace("\t", " ")
        assert FREE not in FENCED.sub("", one), one
    for value in (value for value in seen if not isinstance(value, str)):
        for leaf in leaves(value):
            name = FENCED.sub("", leaf)
            assert NAME not in name or "\n" not in name
            assert not name.startswith(NAME) or len(name) <= 80


@pytest.mark.parametrize("era", ERAS)
async def test_no_secret_leaves(
    account: Account, era: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    kinds = secrets()
    assert len(kinds) >= 30
    plant(account, numbered("", kinds), numbered("n", kinds))
    logs = io.StringIO()
    handler = logging.StreamHandler(logs)
    handler.setFormatter(RedactingFormatter((TOKEN,)))
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    place = Place(tmp_path / "state", False)
    journal = Journal(place.folder, database(place))
    seen = await everything(account, era, Audit(journal))
    noted = (place.folder / FILE).read_text()
    assert "delete_source" in noted
    texts = [one for value in seen for one in leaves(value)]
    assert sum("[hidden]" in one for one in texts) > len(kinds)
    assert "stitch-connect" in logs.getvalue()
    for one in (*texts, logs.getvalue(), noted):
        assert CORE not in one, one[max(0, one.index(CORE) - 100) :][:200]
        assert TOKEN not in one
