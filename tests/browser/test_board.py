"""Somebody watches the board while things happen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from stitch_connect_sandbox.remote import StitchSandbox

from .conftest import DESKTOP, PHONE, Look

Opener = Callable[..., Look]
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script></li></ul>'
SOURCE = 120643


def call(served: StitchSandbox, verb: str, path: str, body: object = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {served.token}"}
    return httpx.request(verb, served.url + path, json=body, headers=headers)


def test_a_job_is_seen_from_its_start_to_its_loads_without_a_reload(
    look: Opener, served: StitchSandbox
) -> None:
    page = look().page
    expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("#sources li")).to_have_count(13)
    expect(page.locator("#running")).to_contain_text("Nothing is running.")
    page.evaluate("window.unchanged = true")
    served.fate(SOURCE, "success", duration=240)
    call(served, "POST", f"/v4/sources/{SOURCE}/sync")
    job = page.locator("#running li[data-key]")
    expect(job).to_contain_text("Heroku")
    expect(page.locator(f"#sources [data-key='{SOURCE}'] .said")).to_have_text("Running")
    newest = page.locator("#requests li").first
    expect(newest).to_contain_text("replication_jobs.start")
    expect(newest).to_contain_text("operate · account 116078 · Heroku")
    expect(newest).to_contain_text("200 OK")
    before = job.locator("progress").evaluate("bar => bar.value")
    page.wait_for_function("last => document.querySelector('progress').value > last", arg=before)
    expect(job.locator("[aria-current=step]")).to_have_text("Extract")
    expect(page.locator("#running")).to_contain_text("Nothing is running.")
    expect(page.locator(f"#sources [data-key='{SOURCE}'] .said")).to_have_text("OK")
    expect(page.locator("#loads .waiting")).to_have_count(0)
    assert page.evaluate("window.unchanged"), "the page has not been loaded again"


def test_a_fault_appears_when_it_is_armed_and_goes_when_it_has_struck(
    look: Opener, served: StitchSandbox
) -> None:
    page = look().page
    armed = page.locator("#armed")
    expect(armed).to_contain_text("No faults, no scripted outcomes.")
    served.fault("loads.list", "status", status=503)
    expect(armed).to_contain_text("loads.list")
    call(served, "GET", "/v4/116078/loads")
    expect(armed).to_contain_text("No faults, no scripted outcomes.")
    expect(page.locator("#requests li").first).to_contain_text("503 Service Unavailable")


def test_another_account_is_chosen_with_the_keyboard(look: Opener, served: StitchSandbox) -> None:
    other = served.seed(accounts=1, sources=2)[0]["client_id"]
    page = look().page
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the sources")).to_be_focused()
    chooser = page.locator("#accounts summary")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(chooser).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#accounts a")).to_have_count(2)
    call(served, "DELETE", f"/v4/sources/{SOURCE}")
    expect(page.locator("#requests li").first).to_contain_text("destroy")
    expect(page.locator("#accounts a").last).to_be_visible()  # news does not close what is open
    page.keyboard.press("Escape")
    expect(page.locator("#accounts a").last).to_be_hidden()
    expect(chooser).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"Sandbox {other}").press("Enter")
    expect(page.locator("h1")).to_have_text("All 2 sources are well.")
    expect(page.locator("#sources li")).to_have_count(2)
    expect(page.locator("#live")).to_have_text("Live")


def test_sources_are_filtered_found_and_leafed_through(look: Opener, served: StitchSandbox) -> None:
    served.seed(sources=100, streams=1)
    page = look().page
    page.get_by_role("link", name="Failing").click()
    expect(page.locator("#sources li")).to_have_count(4)
    page.get_by_role("link", name="All").click()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#sources")).to_contain_text("Page 2 of 3")
    page.get_by_label("Find a source").fill("recurly")
    served.fate(SOURCE)
    expect(page.locator("#armed")).to_contain_text("next job of Heroku")
    expect(page.get_by_label("Find a source")).to_have_value("recurly")  # and news leaves it alone
    page.keyboard.press("Enter")
    expect(page.locator("#sources li")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_is_legible_to_all(
    look: Opener, served: StitchSandbox, scheme: str, viewport: dict[str, int]
) -> None:
    served.fault("sources.list", "status", status=503)
    served.fate(SOURCE, duration=100_000)
    for verb, path in (
        ("POST", f"/v4/sources/{SOURCE}/sync"),
        ("GET", "/v4/sources"),
        ("GET", "/v4/nowhere"),
        ("PUT", "/v4/sources/120644"),
        ("DELETE", "/v4/sources/120644"),
    ):
        call(served, verb, path, {"display_name": "Shop"} if verb == "PUT" else None)
    found = look(color_scheme=scheme, viewport=viewport)
    expect(found.page.locator("#running progress")).to_be_visible()
    expect(found.page.locator("#live")).to_have_text("Live")
    assert not found.violations()
    paper = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (int(paper.split("(")[1].split(",")[0]) < 64) is (scheme == "dark")
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not found.page.evaluate(wider), "nothing sticks out"


def test_text_from_elsewhere_stays_text(look: Opener, served: StitchSandbox) -> None:
    page = look().page
    expect(page.locator("#live")).to_have_text("Live")
    call(served, "PUT", f"/v4/sources/{SOURCE}", {"display_name": HOSTILE})
    call(served, "POST", f"/v4/sources/{SOURCE}/sync")
    call(served, "GET", f"/v4/{HOSTILE}")
    expect(page.locator("#running b")).to_have_text(HOSTILE)
    expect(page.locator(f"#sources [data-key='{SOURCE}'] b")).to_have_text(HOSTILE)
    assert page.locator("main img, main script").count() == 0


def test_without_javascript_it_is_a_snapshot(look: Opener, served: StitchSandbox) -> None:
    page = look(java_script_enabled=False).page
    expect(page.locator("#live")).to_have_text("A snapshot: reload to see changes")
    expect(page.locator("#sources li")).to_have_count(13)
    page.get_by_role("link", name="Failing").click()
    expect(page.locator("#sources li")).to_have_count(4)


COUNT_ANIMATIONS = """() => {
    window.animations = 0;
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (...given) {
        window.animations += 1;
        return animate.apply(this, given);
    };
}"""


@pytest.mark.parametrize(("wish", "animations"), [("no-preference", 1), ("reduce", 0)])
def test_whoever_wants_no_motion_sees_none(
    look: Opener, served: StitchSandbox, wish: str, animations: int
) -> None:
    call(served, "GET", "/v4/sources")
    page = look(reduced_motion=wish).page
    expect(page.locator("#live")).to_have_text("Live")
    page.evaluate(COUNT_ANIMATIONS)
    call(served, "GET", f"/v4/sources/{SOURCE}")
    expect(page.locator("#requests li")).to_have_count(2)
    assert page.evaluate("animations") == animations


def test_a_sandbox_that_comes_back_is_live_again(browser: Browser) -> None:
    with command(0) as url:
        found = Look(browser, url)
        live = found.page.locator("#live")
        expect(live).to_have_text("Live")
    expect(live).to_have_text("Not live: trying again")
    with command(int(url.rpartition(":")[2])) as again:
        expect(live).to_have_text("Live")
        httpx.get(f"{again}/v4/sources")
        expect(found.page.locator("#requests")).to_contain_text("unknown token")
        found.context.close()
    assert all("net::ERR_" in said for said in found.complaints), found.complaints


@contextmanager
def command(port: int) -> Iterator[str]:
    """The sandbox as a process of its own."""
    script = str(Path(sys.executable).parent / "stitch-connect-sandbox")
    with subprocess.Popen(
        [script, "--port", str(port), "--exit-with-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split("ready: ")[1].split()[0]
        process.communicate(timeout=20)


def test_an_account_of_thousands_of_sources_stays_responsive(
    look: Opener, served: StitchSandbox
) -> None:
    for _ in range(5):
        served.seed(sources=1000, streams=10)
    page = look().page
    expect(page.locator("#sources")).to_contain_text("Page 1 of 126")
    expect(page.locator("#sources li")).to_have_count(40)
    call(served, "POST", f"/v4/sources/{SOURCE}/sync")
    expect(page.locator("#running li[data-key]")).to_contain_text("Heroku")
    expect(page.locator("#sources li").first).to_contain_text("Running")
