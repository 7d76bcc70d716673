"""The trace headers that connect the hops of a request: W3C Trace Context, and AWS X-Ray's."""

import re
from collections.abc import Callable, Mapping
from typing import Final

HEADERS: Final = ("traceparent", "tracestate", "x-amzn-trace-id")
# W3C Trace Context requires that 512 bytes of tracestate and 32 members are passed on. X-Ray's header has some 100
# bytes; an application may add fields to it.
MOST_STATE_BYTES: Final = 512
MOST_STATE_MEMBERS: Final = 32
MOST_ID_BYTES: Final = 256
# W3C Trace Context, section 3.2; and "Tracing header" of the X-Ray developer guide.
_W3C: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]*)?", re.ASCII)
_X_RAY: Final = re.compile(r"(?:[!-~]+; *)?Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;[ -~]*)?", re.ASCII)
_PRINTABLE: Final = re.compile(r"[ -~]+", re.ASCII)


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the trace headers that go to the next hop, by their names in lower case.

    One that is malformed or too long is dropped: further hops limit the size of all headers, and a request does not
    fail for its trace.
    """
    return {name: value for name, is_sound in _RULES.items() if (value := headers.get(name)) and is_sound(value)}


def trace_id(headers: Mapping[str, str]) -> str | None:
    """Return the trace's id, 32 hexadecimal digits, of either kind of header; None without a valid header."""
    parts = _id_of(_W3C, headers.get("traceparent", "")) or _id_of(_X_RAY, headers.get("x-amzn-trace-id", ""))
    return None if parts is None else "".join(parts)


def _id_of(shape: re.Pattern[str], value: str) -> tuple[str, ...] | None:
    found = shape.fullmatch(value) if len(value) <= MOST_ID_BYTES else None
    return None if found is None else found.groups()


def _is_state(value: str) -> bool:
    is_short = len(value) <= MOST_STATE_BYTES and value.count(",") < MOST_STATE_MEMBERS
    return is_short and _PRINTABLE.fullmatch(value) is not None


_RULES: Final[Mapping[str, Callable[[str], bool]]] = {
    "traceparent": lambda value: _id_of(_W3C, value) is not None,
    "tracestate": _is_state,
    "x-amzn-trace-id": lambda value: _id_of(_X_RAY, value) is not None,
}
