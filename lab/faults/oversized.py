"""Requests with too much of everything."""

from collections.abc import Iterator
from typing import Final

Parts = Iterator[bytes]

_REFUSED: Final = {400, 404, 413, 414, 415, 431}
_HEAD: Final = b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\n"
_DECENT: Final = b'Content-Length: 16\r\n\r\n{"user_id": "u"}'


def requests() -> Iterator[tuple[str, bytes, set[int]]]:
    """Yield a name, the bytes, and the statuses that may come of them; no answer means hung up on."""
    body = b'{"user_id": "' + b"x" * 1_000_000 + b'"}'
    yield "a body of 1 MB", _HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body, {413}
    chunks = b"".join(b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(16)) + b"0\r\n\r\n"
    yield "1 MB in chunks", _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks, {400, 413}
    yield "a length of 10^18 and no body", _HEAD + b"Content-Length: 1" + b"0" * 18 + b"\r\n\r\n", {400, 413}
    yield "a header of 100 kB", _HEAD + b"X: " + b"x" * 100_000 + b"\r\n" + _DECENT, _REFUSED
    many = b"".join(b"X-%d: x\r\n" % number for number in range(5_000))
    yield "5,000 headers", _HEAD + many + _DECENT, _REFUSED
    yield "a path of 100 kB", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n", _REFUSED
    query = b"GET /health?" + b"x=y&" * 25_000 + b" HTTP/1.1\r\nHost: service\r\n\r\n"
    yield "a query string of 100 kB", query, _REFUSED | {200}


def endless_head() -> Parts:
    """Yield a head of 64 MB that never ends."""
    yield _HEAD
    for number in range(1_024):
        yield b"X-%d: " % number + b"x" * 65_000 + b"\r\n"
