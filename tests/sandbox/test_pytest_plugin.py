"""The plugin as other people's tests meet it: in a pytest of its own, with any client."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

QUIET = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-q")  # `make check` installs that
CALL = """
    import httpx

    def call(sandbox, verb, path, body=None):
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        return httpx.request(verb, sandbox.url + path, json=body, headers=headers)
"""


def ran(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(calling=CALL)
    pytester.makepyfile(test_theirs="from calling import call\n" + tests)
    return pytester.runpytest_subprocess(*QUIET, *options, timeout=60)


def test_each_test_begins_with_the_account_as_new(pytester: pytest.Pytester) -> None:
    tests = """
import pytest

@pytest.mark.parametrize("turn", [1, 2])
def test_delete(stitch_sandbox, turn):
    path = "/v4/sources/120643"
    assert call(stitch_sandbox, "GET", path).json()["deleted_at"] is None
    assert call(stitch_sandbox, "DELETE", path).json()["deleted_at"]
    assert stitch_sandbox.requests()["operations"] == {"sources.get": 1, "sources.delete": 1}
    assert "sandbox-token" not in repr(stitch_sandbox)
"""
    ran(pytester, tests).assert_outcomes(passed=2)


def test_the_helpers_script_a_job_and_move_the_clock(pytester: pytest.Pytester) -> None:
    tests = """
import pytest

def rows(sandbox, what):
    return call(sandbox, "GET", f"/v4/{sandbox.client_id}/{what}").json()["data"]

def test_job(stitch_sandbox):
    began = stitch_sandbox.now()
    stitch_sandbox.fate(120643, duration=10, silent=["orders"], load_delay={"customers": 99})
    stitch_sandbox.fate(120643, "tap_failed", log=False)
    job = call(stitch_sandbox, "POST", "/v4/sources/120643/sync").json()["job_name"]
    assert (stitch_sandbox.advance(10) - began).total_seconds() == 10
    assert job in [row["job_name"] for row in rows(stitch_sandbox, "extractions")]
    assert stitch_sandbox.logs_url != stitch_sandbox.url
    with pytest.raises(ValueError, match="did you mean 'orders'"):
        stitch_sandbox.fate(120643, silent=["ordres"])

def test_fault(stitch_sandbox):
    stitch_sandbox.fault("loads.list", "status", status=429, retry_after="3", skip=1, count=1)
    path = f"/v4/{stitch_sandbox.client_id}/loads"
    found = [call(stitch_sandbox, "GET", path).status_code for _ in range(3)]
    assert found == [200, 429, 200]
    assert stitch_sandbox.requests()["max_in_window"] == {"116078": 3}
    with pytest.raises(ValueError, match="does not go with"):
        stitch_sandbox.fault("loads.list", "reset_after", seconds=1)

def test_seed(stitch_sandbox):
    one, two = stitch_sandbox.seed(accounts=2, sources=3)
    assert len(one["sources"]) == 3 and one["token"] != two["token"]
    assert len(stitch_sandbox.seed(sources=2, streams=1, client_id=two["client_id"])) == 2
"""
    ran(pytester, tests).assert_outcomes(passed=3)


def test_a_client_that_sleeps_by_the_clock_moves_it(pytester: pytest.Pytester) -> None:
    tests = """
import asyncio

SEEN = []

def test_sleep(stitch_sandbox):
    clock = stitch_sandbox.clock
    began = clock.now()
    clock.sleep(3600)
    asyncio.run(clock.asleep(60.5))
    clock.sleep(-1)
    assert clock.now() - began == 3660.5
    SEEN.append(clock)

def test_no_clock_is_another(stitch_sandbox):
    assert stitch_sandbox.clock is stitch_sandbox.clock
    assert stitch_sandbox.clock not in SEEN
"""
    ran(pytester, tests).assert_outcomes(passed=2)


def test_every_worker_has_a_server_of_its_own(pytester: pytest.Pytester) -> None:
    tests = """
import pytest

@pytest.mark.parametrize("turn", range(8))
def test_where(stitch_sandbox, turn, worker_id):
    assert call(stitch_sandbox, "DELETE", "/v4/sources/120643").status_code == 200
    assert stitch_sandbox.requests()["operations"] == {"sources.delete": 1}
    with open(f"{worker_id}.url", "a") as file:
        file.write(stitch_sandbox.url + "\\n")
"""
    ran(pytester, tests, "-n", "2").assert_outcomes(passed=8)
    seen = [set(path.read_text().split()) for path in pytester.path.glob("*.url")]
    assert [len(urls) for urls in seen] == [1, 1]
    assert seen[0] != seen[1]


@pytest.mark.parametrize(("options", "moves"), [((), False), (("--stitch-time-scale=1e6",), True)])
def test_time_stands_still_unless_told(
    pytester: pytest.Pytester, options: tuple[str, ...], moves: bool
) -> None:
    tests = f"""
def test_time(stitch_sandbox):
    assert (stitch_sandbox.now() != stitch_sandbox.now()) is {moves}
"""
    ran(pytester, tests, *options).assert_outcomes(passed=1)


def test_without_its_extra_only_who_uses_it_hears_of_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import sys\nsys.modules['starlette'] = None")
    tests = "def test_with(stitch_sandbox): pass\ndef test_without(): pass\n"
    result = ran(pytester, tests)
    result.assert_outcomes(passed=1, errors=1)
    said = "*UsageError: the fixture stitch_sandbox needs its extra: pip install 'stitch-connect*"
    result.stdout.fnmatch_lines([said])


def test_nothing_is_loaded_before_it_is_used_and_a_client_of_ours_never(
    pytester: pytest.Pytester,
) -> None:
    tests = """
import sys

OURS = {"stitch_connect", "stitch_connect_api", "stitch_connect_runtime", "stitch_connect_mcp"}

def loaded():
    return {name.partition(".")[0] for name in sys.modules}

def test_before():
    assert not loaded() & {"starlette", "uvicorn", "yaml", "jsonschema_rs"}

def test_used(stitch_sandbox):
    assert "starlette" in loaded()
    assert not loaded() & OURS
"""
    ran(pytester, tests).assert_outcomes(passed=2)


def test_it_imports_with_pytest_alone() -> None:
    code = """
import sys
for name in ("starlette", "uvicorn", "yaml", "jsonschema_rs", "httpx", "pydantic"):
    sys.modules[name] = None
import stitch_connect_sandbox.pytest_plugin
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
