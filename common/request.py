"""The request context: the id, deadline and trace of a request, which each hop passes on to the next one."""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

DEADLINE_HEADER: Final = "x-request-timeout-ms"
TRACE_HEADERS: Final = ("traceparent", "tracestate", "x-amzn-trace-id")
# W3C Trace Context requires that 512 bytes of tracestate and 32 members are passed on. X-Ray's header has about 100
# bytes; an application may add fields to it.
MOST_STATE_BYTES: Final = 512
MOST_STATE_MEMBERS: Final = 32
MOST_TRACE_ID_BYTES: Final = 256

LEAST_SECONDS: Final = 1.0
_MOST_DIGITS: Final = 9
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._=+/-]{1,128}", re.ASCII)
# W3C Trace Context, section 3.2; and "Tracing header" of the X-Ray developer guide.
_W3C: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]*)?", re.ASCII)
_X_RAY: Final = re.compile(r"(?:[!-~]+; *)?Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;[ -~]*)?", re.ASCII)
_PRINTABLE: Final = re.compile(r"[ -~]+", re.ASCII)


class Deadline:
    """A countdown in seconds.

    `header` is the caller's X-Request-Timeout-Ms, if it sent one. It can only shorten `seconds`, and not below
    LEAST_SECONDS, in which a query can succeed. A value that is not a plain number is ignored. `margin` is kept back,
    so that the answer arrives before the caller gives up.
    """

    def __init__(
        self,
        seconds: float,
        header: str | None = None,
        *,
        margin: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if header and header.isascii() and header.isdecimal():
            digits = header.lstrip("0") or "0"
            seconds = min(seconds, max(LEAST_SECONDS, int(digits[:_MOST_DIGITS]) / 1_000))
        self._clock = clock
        self._end = clock() + seconds - margin

    def remaining(self) -> float:
        """Return the remaining seconds; never less than 0."""
        return max(0.0, self._end - self._clock())

    def header(self) -> str:
        """Return the remaining time as the next hop reads it: whole milliseconds."""
        return str(int(self.remaining() * 1_000))


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One request: `trace` are the trace headers to pass on, `facts` the fields of its access-log line."""

    request_id: str
    deadline: Deadline
    trace: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


# Set by the service, which serves many requests at a time.
current_request: ContextVar[RequestContext] = ContextVar("current_request")


def choose_request_id(*candidates: object) -> str:
    """Return the first candidate that is valid in a header and a log line, or a new id."""
    for candidate in candidates:
        if isinstance(candidate, str) and _REQUEST_ID.fullmatch(candidate):
            return candidate
    return str(uuid.uuid4())


def trace_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the trace headers for the next hop, by their names in lower case.

    One that is malformed or too long is dropped: further hops limit the size of all headers, and a request does not
    fail for its trace.
    """
    return {name: value for name in TRACE_HEADERS if (value := headers.get(name)) and _is_valid(name, value)}


def trace_id(headers: Mapping[str, str]) -> str | None:
    """Return the trace's id, 32 hexadecimal digits, from either kind of header; None without a valid header."""
    parts = _id_of(_W3C, headers.get("traceparent", "")) or _id_of(_X_RAY, headers.get("x-amzn-trace-id", ""))
    return None if parts is None else "".join(parts)


def _id_of(shape: re.Pattern[str], value: str) -> tuple[str, ...] | None:
    found = shape.fullmatch(value) if len(value) <= MOST_TRACE_ID_BYTES else None
    return None if found is None else found.groups()


def _is_valid(name: str, value: str) -> bool:
    if name == "tracestate":
        is_short = len(value) <= MOST_STATE_BYTES and value.count(",") < MOST_STATE_MEMBERS
        return is_short and _PRINTABLE.fullmatch(value) is not None
    return _id_of(_W3C if name == "traceparent" else _X_RAY, value) is not None
