"""Streams of a test's own, as if a discovery had found them."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import SOURCE, Account

FIELDS = {"id": {"metadata": {"inclusion": "automatic"}, "schema": {"type": "integer"}}}
STREAM = {"tap_stream_id": "a-b", "stream_name": "b", "metadata": {"is-view": False}}
STREAMS = f"/v4/sources/{SOURCE}/streams"


def plant(account: Account, *streams: Any, **given: Any) -> Any:
    body = {"source_id": SOURCE, "streams": list(streams), **given}
    return account("POST", "/_sandbox/streams", body)


def test_a_source_has_the_streams_that_were_planted(account: Account) -> None:
    (planted,) = plant(account, {**STREAM, "fields": FIELDS}).json()
    (listed,) = account("GET", STREAMS).json()
    assert planted == {"stream_id": listed["stream_id"], "tap_stream_id": "a-b"}
    assert (listed["stream_name"], listed["metadata"]) == ("b", {"is-view": False})
    schema = account("GET", f"{STREAMS}/{listed['stream_id']}").json()
    assert schema["schema"] == '{"type": "object", "properties": {"id": {"type": "integer"}}}'
    assert {"breadcrumb": ["properties", "id"], "metadata": {"inclusion": "automatic"}} in schema[
        "metadata"
    ]


@pytest.mark.parametrize(
    ("streams", "said"),
    [
        ([STREAM], "fields is missing"),
        ([{**STREAM, "fields": {}, "stream": "b"}], "did you mean 'stream_name'"),
        ([{**STREAM, "fields": {}}] * 2, "given once"),
        ([{**STREAM, "fields": {"id": {"metadata": {"inclusion": 5}}}}], "would not answer so"),
        ([{**STREAM, "fields": {}, "metadata": {"is-view": "no"}}], "would not answer so"),
        (["a"], "JSON object"),
    ],
)
def test_what_no_discovery_would_find_is_refused_and_nothing_changes(
    account: Account, streams: list[Any], said: str
) -> None:
    before = account("GET", STREAMS).json()
    answer = plant(account, *streams)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert account("GET", STREAMS).json() == before


def test_an_unknown_source_is_refused(account: Account) -> None:
    assert "no source" in plant(account, source_id=1).json()["error"]
