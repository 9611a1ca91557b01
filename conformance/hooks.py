"""What schemathesis does to the sandbox: time passes from call to call, and all begins anew."""

from __future__ import annotations

import atexit
import json
import os
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.generation.stateful.state_machine import APIStateMachine

SANDBOX = os.environ["SANDBOX"]
GENEROUS = {"client_id": 116078, "plan": "premium", "destinations": 5}
STEP = 20  # seconds of the account from call to call
CALLS = Path("calls.json")
_last = ""
_calls: Counter[str] = Counter()


def control(action: str, body: Any) -> None:
    """Carry out an action of the control plane."""
    request = urllib.request.Request(f"{SANDBOX}/_sandbox/{action}", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def begin_anew(*_: Any) -> None:
    """Let everything be as it was, in an account that may do much."""
    control("reset", {})
    control("accounts", GENEROUS)


def before_call(context: Any, case: Any, **options: Any) -> None:
    """Let time pass, and each operation find the account as new; a sequence has one of its own."""
    global _last
    phase = str(case.meta.phase.name) if case.meta else ""
    now = phase if phase == "stateful" else f"{phase} {case.operation.label}"
    if now != _last:
        _last = now
        begin_anew()
    control("advance", {"seconds": STEP})
    _calls[case.operation.label] += 1


schemathesis.hook(before_call)
machine: Any = APIStateMachine  # its sequences are replayed, and given up if they end otherwise
machine.teardown = begin_anew
atexit.register(lambda: CALLS.write_text(json.dumps(_calls), encoding="utf-8"))
