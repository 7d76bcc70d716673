"""The headers by which a request is known across hops: W3C Trace Context, and X-Ray's."""

import re
from collections.abc import Mapping
from typing import Final

HEADERS: Final = ("traceparent", "tracestate", "x-amzn-trace-id")
# W3C Trace Context, section 3.2; and "Tracing header" of the X-Ray developer guide.
_W3C: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*", re.ASCII)
_X_RAY: Final = re.compile(r"(?:.*;)?\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;.*)?", re.ASCII)


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the trace headers of a request, by their names in lower case.

    Text that is not ASCII is left out: it could not be sent on, and would fail a request that it has no part in.
    """
    return {name: value for name in HEADERS if (value := headers.get(name)) and value.isascii()}


def trace_id(headers: Mapping[str, str]) -> str | None:
    """Return the trace's id, 32 hexadecimal digits, of either kind of header; None if there is none."""
    found = _W3C.fullmatch(headers.get("traceparent", "")) or _X_RAY.fullmatch(headers.get("x-amzn-trace-id", ""))
    return None if found is None else "".join(found.groups())
