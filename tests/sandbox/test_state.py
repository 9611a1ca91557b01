"""What a sandbox remembers: in a file, in a snapshot, for several accounts."""

from __future__ import annotations

import json
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from stitch_connect_sandbox.disk import DiskError
from stitch_connect_sandbox.handlers.accounts import PARTNER_ID
from stitch_connect_sandbox.remote import StitchSandbox
from stitch_connect_sandbox.server import running

from .conftest import SOURCE, Account
from .process import T, run, serving

EMAILS = "/notifications/public/v1/api/custom-emails"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


@pytest.fixture
def held(sandbox: Any) -> StitchSandbox:
    return StitchSandbox(sandbox.url, sandbox.token, sandbox.logs_url, sandbox.client_id)


def everything(account: Account) -> list[Any]:
    """What an account shows, and the time."""
    paths = ["/v4/sources", "/v4/destinations", f"/v4/sources/{SOURCE}/streams", EMAILS]
    paths += [f"/v4/116078/{what}" for what in ("extractions", "loads")]
    return [account("GET", path).json() for path in (*paths, "/_sandbox/health")]


# A file -------------------------------------------------------------------------------------------


@pytest.fixture
def kept(db: Path) -> Iterator[Account]:
    with running(start_at=T, time_scale=0, db=str(db)) as address:
        account = Account(address)
        yield account
        account.http.close()


def test_time_that_moved_by_itself_is_kept_too(kept: Account, db: Path) -> None:
    kept.advance(1e-6)
    before = everything(kept)
    kept.advance(0)
    assert everything(kept) == before
    copy = db.with_name("copy.db")
    for name in (db.name, f"{db.name}-wal"):
        copy.with_name(name.replace("account", "copy")).write_bytes(db.with_name(name).read_bytes())
    with running(start_at=T, time_scale=0, db=str(copy)) as address:
        again = Account(address)
        assert everything(again) == before
        again.http.close()


def test_two_sandboxes_never_share_a_file(kept: Account, db: Path) -> None:
    with pytest.raises(DiskError, match="another sandbox is using it"), running(db=str(db)):
        pass
    refused = run("--db", str(db))
    assert refused.returncode == 2
    assert refused.stderr == (
        f"stitch-connect-sandbox: cannot keep the state in {db}: another sandbox is using it;"
        " stop that one, or choose another --db\n"
    )
    assert kept("GET", "/v4/sources").status_code == 200


OLD = "CREATE TABLE records (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (OLD, "written by another version of the sandbox (its format is 0, this version reads"),
        ("CREATE TABLE songs (title TEXT)", "is a database of something else"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(
    db: Path, script: str, said: str
) -> None:
    with sqlite3.connect(db) as database:
        database.execute(script)
    database.close()
    before = db.read_bytes()
    with pytest.raises(DiskError) as refused, running(db=str(db)):
        pass
    assert said in str(refused.value)
    assert "another --db" in str(refused.value)
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("PRAGMA user_version = 99", "its format is 99"),
        ("""UPDATE records SET body = '{"id": 1, "song": 2}'""", "a record does not fit"),
        ("UPDATE records SET body = 'x'", "a record does not fit"),
        ("UPDATE records SET kind = 'Song'", "a record does not fit"),
        ("""UPDATE records SET body = '{"id": 1, "value": []}'""", "a record does not fit"),
    ],
)
def test_a_file_of_another_version_is_refused(db: Path, change: str, said: str) -> None:
    with running(db=str(db)):
        pass
    with sqlite3.connect(db) as database:
        database.execute(change)
    database.close()
    with pytest.raises(DiskError, match=said) as refused, running(db=str(db)):
        pass
    assert "another version" in str(refused.value)


@pytest.mark.parametrize(
    "change",
    ["DROP TABLE clock", "UPDATE records SET body = CAST(x'ff' || body AS TEXT)"],
)
def test_a_damaged_file_is_refused_without_a_word_of_what_is_in_it(db: Path, change: str) -> None:
    with running(db=str(db), token="a-secret-token"):
        pass
    with sqlite3.connect(db) as database:
        database.execute(change)
    database.close()
    found = run("--db", str(db))
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert "choose another --db" in found.stderr
    assert "secret" not in found.stderr


def test_what_is_no_database_is_refused(db: Path) -> None:
    db.write_text("a letter to a friend, long enough to be looked at as a database" * 20)
    for path in (db, db / "below", db.parent):
        with pytest.raises(DiskError, match="choose another --db"), running(db=str(path)):
            pass


def test_a_change_that_the_disk_does_not_take_is_not_made(db: Path) -> None:
    full = 2**20

    def almost_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (full, full))

    with serving(db, preexec_fn=almost_full) as (url, _):
        headers = {"Authorization": "Bearer sandbox-token"}
        http = httpx.Client(base_url=url, headers=headers)
        kept = 0
        while True:
            body = {"display_name": f"{kept:04} {'x' * 10_000}"}
            answer = http.put(f"/v4/sources/{SOURCE}", json=body)
            if answer.status_code != 200:
                break
            kept += 1
        assert answer.status_code == 507
        said = answer.json()["error"]
        assert said.startswith("nothing was changed, because")
        assert "make room" in said
        control = http.post("/_sandbox/advance", json={"seconds": 50})
        assert control.status_code == 507
        partner = {"client_id": PARTNER_ID, "redirect_uri": "http://partner.example/"}
        assert http.get("/oauth/authorization", params=partner).status_code == 507
        now = http.get("/_sandbox/health").json()["now"]
        shown = http.get(f"/v4/sources/{SOURCE}").json()["display_name"]
        http.close()
    assert now == T
    assert shown.startswith(f"{kept - 1:04} ")
    with running(start_at=T, time_scale=0, db=str(db)) as address:
        account = Account(address)
        assert account("GET", f"/v4/sources/{SOURCE}").json()["display_name"] == shown
        account.http.close()


# A refusal ----------------------------------------------------------------------------------------


def test_a_refused_request_changes_nothing(account: Account) -> None:
    before = everything(account)
    half_right = {"paused_at": T, "properties": {"frequency_in_minutes": "7"}}
    assert account("PUT", f"/v4/sources/{SOURCE}", half_right).status_code == 400
    assert everything(account) == before


# A snapshot ---------------------------------------------------------------------------------------


def test_a_restore_brings_back_everything_and_what_was_to_come(
    account: Account, held: StitchSandbox
) -> None:
    account.start()
    account.advance(100)
    before, taken = everything(account), held.snapshot()
    futures = []
    for _ in range(2):
        held.restore(json.loads(json.dumps(taken)))
        assert everything(account) == before
        account("DELETE", f"{EMAILS}/41")
        account("POST", f"/v4/sources/{SOURCE}/tokens")
        account.advance(1000)
        account.start()
        futures.append((everything(account), held.snapshot()))
        account.advance(12345)
    assert futures[0] == futures[1]


def test_a_snapshot_goes_over_to_another_sandbox(account: Account, held: StitchSandbox) -> None:
    other = held.account(tokens=["theirs"])
    account.start()
    taken, before = held.snapshot(), everything(account)
    with running(token="another", seed=99, time_scale=0) as address:
        StitchSandbox(address.url, "another", address.logs_url, 116078).restore(taken)
        for token in ("another", account.address.token):
            there = Account(address)
            there.http.headers["authorization"] = f"Bearer {token}"
            assert everything(there) == before
            there.http.close()
        with there.holding("theirs") as http:
            shown = http.get("/v4/destinations").json()
        assert {one["stitch_client_id"] for one in shown} == {other["client_id"]}


def test_a_snapshot_holds_no_credential(account: Account, held: StitchSandbox) -> None:
    secret = "correct horse battery staple"
    given = {"type": "postgres", "properties": {"host": "h", "password": secret}}
    assert account("POST", "/v4/destinations", given).status_code == 200
    text = json.dumps(held.snapshot())
    assert secret not in text
    assert held.token in text, "tokens of the simulated account are in it, as documented"


def damaged(taken: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """Snapshots that are none, and what is said of them."""
    again = json.dumps(taken)
    yield {}, "this is no snapshot"
    yield [taken], "this is no snapshot"
    yield {**taken, "snapshot_of": "something else"}, "this is no snapshot"
    yield {**taken, "format": 99}, "the snapshot is of format 99, this version reads"
    yield {**taken, "now": 0}, "is damaged"
    yield {**taken, "records": {}}, "is damaged"
    yield json.loads(again.replace('"Heroku"', '"Hiroku"')), "is damaged"
    for kind, rows in taken["records"].items():
        yield {**taken, "records": {**taken["records"], kind: rows[1:]}}, "is damaged"


def test_a_snapshot_that_does_not_hold_is_refused_whole(
    account: Account, held: StitchSandbox
) -> None:
    taken, before = held.snapshot(), everything(account)
    account.advance(0.5)
    present = everything(account)
    assert present != before
    for wrong, said in damaged(taken):
        answer = account("POST", "/_sandbox/restore", wrong)
        assert answer.status_code == 400
        assert said in answer.json()["error"]
        assert everything(account) == present
    answer = account.http.post("/_sandbox/restore", content=json.dumps(taken)[:-9])
    assert (answer.status_code, answer.text[:32]) == (400, '{"error":"the body is not JSON: ')
    held.restore(taken)
    assert everything(account) == before


def test_a_snapshot_survives_whoever_writes_its_numbers(held: StitchSandbox) -> None:
    def number(text: str) -> float:
        return int(float(text)) if float(text).is_integer() else float(text)

    taken = json.dumps(held.snapshot())
    rewritten = json.dumps(json.loads(taken, parse_float=number), indent=3, sort_keys=True)
    assert len(rewritten) != len(taken)
    held.restore(json.loads(rewritten))


# Several accounts ---------------------------------------------------------------------------------


def test_accounts_have_plans_regions_and_tokens(account: Account, held: StitchSandbox) -> None:
    made = held.account(plan="standard", region="eu-central-1", tokens=["one", "two"])
    assert (made["plan"], made["region"], made["tokens"]) == (
        "standard",
        "eu-central-1",
        ["one", "two"],
    )
    for token in made["tokens"]:
        with account.holding(token) as http:
            ids = {one["stitch_client_id"] for one in http.get("/v4/destinations").json()}
        assert ids == {made["client_id"]}
    usual = held.account()
    assert usual["plan"] == "premium"
    shown = account("GET", "/_sandbox/accounts").json()
    assert shown[1:] == [made, usual]
    assert shown[0]["tokens"] == [held.token]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tokens": ["sandbox-token"]}, "opens another account already"),
        ({"tokens": ["a", "a"]}, "1 to 100 different tokens"),
        ({"tokens": []}, "1 to 100 different tokens"),
        ({"tokens": ["a b"]}, "each a word"),
        ({"plan": "gold"}, "plan is one of"),
        ({"regions": "x"}, "did you mean 'region'"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(account: Account, given: Any, said: str) -> None:
    answer = account("POST", "/_sandbox/accounts", given)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert len(account("GET", "/_sandbox/accounts").json()) == 1


def test_the_token_of_the_command_opens_a_file_begun_with_another(db: Path) -> None:
    with running(token="before", db=str(db)):
        pass
    with running(token="now", db=str(db)) as address:
        for token in ("before", "now"):
            headers = {"Authorization": f"Bearer {token}"}
            assert httpx.get(f"{address.url}/v4/sources", headers=headers).status_code == 200
