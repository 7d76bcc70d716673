"""Switches traces on where the environment names a collector; elsewhere nothing of OpenTelemetry is imported."""

from collections.abc import Mapping
from typing import Any, Final

from common.environment import SettingsError, address

VARIABLE: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"


def start(hop: str, environ: Mapping[str, str], app: Any = None) -> Any:  # noqa: ANN401  # the service's ASGI application
    """Trace this process if `environ` names a collector of OTLP over HTTP; return `app`, then with a span per request.

    A Lambda function calls it after its handler is defined: the instrumentation replaces the handler. Raises
    SettingsError if the collector's address is not valid, or if OpenTelemetry is not installed.
    """
    if not environ.get(VARIABLE):
        return app
    collector = address(environ, VARIABLE, "a collector of OTLP over HTTP")
    try:
        from common import otel  # noqa: PLC0415  # imported only where traces are on
    except ImportError as exc:
        raise SettingsError(f"{VARIABLE} is set, but requirements/tracing.txt is not installed") from exc
    return otel.instrument(hop, collector, app)
