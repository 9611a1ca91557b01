"""A server that means harm: nothing leaks, nothing is done twice, nothing hangs. Sync and async."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from stitch_connect_runtime import errors, pager

from .calling import ANSWERED, PRESIGNED, TOKEN, Caller, fails
from .hostile import DRIP, JSON, RESET, SILENCE, Hostile, answer, hostile

JOB = '{"job_name": "116078.1.sync.c12fb0a7-7e4a-11e9-abdc-0edc2c318fba"}'


def get(client: Any) -> Any:
    return client.custom_emails.list()


def start(client: Any) -> Any:
    return client.replication_jobs.start(1)


@pytest.mark.parametrize("status", [429, 500, 502])
def test_a_read_is_tried_again(call: Caller, status: int) -> None:
    with hostile(answer(status), answer(status), answer(200, "[]")) as server:
        assert call(server.url, get) == []
        assert len(server.requests) == 3
    assert 0 < call.clock.slept < 20


def test_retry_after_is_honoured(call: Caller) -> None:
    with hostile(answer(429, "", "Retry-After: 7\r\n"), answer(200, "[]")) as server:
        call(server.url, get)
    assert call.clock.slept == 7


def test_a_long_retry_after_fails_at_once(call: Caller) -> None:
    with hostile(answer(429, "", "Retry-After: 3600\r\n")) as server:
        error = fails(errors.RateLimited, call, server, get)
        assert len(server.requests) == 1
    assert error.retry_after == 3600
    assert call.clock.slept == 0


@pytest.mark.parametrize("scripted", [RESET, SILENCE, answer(500), answer(502), answer(429)])
def test_a_job_is_never_started_twice(call: Caller, scripted: bytes) -> None:
    with hostile(scripted, answer(200, JOB)) as server:
        fails(errors.StitchError, call, server, start, timeout=1)
        assert server.count("POST") == 1


@pytest.mark.parametrize(
    ("scripted", "kind"), [(RESET, errors.ConnectionFailed), (SILENCE, errors.RequestTimeout)]
)
def test_an_error_says_that_the_request_may_have_arrived(
    call: Caller, scripted: bytes, kind: type[errors.TransportError]
) -> None:
    with hostile(scripted) as server:
        assert fails(kind, call, server, start, timeout=1).may_have_arrived is True


def test_a_refused_connection_never_arrived(call: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    error = fails(errors.ConnectionFailed, call, Hostile(url=url), start)
    assert error.may_have_arrived is False
    assert str(error).endswith(f"no connection could be made to {url.removeprefix('http://')}")
    assert call.clock.slept > 0, "it was tried again, since nothing had happened"


def test_a_body_that_drips_for_ever_ends(call: Caller) -> None:
    with hostile(DRIP) as server:
        fails(errors.RequestTimeout, call, server, get, max_retries=0, timeout=0.3)


@pytest.mark.parametrize(
    "scripted",
    [
        answer(200, '[{"id": 1'),
        answer(200, "<html></html>", "Content-Type: text/html\r\n"),
        answer(200, ""),
        answer(200, '{"not": "a list"}'),
        answer(302, "", "Location: https://evil.example/\r\n"),
    ],
    ids=["truncated", "html", "empty", "another shape", "redirect"],
)
def test_an_answer_outside_the_contract_is_told(call: Caller, scripted: bytes) -> None:
    with hostile(scripted) as server:
        fails(errors.UnexpectedResponse, call, server, get)
        assert len(server.requests) == 1


def test_a_body_cut_off_in_the_middle_is_no_answer(call: Caller) -> None:
    cut = f"HTTP/1.1 200 X\r\n{JSON}Content-Length: 900\r\nConnection: close\r\n\r\n[1".encode()
    with hostile(cut) as server:
        fails(errors.TransportError, call, server, get)


def test_a_delete_that_was_done_the_first_time_is_done(call: Caller) -> None:
    gone = answer(400, '"Unable to locate dest (1) for client (116078) to delete"')
    with hostile(RESET, gone) as server:
        call(server.url, lambda client: client.destinations.delete(1))
        assert server.count("DELETE") == 2


def test_a_delete_of_what_was_never_there_is_not_found(call: Caller) -> None:
    gone = answer(400, '"Unable to locate dest (1) for client (116078) to delete"')
    with hostile(gone) as server:
        fails(errors.NotFound, call, server, lambda client: client.destinations.delete(1))


def load(stream: str) -> dict[str, Any]:
    return {
        "stitch_client_id": 1,
        "source_name": "s",
        "stream_name": stream,
        "last_batch_loaded_at": None,
        "error_state": None,
    }


def page(number: int, streams: str, following: str | None = None) -> bytes:
    links = {"next": following} if following else {}
    data = [load(stream) for stream in streams]
    return answer(200, json.dumps({"data": data, "page": number, "total": 9, "links": links}))


def loads(client: Any) -> Any:
    return client.loads.list(116078)


def test_rows_that_moved_to_the_next_page_are_given_once(call: Caller) -> None:
    with hostile(page(1, "abc", "/v4/116078/loads?page=2"), page(2, "cde")) as server:
        assert [row.stream_name for row in call(server.url, loads)] == list("abcde")


@pytest.mark.parametrize(
    "link", ["https://evil.example/?page=2", "//evil.example/?page=2", "/v4/116078/loads"]
)
def test_a_page_elsewhere_is_not_followed(call: Caller, link: str) -> None:
    with hostile(page(1, "a", link)) as server:
        fails(errors.UnexpectedResponse, call, server, loads)
        assert len(server.requests) == 1


def test_pages_in_a_circle_end(call: Caller) -> None:
    with hostile(page(1, "a", "/v4/116078/loads?page=2")) as server:
        fails(errors.UnexpectedResponse, call, server, loads)
        assert len(server.requests) == 2


def test_a_list_without_end_ends(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pager, "MAX_PAGES", 5)
    numbered = [page(n, f"{n:02d}", f"/v4/116078/loads?page={n + 1}") for n in range(1, 40)]
    with hostile(*numbered) as server:
        fails(errors.UnexpectedResponse, call, server, loads)
        assert len(server.requests) == 5


def test_pages_come_as_they_are_with_the_rows_that_moved(call: Caller) -> None:
    first, second = page(1, "abc", "/v4/116078/loads?page=2"), page(2, "cde")
    with hostile(first, second) as server:
        pages = call(server.url, lambda client: loads(client).pages())
    assert [[row.stream_name for row in one.data] for one in pages] == [list("abc"), list("cde")]
    assert [one.page for one in pages] == [1, 2]


def test_a_raw_answer_has_no_header_that_can_hold_a_credential(call: Caller) -> None:
    private = (
        f"Set-Cookie: s={PRESIGNED}\r\nLocation: https://x/?{PRESIGNED}\r\nX-Request-Id: 7\r\n"
    )
    with hostile(answer(200, "[]", JSON + private)) as server:
        raw = call(server.url, lambda client: client.with_raw_response.custom_emails.list())
    assert raw.headers["x-request-id"] == "7"
    assert PRESIGNED not in f"{raw!r} {dict(raw.headers)} {vars(raw)}"


SETTINGS = {"host": "db.example", "password": PRESIGNED, "pin": "123", "client_secret": ANSWERED}


def test_an_error_that_quotes_what_was_sent_hides_what_is_secret_in_it(call: Caller) -> None:
    quoted = json.dumps({"error": "InvalidBody", "data": {"message": f"bad {SETTINGS}"}})
    with hostile(answer(400, quoted)) as server:
        error = fails(
            errors.BadRequest,
            call,
            server,
            lambda client: client.sources.update(1, properties=SETTINGS),
        )
    assert "db.example" in error.message
    assert "'pin': '123'" in error.message, "what is so short is found everywhere"


def test_every_page_counts_against_the_budget(call: Caller) -> None:
    numbered = [page(n, f"{n:02d}", f"/v4/116078/loads?page={n + 1}") for n in range(1, 40)]
    with hostile(*numbered) as server:
        error = fails(errors.BudgetExhausted, call, server, loads)
        assert len(server.requests) == 30
    assert error.next_fits_at == call.clock.now() + 600


def test_a_log_is_fetched_from_the_other_host_without_the_token(call: Caller) -> None:
    with hostile(answer(200, "first\nsecond\n", "Content-Type: text/plain\r\n")) as storage:
        location = f"Location: {storage.url}/log?x-amz-security-token={PRESIGNED}\r\n"
        with hostile(answer(302, "", location)) as server:
            lines = call(server.url, lambda client: client.extractions.logs(116078, "j"))
        assert lines == ["first", "second"]
        assert TOKEN in server.requests[0]
        assert TOKEN not in storage.requests[0]


def test_a_log_in_an_unsafe_place_is_not_fetched(call: Caller) -> None:
    location = f"Location: http://evil.example/log?x-amz-security-token={PRESIGNED}\r\n"
    with hostile(answer(302, "", location)) as server:
        fails(
            errors.UnexpectedResponse,
            call,
            server,
            lambda client: client.extractions.logs(116078, "j"),
        )


@pytest.mark.parametrize("value", ["", ".", "..", " "])
def test_a_path_parameter_that_leads_elsewhere_is_refused(call: Caller, value: str) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.InvalidArgument):
            call(server.url, lambda client: client.source_types.get(value))
        assert server.requests == []


def test_a_path_parameter_is_percent_encoded(call: Caller) -> None:
    with hostile(answer(404)) as server:
        fails(errors.NotFound, call, server, lambda client: client.source_types.get("a/../b?c"))
        assert server.requests[0].startswith("GET /v4/source-types/a%2F..%2Fb%3Fc HTTP")
