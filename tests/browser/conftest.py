"""A real browser in front of the page: `make browser` runs these, `make test` does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from stitch_connect_sandbox.remote import StitchSandbox
from stitch_connect_sandbox.server import running

AXE = Path(__file__).resolve().parents[2] / ".ci/npm/node_modules/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def served() -> Iterator[StitchSandbox]:
    """A sandbox as `make sandbox` serves it: a minute takes a second."""
    with running(time_scale=60) as address:
        yield StitchSandbox(address.url, address.token, address.logs_url, address.client_id)


class Look:
    """The page in a window of its own, and everything that the browser complains about."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.context = browser.new_context(base_url=url, **{"viewport": DESKTOP, **options})
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto("/")

    def violations(self) -> list[str]:
        """What axe finds wrong: names, roles, contrast, order of headings."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run()")
        return [
            f"{one['id']}: {node['html']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@pytest.fixture
def look(browser: Browser, served: StitchSandbox) -> Iterator[Any]:
    """Open the page: `look()`, or with options of a browser context."""
    opened: list[Look] = []

    def opener(**options: Any) -> Look:
        opened.append(Look(browser, served.url, **options))
        return opened[-1]

    yield opener
    for one in opened:
        one.context.close()
        assert not one.complaints
        assert {url.split("/")[2] for url in one.asked} == {served.url.split("/")[2]}
