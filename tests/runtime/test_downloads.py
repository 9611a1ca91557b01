"""Logs: followed to where they are kept without the token, as text however it arrives."""

from __future__ import annotations

from typing import Any

import pytest
from stitch_connect_runtime import download, errors, texts

from .calling import ANSWERED, PRESIGNED, TOKEN, Caller, fails
from .hostile import JSON, RESET, answer, hostile

TEXT = "Content-Type: text/plain\r\n"
QUERY = f"x-amz-security-token={PRESIGNED}"


def logs(client: Any) -> Any:
    return client.extractions.logs(116078, "job")


def redirect(url: str) -> bytes:
    return answer(302, "", f"Location: {url}/log?{QUERY}\r\n")


def chunked(*pieces: bytes) -> bytes:
    head = f"HTTP/1.1 200 X\r\n{TEXT}Transfer-Encoding: chunked\r\n\r\n".encode()
    return head + b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in (*pieces, b""))


def lines_of(call: Caller, stored: bytes) -> Any:
    with hostile(stored) as storage, hostile(redirect(storage.url)) as server:
        return call(server.url, logs)


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ([b"one\ntwo\n"], ["one", "two"]),
        ([b"one\r\n", b"\r\n", b"three"], ["one", "", "three"]),
        ([b"o", b"ne\nt", b"wo"], ["one", "two"]),
        (["grün €".encode()[i : i + 1] for i in range(9)], ["grün €"]),
        ([b"bad \xff\xfe byte\n", b"cut off \xe2\x82"], ["bad �� byte", "cut off �"]),
        ([b"a\x0bb\x1cc\xe2\x80\xa8d\n"], ["a\x0bb\x1cc\u2028d"]),
        ([], []),
    ],
    ids=["whole", "windows", "anywhere", "within a letter", "not utf-8", "odd breaks", "nothing"],
)
def test_lines_are_lines_however_they_arrive(
    call: Caller, pieces: list[bytes], lines: list[str]
) -> None:
    assert lines_of(call, chunked(*pieces)) == lines


def test_a_line_without_end_is_given_in_pieces(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_LINE", 1000)
    found = lines_of(call, answer(200, "x" * 200_000, TEXT))
    assert "".join(found) == "x" * 200_000
    assert len(found) > 1


def test_a_log_too_large_to_be_read_at_once_is_not(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_BODY", 1000)
    with hostile(answer(200, "x" * 2000, TEXT)) as storage, hostile(redirect(storage.url)) as api:
        fails(errors.UnexpectedResponse, call, api, lambda client: logs(client).read())


def test_the_token_goes_to_the_api_alone_however_often_it_redirects(call: Caller) -> None:
    with hostile() as storage:
        storage.script[:] = [*(redirect(f"{storage.url}/{n}") for n in "12"), answer(200, "x")]
        with hostile(redirect(storage.url)) as server:
            assert call(server.url, logs) == ["x"]
            assert [TOKEN in head for head in server.requests] == [True]
        assert ["Authorization" in head for head in storage.requests] == [False] * 3


def test_redirects_have_an_end(call: Caller) -> None:
    with hostile() as storage:
        storage.script[:] = [redirect(f"{storage.url}/{n}") for n in range(20)]
        with hostile(redirect(storage.url)) as server:
            fails(errors.UnexpectedResponse, call, server, logs)
        assert len(storage.requests) == download.MAX_HOPS


@pytest.mark.parametrize(
    "location",
    [
        f"http://evil.example/log?{QUERY}",
        f"http://10.0.0.1/log?{QUERY}",
        f"https://user:{PRESIGNED}@evil.example/log",
        f"ftp://127.0.0.1/log?{QUERY}",
        f"file:///etc/passwd?{QUERY}",
        f"https://[::1/log?{QUERY}",
        f"https:///log?{QUERY}",
        f"https://evil.example:port/log?{QUERY}",
        "",
    ],
)
def test_an_unsafe_place_is_not_asked(call: Caller, location: str) -> None:
    with hostile(answer(302, "", f"Location: {location}\r\n")) as server:
        fails(errors.StitchError, call, server, logs, max_retries=0)
        assert len(server.requests) == 1


def test_an_answer_that_is_no_redirect_is_no_log(call: Caller) -> None:
    with hostile(answer(200, f'"{ANSWERED}"', JSON)) as server:
        fails(errors.UnexpectedResponse, call, server, logs)


def test_what_the_storage_refuses_is_told_without_the_address(call: Caller) -> None:
    refused = answer(403, f"<Error><Token>{PRESIGNED}</Token></Error>", TEXT)
    with hostile(refused) as storage, hostile(redirect(storage.url)) as server:
        error = fails(errors.UnexpectedResponse, call, server, logs)
    assert error.status == 403


@pytest.mark.parametrize("trouble", [answer(500), RESET], ids=["500", "reset"])
def test_the_storage_is_asked_again_when_it_is_in_trouble(call: Caller, trouble: bytes) -> None:
    with hostile(trouble, answer(200, "x")) as storage, hostile(redirect(storage.url)) as server:
        assert call(server.url, logs) == ["x"]
        assert (len(server.requests), len(storage.requests)) == (1, 2)


def busy(client: Any) -> list[Any]:
    """The connections that are waiting for an answer to be read."""
    made = client._transport._clients._made.values()
    return [one for http in made for one in http._transport._pool.connections if not one.is_idle()]


def test_an_answer_that_is_not_read_gives_its_connection_back(call: Caller) -> None:
    """Before the next attempt, and when there is none."""

    def refused(client: Any) -> list[Any]:
        with pytest.raises(errors.UnexpectedResponse):
            list(logs(client))
        return busy(client)

    async def arefused(client: Any) -> list[Any]:
        with pytest.raises(errors.UnexpectedResponse):
            [line async for line in logs(client)]
        return busy(client)

    unread = "x" * 1_000_000
    with hostile(answer(500, unread), answer(500, unread), answer(403, unread)) as storage:
        with hostile(redirect(storage.url)) as server:
            assert call(server.url, arefused if call.asynchronous else refused) == []
        assert len(storage.requests) == 3


def test_a_log_cut_off_in_the_middle_says_so(call: Caller) -> None:
    cut = f"HTTP/1.1 200 X\r\n{TEXT}Content-Length: 900\r\nConnection: close\r\n\r\none\n".encode()
    with hostile(cut) as storage, hostile(redirect(storage.url)) as server:
        fails(errors.ConnectionFailed, call, server, logs)


def test_a_log_that_does_not_exist_is_not_found(call: Caller) -> None:
    with hostile(answer(404)) as server:
        fails(errors.NotFound, call, server, logs)


def test_a_log_that_is_left_gives_its_connection_back() -> None:
    call = Caller(asynchronous=False)

    def first(client: Any) -> str:
        with logs(client) as log:
            line = next(iter(log))
        assert log._answer is None
        return str(line)

    stored = answer(200, "one\ntwo\n", TEXT)
    with hostile(stored) as storage, hostile(redirect(storage.url)) as server:
        assert call(server.url, first) == "one"


def test_a_log_is_no_raw_answer(call: Caller) -> None:
    """Its headers hold the presigned address."""

    def raw(client: Any) -> Any:
        assert not hasattr(client.with_raw_response.extractions, "logs")
        return client.custom_emails.list()

    with hostile(answer(200, "[]")) as server:
        assert call(server.url, raw) == []
