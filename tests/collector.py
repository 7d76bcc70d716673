"""A collector of traces on a port of 127.0.0.1 that accepts OTLP over HTTP."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from tests.hostile import Exchange, Server, answer, serving

SECONDS = 20


@dataclass(frozen=True)
class Span:
    """A span as the collector received it; ids are hexadecimal, and `parent` is empty for the root of a trace."""

    hop: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    state: str
    failed: bool
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Collector:
    """A running collector."""

    server: Server

    @property
    def url(self) -> str:
        """The value for OTEL_EXPORTER_OTLP_ENDPOINT."""
        return self.server.url

    def spans(self, trace: str | None = None) -> list[Span]:
        """Return the spans received so far, of one trace or of all."""
        spans = [span for request in self.server.received for span in _read(request.body)]
        return [span for span in spans if trace in (None, span.trace)]

    def wait(self, number: int, trace: str | None = None) -> list[Span]:
        """Return the spans once there are `number` of them."""
        end = time.monotonic() + SECONDS
        while len(self.spans(trace)) < number and time.monotonic() < end:
            time.sleep(0.02)
        assert number == len(self.spans(trace)), self.spans(trace)
        return self.spans(trace)


@contextmanager
def collecting() -> Iterator[Collector]:
    """Run a collector inside the block."""

    def take(exchange: Exchange) -> None:
        assert ("POST", "/v1/traces") == (exchange.request.method, exchange.request.target)
        exchange.send(answer(200, b"", "application/x-protobuf"))

    with serving(take) as server:
        yield Collector(server)


def tree(spans: list[Span], parent: str) -> list[Any]:
    """Return the spans below the span `parent` as `(hop, kind, name, children)`."""
    return [(span.hop, span.kind, span.name, tree(spans, span.id)) for span in spans if span.parent == parent]


def _read(body: bytes) -> Iterator[Span]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        hop = _attributes(resource.resource)["service.name"]
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _span(hop, span)


def _span(hop: str, span: trace_pb2.Span) -> Span:
    return Span(
        hop=hop,
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        state=span.trace_state,
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        attributes=_attributes(span),
    )


def _attributes(of: Any) -> dict[str, Any]:  # noqa: ANN401  # a resource or a span
    return {attribute.key: _value(attribute.value) for attribute in of.attributes}


def _value(value: AnyValue) -> Any:  # noqa: ANN401  # one of OTLP's types
    kind = value.WhichOneof("value")
    return [_value(each) for each in value.array_value.values] if kind == "array_value" else getattr(value, kind)
