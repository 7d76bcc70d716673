"""Sets up OpenTelemetry and its instrumentation packages; imported only where traces are on."""

import logging
import os
from importlib import import_module
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.logging import LoggingInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# A function exports before Lambda freezes it, within the margin that it leaves to its caller (0.25 s).
EXPORT_SECONDS: Final = 0.2
# A deployable has the instrumentation of the libraries that it uses, so they are imported by name.
_INSTRUMENTORS: Final = {
    "service": ("aiohttp_client.AioHttpClientInstrumentor",),
    "query_lambda": ("urllib3.URLLib3Instrumentor", "aws_lambda.AwsLambdaInstrumentor"),
    "result_lambda": ("botocore.BotocoreInstrumentor", "aws_lambda.AwsLambdaInstrumentor"),
}


def instrument(hop: str, collector: str, app: Any) -> Any:  # noqa: ANN401  # an ASGI application
    """Send the spans of this process to `collector` as those of `hop`; return `app` with a span per request."""
    seconds = float(os.environ.get("OTEL_EXPORTER_OTLP_TIMEOUT") or EXPORT_SECONDS)
    exporter = OTLPSpanExporter(endpoint=f"{collector}/v1/traces", timeout=seconds)
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: hop}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    # It warns after each call that there are no metrics to flush.
    logging.getLogger("opentelemetry.instrumentation.aws_lambda").setLevel(logging.ERROR)
    LoggingInstrumentor().instrument(log_hook=_name_trace, enable_log_auto_instrumentation=False)
    for path in _INSTRUMENTORS[hop]:
        module, name = path.split(".")
        # The packages of the functions have no metadata to check versions by.
        getattr(import_module(f"opentelemetry.instrumentation.{module}"), name)().instrument(skip_dep_check=True)
    if app is None:
        return app
    asgi = import_module("opentelemetry.instrumentation.asgi")
    return asgi.OpenTelemetryMiddleware(
        app, exclude_spans=["receive", "send"], http_capture_headers_server_response=["x-request-id"]
    )


def _name_trace(span: trace.Span, record: logging.LogRecord) -> None:
    """Put the trace's id into a log line, in place of the one in the request's headers."""
    record.trace_id = trace.format_trace_id(span.get_span_context().trace_id)
