"""An account of the sandbox over plain HTTP: these tests never use a client of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

SOURCE = 120643


class Account:
    """The sandbox over plain HTTP."""

    def __init__(self, address: Any) -> None:
        self.address = address
        self.http = self.holding(address.token)

    def holding(self, token: str) -> httpx.Client:
        """The same sandbox with the token of another account."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.address.url, headers=headers, timeout=60)

    def __call__(self, verb: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        answer = self.http.request(verb, path, json=body, **options)
        assert "x-sandbox-violation" not in answer.headers, answer.text
        return answer

    def advance(self, seconds: float) -> None:
        self("POST", "/_sandbox/advance", {"seconds": seconds})

    def script(self, outcome: str = "success", **fields: Any) -> httpx.Response:
        given = {"source_id": SOURCE, "outcome": outcome, **fields}
        return self("POST", "/_sandbox/fates", given)

    def start(self) -> str:
        """The name of a job that starts now."""
        return str(self("POST", f"/v4/sources/{SOURCE}/sync").json()["job_name"])

    def log(self, job: str) -> str:
        answer = self("GET", f"/v4/116078/extractions/{job}")
        assert answer.status_code == 302
        return httpx.get(answer.headers["location"]).text

    def extraction(self) -> dict[str, Any]:
        rows = self("GET", "/v4/116078/extractions").json()["data"]
        found: dict[str, Any] = next(row for row in rows if row["source_id"] == SOURCE)
        return found

    def loads(self) -> list[dict[str, Any]]:
        rows = self("GET", "/v4/116078/loads").json()["data"]
        return [row for row in rows if row["source_name"] == "heroku"]


@pytest.fixture
def account(sandbox: Any) -> Iterator[Account]:
    found = Account(sandbox)
    yield found
    found.http.close()
