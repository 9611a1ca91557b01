"""Traces, where the standard `OTEL_*` variables ask for them; what they hold is redacted.

The spans are the protocol library's own. A span may quote an error or a name that a client made
up, so each is copied without secrets before it is sent.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .options import SettingsError
from .text import redact, visible

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

NAME = "stitch-connect-mcp"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
WHICH = "OTEL_TRACES_EXPORTER"
PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
PROTOCOL = "http/protobuf"
EXPORTERS = ("otlp", "console")
EXTRA = "traces need the extra: pip install 'stitch-connect[mcp,otel]'"


def asked(env: Mapping[str, str]) -> str | None:
    """Return the exporter that the environment asks for, if it asks for any.

    Raises:
        SettingsError: One that is not there, or another protocol than HTTP.
    """
    if env.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    which = env.get(WHICH, "").strip().lower()
    if not which and any(env.get(name, "").strip() for name in ENDPOINTS):
        which = EXPORTERS[0]
    if which in ("", "none"):
        return None
    if which not in EXPORTERS:
        raise SettingsError(f"{WHICH} is not one of {', '.join(EXPORTERS)}, none")
    for name in PROTOCOLS:
        if env.get(name, "").strip() not in ("", PROTOCOL):
            raise SettingsError(f"{name} must be {PROTOCOL}")
    return which


def trace(env: Mapping[str, str], secrets: tuple[str, ...] = ()) -> None:
    """Send traces from now on, if the environment asks for it.

    Arguments:
        env: The environment.
        secrets: What is hidden wherever it stands.

    Raises:
        SettingsError: The extra is not installed, or the exporter is not there.
    """
    which = asked(env)
    if which is None:
        return
    try:
        from opentelemetry import trace as api
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = _exporter(which)
    except ImportError:
        raise SettingsError(EXTRA) from None
    named = {} if env.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: NAME}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(redacting(exporter, secrets)))
    api.set_tracer_provider(provider)  # flushed when the process ends


def _exporter(which: str) -> SpanExporter:
    if which == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)  # standard output is the protocol
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def redacting(exporter: SpanExporter, secrets: tuple[str, ...]) -> SpanExporter:
    """Return an exporter that sends copies without secrets."""
    from opentelemetry.sdk.trace.export import SpanExporter

    class Redacting(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            return exporter.export([without_secrets(span, secrets) for span in spans])

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return exporter.force_flush(timeout_millis)

    return Redacting()


def without_secrets(span: ReadableSpan, secrets: tuple[str, ...]) -> ReadableSpan:
    """Return a copy of a span in whose texts no secret stands."""
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return redact(visible(value), secrets)
        if isinstance(value, Mapping):
            return cleaned(value)
        return [clean(one) for one in value] if isinstance(value, list | tuple) else value

    def cleaned(values: Mapping[str, Any] | None) -> dict[str, Any]:
        return {name: clean(value) for name, value in (values or {}).items()}

    status = span.status
    return ReadableSpan(
        name=clean(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=cleaned(span.attributes),
        events=[Event(e.name, cleaned(e.attributes), e.timestamp) for e in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(status.status_code, clean(status.description)),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
