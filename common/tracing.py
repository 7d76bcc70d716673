"""Traces: a span for each request and for each call of the next hop; OpenTelemetry where it is asked for, else nothing.

Nothing of OpenTelemetry is imported, and nothing done for a request, unless a collector is named.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Protocol

from common.environment import SettingsError, address

VARIABLE: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"

Facts = Mapping[str, Any]


class Tracing(Protocol):
    """What a hop tells of its requests.

    The facts of a span are read when it ends, so that they may be filled in until then; they have the names of the log
    line, or, with a dot in it, of OpenTelemetry's semantic conventions.
    """

    def server(self, headers: Mapping[str, str], facts: Facts) -> AbstractContextManager[None]:
        """Span the answering of a request with these headers, their names in lower case."""

    def client(self, name: str, facts: Facts) -> AbstractContextManager[Mapping[str, str]]:
        """Span a call of the next hop; give the trace headers to send with it, in place of those that came."""

    def flush(self, seconds: float) -> None:
        """Send what there is, but return after so many seconds in any case."""


class _Off:
    """Does nothing."""

    _SERVER: Final = nullcontext(None)
    _CLIENT: Final = nullcontext[Mapping[str, str]]({})

    def server(self, _headers: Mapping[str, str], _facts: Facts) -> AbstractContextManager[None]:
        return self._SERVER

    def client(self, _name: str, _facts: Facts) -> AbstractContextManager[Mapping[str, str]]:
        return self._CLIENT

    def flush(self, _seconds: float) -> None:
        pass


OFF: Final[Tracing] = _Off()


def endpoint(environ: Mapping[str, str]) -> str | None:
    """Return the collector's address, None where none is set; raise SettingsError if it is no http(s) address."""
    return address(environ, VARIABLE, "a collector that speaks OTLP over HTTP") if environ.get(VARIABLE) else None


def start(hop: str, collector: str | None) -> Tracing:
    """Return the tracing of a hop, which sends to this collector; without one it does nothing.

    Raises SettingsError if a collector is named and OpenTelemetry is not installed.
    """
    if collector is None:
        return OFF
    try:
        from common.otel import OpenTelemetry  # noqa: PLC0415  # free of cost where nobody asks for it
    except ImportError as exc:
        raise SettingsError(f"{VARIABLE} is set, and needs what the extra `tracing` installs") from exc
    return OpenTelemetry(hop, collector)
