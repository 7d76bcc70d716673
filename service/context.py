"""The request context, shared by all layers: id, deadline and trace of a request, and fields for its access log."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from common.access_log import UNKNOWN
from common.deadline import Deadline


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One request; the fields from `operation` on are written to its access-log line, unless they are None.

    `trace` are the trace headers to pass on. `shed` is set when the request was refused for lack of capacity,
    `breaker_open` when the circuit breaker was open for it.
    """

    request_id: str
    deadline: Deadline
    trace: dict[str, str] = field(default_factory=dict)
    operation: str = UNKNOWN
    method: str | None = None
    path: str | None = None
    code: str | None = None
    items: int | None = None
    upstream_ms: float | None = None
    retries: int | None = None
    shed: int | None = None
    breaker_open: int | None = None

    def log_fields(self) -> dict[str, Any]:
        """Return the fields of the access-log line."""
        return {name: value for name in _LOGGED if (value := getattr(self, name)) is not None}


_LOGGED = ("operation", "method", "path", "code", "items", "upstream_ms", "retries", "shed", "breaker_open")

current: ContextVar[RequestContext] = ContextVar("current")
