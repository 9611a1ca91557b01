"""A hook on this machine is told of each load; one elsewhere never is, and nobody waits."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema_rs
import pytest
from stitch_connect_sandbox import contract, courier
from stitch_connect_sandbox.server import running

from .conftest import SOURCE, Account
from .forging import resealed

HOOKS = "/notifications/public/v1/api/hooks"
TABLES = ["customer_view", "customers", "order_items", "orders"]
PATIENCE = 20.0


class Listener:
    """Somebody on this machine who listens to a hook."""

    def __init__(self, statuses: list[int]) -> None:
        self.heard: list[tuple[dict[str, str], Any]] = []
        self._statuses = statuses
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                told.heard.append((dict(self.headers.items()), json.loads(body)))
                self.send_response(told._statuses.pop(0) if told._statuses else 204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/told?by=stitch"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def listening(*statuses: int) -> Iterator[Listener]:
    found = Listener(list(statuses))
    try:
        yield found
    finally:
        found.close()


def hook(account: Account, url: str) -> Any:
    given = {"type": "post_load", "destination_id": 155582, "config": {"url": url}}
    return account("POST", HOOKS, given)


def deliveries(account: Account, url: str) -> list[dict[str, Any]]:
    found = account("GET", "/_sandbox/deliveries").json()
    return [one for one in found if one["url"] == url]


def eventually(account: Account, url: str, done: Callable[[str], bool]) -> list[dict[str, Any]]:
    """The deliveries to an address, once every one of them has got so far."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = deliveries(account, url)
        if found and all(done(one["status"]) for one in found):
            return found
        time.sleep(0.02)
    raise AssertionError(f"after {PATIENCE} s: {deliveries(account, url)}")


def loaded(account: Account, **script: Any) -> None:
    account.script(**script)
    account.start()
    account.advance(300)


def test_each_loaded_table_is_told_as_documented(account: Account) -> None:
    with listening() as listener:
        assert hook(account, listener.url).status_code == 200
        loaded(account)
        found = eventually(account, listener.url, lambda status: status == "delivered")
    assert [one["attempts"] for one in found] == [1] * len(TABLES)
    bodies = [body for _, body in listener.heard]
    assert sorted(body["source_root_table_name"] for body in bodies) == TABLES
    assert bodies == [one["payload"] for one in found], "what was sent is what is shown"
    schemas = contract.document()["components"]["schemas"]
    schema = {**schemas["HookPayload"], "components": {"schemas": schemas}}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(bodies[0])
    for _, body in listener.heard:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(body)
        assert (body["integration_name"], body["tables"][0]["num_rows"]) == ("heroku", 250)
    headers = listener.heard[0][0]
    assert headers["User-Agent"] == "StitchLoadingWebhook"
    assert not [name for name in headers if name.lower() in ("authorization", "cookie")]


def test_a_load_that_fails_and_a_stream_without_rows_tell_nobody(account: Account) -> None:
    with listening() as listener:
        hook(account, listener.url)
        loaded(account, failing=["orders"], silent=["customers"])
        eventually(account, listener.url, lambda status: status == "delivered")
    told = {body["source_root_table_name"] for _, body in listener.heard}
    assert told == {"customer_view", "order_items"}


def test_it_is_tried_again_until_somebody_takes_it(account: Account) -> None:
    with listening(500, 302, 404) as listener:
        hook(account, listener.url)
        loaded(account, silent=TABLES[1:])
        (found,) = eventually(account, listener.url, lambda status: status == "delivered")
    assert (found["attempts"], found["detail"]) == (4, "status 204")
    assert len(listener.heard) == 4


def test_a_listener_that_always_refuses_is_given_up(account: Account) -> None:
    with listening(*[503] * 9) as listener:
        hook(account, listener.url)
        loaded(account, silent=TABLES[1:])
        (found,) = eventually(account, listener.url, lambda status: status == "failed")
    assert (found["attempts"], found["detail"]) == (6, "status 503")


def test_nobody_waits_for_a_listener_that_never_answers(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        hook(account, url)
        began = time.monotonic()
        loaded(account)
        assert account("GET", "/v4/sources").status_code == 200
        assert time.monotonic() - began < 2, "the first attempt alone takes that long"
        assert {one["status"] for one in deliveries(account, url)} == {"queued"}


@contextmanager
def dribbling() -> Iterator[str]:
    """The address of a listener that answers a byte now and then, and never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=dribble, args=server.accept()[:1]).start()

        def dribble(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.02)

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)


def test_a_listener_that_never_ends_its_answer_holds_up_nobody(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "TIMEOUT", 0.2)
    with dribbling() as slow, listening() as listener:
        hook(account, slow)
        hook(account, listener.url)
        loaded(account, silent=TABLES[1:])
        (found,) = eventually(account, listener.url, lambda status: status == "delivered")
        (given_up,) = eventually(account, slow, lambda status: status == "failed")
    assert found["attempts"] == 1
    assert (given_up["attempts"], given_up["detail"]) == (6, "timed out")


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/x",
        "https://127.0.0.1.example.com/x",
        "https://localhost@hooks.example.com/x",
        "https://10.0.0.1/x",
        "https://[::ffff:10.0.0.1]/x",
    ],
)
def test_nothing_leaves_the_machine(account: Account, url: str) -> None:
    assert hook(account, url).status_code == 200
    loaded(account, silent=TABLES[1:])
    (found,) = deliveries(account, url)
    assert (found["status"], found["attempts"]) == ("withheld", 0)


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/x", "ftp://127.0.0.1/x", "http://127.0.0.1:99999/", "later"]
)
def test_an_address_that_cannot_be_called_is_refused(account: Account, url: str) -> None:
    answer = hook(account, url)
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidBody")


def test_a_hook_of_no_destination_of_the_account_is_refused(account: Account) -> None:
    given = {"type": "post_load", "destination_id": 7, "config": {"url": "https://h.example/"}}
    assert account("POST", HOOKS, given).status_code == 400


def test_a_hook_that_is_off_is_told_nothing(account: Account) -> None:
    with listening() as listener:
        number = hook(account, listener.url).json()["id"]
        assert account("PUT", f"{HOOKS}/{number}", {"enable": False}).json()["disabled_at"]
        loaded(account)
        assert deliveries(account, listener.url) == []
        assert account("PUT", f"{HOOKS}/{number}", {"enable": True}).json()["disabled_at"] is None
        loaded(account)
        eventually(account, listener.url, lambda status: status == "delivered")
    assert len(listener.heard) == len(TABLES)


def test_rows_that_are_pushed_are_told_of_too(account: Account) -> None:
    row = {"client_id": 116078, "table_name": "visits", "sequence": 1, "action": "upsert"}
    rows = [{**row, "key_names": ["id"], "data": {"id": number % 3}} for number in range(5)]
    token = {"headers": {"Authorization": "Bearer at_sandbox-import-token"}}
    with listening() as listener:
        hook(account, listener.url)
        assert account("POST", "/v2/import/push", rows, **token).status_code == 201
        account.advance(61)
        eventually(account, listener.url, lambda status: status == "delivered")
    ((_, body),) = listener.heard
    assert (body["source_root_table_name"], body["tables"][0]["num_rows"]) == ("visits", 3)


def test_what_was_not_told_before_a_restart_is_told_after_it(tmp_path: Any) -> None:
    db = str(tmp_path / "account.db")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with running(time_scale=0, db=db) as address:
            account = Account(address)
            hook(account, f"http://127.0.0.1:{port}/")
            loaded(account, silent=TABLES[1:])
            account.http.close()
    heard = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()
            heard.set()

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with running(time_scale=0, db=db):
            assert heard.wait(PATIENCE)
        server.shutdown()


def test_what_a_snapshot_has_queued_is_told_after_it_is_restored(account: Account) -> None:
    with listening() as listener:
        hook(account, listener.url)
        loaded(account, silent=TABLES[1:])
        (told,) = eventually(account, listener.url, lambda status: status == "delivered")
        taken = account("GET", "/_sandbox/snapshot").json()
        (row,) = (one for one in taken["records"]["Delivery"] if one["id"] == told["id"])
        row |= {"status": "queued", "attempts": 0, "detail": ""}
        assert account("POST", "/_sandbox/restore", resealed(taken)).status_code == 200
        (again,) = eventually(account, listener.url, lambda status: status == "delivered")
    assert (again["payload"], len(listener.heard)) == (told["payload"], 2)


def test_the_source_of_another_destination_tells_nobody_here(account: Account) -> None:
    given = {"type": "postgres", "properties": {"host": "h.example"}, "name": "Second"}
    second = account("POST", "/v4/destinations", given).json()["id"]
    account("PUT", f"/v4/sources/{SOURCE}", {"destination_id": second})
    with listening() as listener:
        hook(account, listener.url)
        loaded(account)
        assert deliveries(account, listener.url) == []
