"""Malformed and ambiguous requests: two parsers may disagree where one ends, which smuggles in a second one."""

from collections.abc import Iterator
from typing import Final, NamedTuple

BODY: Final = b'{"user_id": "u"}'
_SMUGGLED: Final = b"GET /smuggled HTTP/1.1\r\nHost: smuggled\r\nX-Request-Id: smuggled\r\n\r\n"
_CHUNKED: Final = b"10\r\n" + BODY + b"\r\n0\r\n\r\n"
_LENGTH: Final = b"Content-Length: 16"
_TRANSFER: Final = b"Transfer-Encoding: chunked"
_HOST: Final = b"Host: service"

# Headers of a POST with a body of 16 bytes.
_BAD_LENGTHS: Final = (
    b"Content-Length: 0\r\nContent-Length: 16",
    b"Content-Length : 16",
    *(b"Content-Length: " + text for text in (b"+16", b"-16", b"0x10", b"16 0", b"1_6", b"", b"9" * 40, b"16;0")),
    b"Content-Length: \xd9\xa1\xd9\xa6",
    *(line + b"\r\n" + _LENGTH for line in (b"X: a\x00b", b"X\x00: a", b"X y: a", b": a", b"X", b"\x0bX: a")),
    b"X: a\rContent-Length: 0\r\n" + _LENGTH,
)
# Headers of a chunked POST that has a length too.
_BAD_ENCODINGS: Final = (
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    b"Transfer\xadEncoding: chunked",
)
_BAD_CHUNKS: Final = (
    b"0x10\r\n" + BODY + b"\r\n0\r\n\r\n",
    b"F" * 17 + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
    b"-10\r\n" + BODY + b"\r\n0\r\n\r\n",
    b"1 0\r\n" + BODY + b"\r\n0\r\n\r\n",
    b"10\r\n" + BODY + b"0\r\n\r\n",
    b'10;a="\r\nX: y"\r\n' + BODY + b"\r\n0\r\n\r\n",
    b"10;a\nx\r\n" + BODY + b"\r\n0\r\n\r\n",
)
_BAD_TARGETS: Final = (
    b"GET /query/user\x00 HTTP/1.1",
    b"GET /query/user HTTP/1.1 HTTP/1.1",
    b"GET /query /user HTTP/1.1",
    b"GET /query/user",
    b"GET /query/user HTTP/9.9",
    b"GET /query/user ICE/1.0",
    b"get /query/user HTTP/1.1",
    b"PRI * HTTP/2.0",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)
_UNUSUAL_TARGETS: Final = (
    b"GET http://elsewhere.invalid/query/user HTTP/1.1",
    b"GET http://user@elsewhere.invalid:99999999/query/user HTTP/1.1",
    b"GET //elsewhere.invalid/query/user HTTP/1.1",
    b"GET  /query/user  HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"CONNECT elsewhere.invalid:443 HTTP/1.1",
)


class Shape(NamedTuple):
    """Bytes for one connection, and how many requests with its id may reach the service: none if they are malformed."""

    raw: bytes
    requests: int
    request_id: str


def shapes() -> Iterator[Shape]:
    """Yield all shapes; the first is the control: two well-formed requests."""
    found = [(_post(_LENGTH) * 2, 2)]
    found += [(raw + _SMUGGLED, 0) for raw in _malformed()]
    found += [(raw, 1) for raw in _unusual()]
    for number, (raw, requests) in enumerate(found):
        request_id = f"shape-{number:04}"
        yield Shape(raw.replace(b"REQUEST-ID", request_id.encode()), requests, request_id)


def _post(*lines: bytes, body: bytes = BODY, version: bytes = b"HTTP/1.1", end: bytes = b"\r\n") -> bytes:
    head = (b"POST /query/user " + version, _HOST, b"Content-Type: application/json", b"X-Request-Id: REQUEST-ID")
    return end.join([*head, *lines, b"", b""]) + body


def _get(line: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([line, b"X-Request-Id: REQUEST-ID", *headers, b"", b""])


def _malformed() -> Iterator[bytes]:
    yield from map(_post, _BAD_LENGTHS)
    yield from (_post(line, _LENGTH, body=_CHUNKED) for line in _BAD_ENCODINGS)
    yield _post(_TRANSFER, body=_CHUNKED, version=b"HTTP/1.0")
    yield from (_post(_TRANSFER, body=body) for body in _BAD_CHUNKS)
    yield _post(_LENGTH, end=b"\r")
    yield b"\r\n " + _post(_LENGTH)
    yield from (_get(line, _HOST, b"Connection: close") for line in _BAD_TARGETS)
    yield _get(b"GET /query/user HTTP/1.1", b"Host: a", b"Host: b", b"Connection: close")
    yield _get(b"GET /query/user HTTP/1.1", b"Connection: close")


def _unusual() -> Iterator[bytes]:
    """Yield valid HTTP, and shapes that a load balancer may make valid: each is one request at most."""
    yield _post(_LENGTH, end=b"\n")
    yield _post(_TRANSFER, body=b"10\n" + BODY + b"\n0\n\n")
    yield _post(b"Content-Length: 16, 16")
    yield _post(b"Content-Length: 5", _TRANSFER, body=_CHUNKED)
    yield _post(_TRANSFER, b"Content-Length: 4", body=_CHUNKED)
    yield _post(b"X: a\r\n b", _LENGTH)
    yield _post(b"Transfer-Encoding:\r\n chunked", _LENGTH, body=_CHUNKED)
    yield _post(b"X: y\r\n Transfer-Encoding: chunked", _LENGTH)
    yield _post(_TRANSFER, body=b"10;" + b"a" * 20_000 + b"\r\n" + _CHUNKED[4:])
    yield from (_get(line, _HOST, b"Connection: close") for line in _UNUSUAL_TARGETS)
    upgrade = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__")
    yield _get(b"GET /query/user HTTP/1.1", _HOST, *upgrade)
