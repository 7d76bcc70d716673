"""Tracing by OpenTelemetry, sent as OTLP over HTTP; the only module that imports it, and only where it is asked for.

What the SDK reads of the environment beside the endpoint (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`, ...)
holds here too.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from common import logs, trace
from common.problem import ProblemError

# The log line's names that have another one in OpenTelemetry's semantic conventions.
_STANDARD: Final = {
    "method": "http.request.method",
    "path": "http.route",
    "status": "http.response.status_code",
    "code": "error.type",
}
# What a span says by being there.
_OF_THE_LINE_ALONE: Final = frozenset({"requests", "errors", "duration_ms"})
# From this status on an answer counts as failed: for whom it is asked of, and for whoever asked.
_FAILED: Final = {SpanKind.SERVER: 500, SpanKind.CLIENT: 400}
_PROPAGATOR: Final = TraceContextTextMapPropagator()
_LONGEST_REASON: Final = 200

_own_trace: ContextVar[int] = ContextVar("_own_trace", default=0)


class OpenTelemetry:
    """The spans of one hop, sent in batches; `hop` is their `service.name`. See `common.tracing.Tracing`."""

    def __init__(self, hop: str, collector: str) -> None:
        _tell_of_trouble(hop)
        # Not at the end of the process: that would wait for a collector that does not answer.
        self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: hop}), id_generator=_TraceIds(), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=f"{collector}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("push-records")
        self._sending: threading.Thread | None = None

    @contextmanager
    def server(self, headers: Mapping[str, str], facts: Mapping[str, Any]) -> Iterator[None]:
        """Span the answering of a request: a part of the caller's trace, else the first of the one in the log line."""
        token = _own_trace.set(int(trace.trace_id(headers) or "0", 16))
        try:
            parent = _PROPAGATOR.extract(headers, Context())
            with self._span(str(facts["operation"]), SpanKind.SERVER, facts, parent):
                yield
        finally:
            _own_trace.reset(token)

    @contextmanager
    def client(self, name: str, facts: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
        """Span a call of the next hop, whose own span is the child of this one by the headers that are given."""
        with self._span(name, SpanKind.CLIENT, facts):
            headers: dict[str, str] = {}
            _PROPAGATOR.inject(headers)
            yield headers

    def flush(self, seconds: float) -> None:
        """Send what there is; while an earlier flush is still waiting for the collector, nobody waits for another."""
        if self._sending is not None and self._sending.is_alive():
            return
        # The SDK's own flush takes no notice of its time limit.
        self._sending = threading.Thread(target=self._provider.force_flush, name="traces", daemon=True)
        self._sending.start()
        self._sending.join(seconds)

    @contextmanager
    def _span(
        self, name: str, kind: SpanKind, facts: Mapping[str, Any], parent: Context | None = None
    ) -> Iterator[None]:
        # What an exception says may be anybody's data.
        with (
            self._tracer.start_as_current_span(
                name, parent, kind, record_exception=False, set_status_on_exception=False
            ) as span,
            _Described(span, kind, facts),
        ):
            yield


class _Described:
    """Puts into a span, when its time is over, what is known by then."""

    def __init__(self, span: Span, kind: SpanKind, facts: Mapping[str, Any]) -> None:
        self._span = span
        self._kind = kind
        self._facts = facts

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        facts = dict(self._facts)
        if self._kind is SpanKind.SERVER:
            self._span.update_name(str(facts["operation"]))
            facts["request_id"] = logs.fields().get("request_id")
        if error is not None:
            facts["code"] = error.code if isinstance(error, ProblemError) else type(error).__name__
        self._span.set_attributes(dict(_attributes(facts)))
        if error is not None or facts.get("status", 0) >= _FAILED[self._kind]:
            self._span.set_status(StatusCode.ERROR)


class _TraceIds(RandomIdGenerator):
    """Begins a trace under the id that the log line has, which may be X-Ray's."""

    def generate_trace_id(self) -> int:
        return _own_trace.get() or super().generate_trace_id()


class _Told(logging.Handler):
    """Says in one line of the hop's own what the SDK says at length, with a traceback."""

    def __init__(self, hop: str) -> None:
        super().__init__(logging.WARNING)
        self._log = logging.getLogger(f"{hop}.tracing")

    def emit(self, record: logging.LogRecord) -> None:
        self._log.warning("traces_not_sent", extra={"reason": record.getMessage()[:_LONGEST_REASON]})


def _tell_of_trouble(hop: str) -> None:
    sdk = logging.getLogger("opentelemetry")
    sdk.propagate = False
    sdk.handlers = [_Told(hop)]


def _attributes(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if name not in _OF_THE_LINE_ALONE and value is not None:
            yield (name if "." in name else _STANDARD.get(name, f"push_records.{name}")), value
