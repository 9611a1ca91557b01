"""Traces: sent where the environment asks, without secrets, and never in the protocol's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from stitch_connect_mcp.options import SettingsError
from stitch_connect_mcp.telemetry import asked, redacting

from .hostile import CORE, secrets

SECRET = "planted-4f1d8e"
SERVE = ["-m", "stitch_connect_mcp.cli", "serve", "--sandbox"]


@pytest.mark.parametrize(
    ("env", "which"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"}, None),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_the_standard_variables_decide(env: dict[str, str], which: str | None) -> None:
    assert asked(env) == which


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "is not one of otlp, console, none"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf",
        ),
    ],
)
def test_what_is_not_there_is_refused(env: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        asked(env)


def test_no_secret_is_in_a_span() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(redacting(kept, (SECRET,))))
    error = ExceptionGroup(f"one {SECRET}", [ValueError(SECRET)])
    with provider.get_tracer("t").start_as_current_span(f"tools/call {SECRET}") as span:
        span.set_attribute("gen_ai.tool.name", SECRET)
        span.set_attribute("some", ["password=hunter22", "plain"])
        span.record_exception(error)
        span.set_status(StatusCode.ERROR, str(error))
    (sent,) = kept.get_finished_spans()
    assert SECRET not in sent.to_json()
    assert "hunter22" not in sent.to_json()
    assert sent.name == "tools/call [hidden]"
    assert '"plain"' in sent.to_json()
    assert sent.events[0].name == "exception"
    assert sent.end_time is not None


@pytest.mark.parametrize("planted", secrets())
def test_no_shape_of_a_secret_is_in_a_span(planted: str) -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(redacting(kept, ())))
    with provider.get_tracer("t").start_as_current_span(planted) as span:
        span.set_attribute("some", [planted])
        span.record_exception(ExceptionGroup("two", [ValueError(planted)]))
        span.set_status(StatusCode.ERROR, planted)
    (sent,) = kept.get_finished_spans()
    assert CORE not in sent.to_json()


async def test_a_server_traces_to_standard_error_and_the_protocol_goes_on(tmp_path: Path) -> None:
    env = {"OTEL_TRACES_EXPORTER": "console", "STITCH_CONNECT_STATE": str(tmp_path / "state")}
    log = tmp_path / "stderr"
    command = StdioServerParameters(command=sys.executable, args=SERVE, env=env)
    with log.open("w") as errors:
        async with Client(stdio_client(command, errlog=errors)) as client:
            result = await client.call_tool("list_sources", {})
    assert not result.is_error
    assert '"tools/call list_sources"' in log.read_text()
    assert '"service.name": "stitch-connect-mcp"' in log.read_text()


def test_the_extra_is_named_where_it_is_missing() -> None:
    code = (
        "import sys; sys.modules['opentelemetry.sdk.trace'] = None\n"
        "from stitch_connect_mcp.cli import main\nsys.exit(main(['serve']))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"OTEL_TRACES_EXPORTER": "otlp", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "pip install 'stitch-connect[mcp,otel]'" in run.stderr
