"""Malformed and ambiguous requests: two parsers may disagree where one ends, which smuggles in a second one."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_BODY: Final = b'{"user_id": "u"}'
_ID: Final = b"X-Request-Id: REQUEST-ID\r\n"
_SMUGGLED: Final = b"GET /smuggled HTTP/1.1\r\nHost: smuggled\r\nX-Request-Id: smuggled\r\n\r\n"
_CHUNKED: Final = b"10\r\n" + _BODY + b"\r\n0\r\n\r\n"
_LENGTH: Final = b"Content-Length: 16"
_TRANSFER: Final = b"Transfer-Encoding: chunked"


class Shape(NamedTuple):
    """Bytes for one connection, and how many requests with its id may reach the service: none if they are malformed."""

    name: str
    raw: bytes
    requests: int
    request_id: str


def shapes() -> Iterator[Shape]:
    """Yield all shapes; the first is the control: two well-formed requests."""
    control = _post(_LENGTH)
    yield _shape(0, "two well-formed requests, pipelined", control + control, 2)
    for number, (name, raw) in enumerate(_malformed(), 1):
        yield _shape(number, name, raw + _SMUGGLED, 0)
    for number, (name, raw) in enumerate(_unusual(), 1_001):
        yield _shape(number, name, raw, 1)


def _shape(number: int, name: str, raw: bytes, requests: int) -> Shape:
    request_id = f"shape-{number:04}"
    return Shape(name, raw.replace(b"REQUEST-ID", request_id.encode()), requests, request_id)


def _post(*lines: bytes, body: bytes = _BODY, version: bytes = b"HTTP/1.1", end: bytes = b"\r\n") -> bytes:
    head = [b"POST /query/user " + version, b"Host: service", b"Content-Type: application/json", _ID[:-2], *lines]
    return end.join([*head, b"", b""]) + body


def _get(line: bytes, *headers: bytes) -> bytes:
    return line + b"\r\n" + _ID + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


def _malformed() -> Iterator[tuple[str, bytes]]:
    yield from _lengths()
    yield from _encodings()
    yield from _chunks()
    yield from _lines()
    yield from _targets()


def _lengths() -> Iterator[tuple[str, bytes]]:
    yield "two lengths that differ", _post(b"Content-Length: 0", _LENGTH)
    for text in (b"+16", b"-16", b"0x10", b"16 0", b"1_6", b"\xd9\xa1\xd9\xa6", b"", b"9" * 40, b"16;0"):
        yield f"length {text!r}", _post(b"Content-Length: " + text)
    yield "length with a space before its colon", _post(b"Content-Length : 16")


def _encodings() -> Iterator[tuple[str, bytes]]:
    for line in (
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: identity",
        b"Transfer-Encoding: \x0bchunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        b"Transfer\xadEncoding: chunked",
    ):
        yield f"encoding {line!r}, and a length", _post(line, _LENGTH, body=_CHUNKED)
    yield "chunks in HTTP/1.0", _post(_TRANSFER, body=_CHUNKED, version=b"HTTP/1.0")


def _chunks() -> Iterator[tuple[str, bytes]]:
    for name, body in {
        "size with 0x": b"0x10\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "size beyond 64 bits": b"F" * 17 + b"\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "negative size": b"-10\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "size with a space": b"1 0\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "no line end after it": b"10\r\n" + _BODY + b"0\r\n\r\n",
        "an extension over two lines": b'10;a="\r\nX: y"\r\n' + _BODY + b"\r\n0\r\n\r\n",
        "an extension with a bare line feed": b"10;a\nx\r\n" + _BODY + b"\r\n0\r\n\r\n",
    }.items():
        yield f"chunk: {name}", _post(_TRANSFER, body=body)


def _lines() -> Iterator[tuple[str, bytes]]:
    yield "bare carriage returns", _post(_LENGTH, end=b"\r")
    for line in (b"X: a\x00b", b"X\x00: a", b"X y: a", b": a", b"X", b"X: a\rContent-Length: 0", b"\x0bX: a"):
        yield f"line {line!r}", _post(line, _LENGTH)
    yield "space before the first line", b"\r\n " + _post(_LENGTH)


def _targets() -> Iterator[tuple[str, bytes]]:
    for line in (
        b"GET /query/user\x00 HTTP/1.1",
        b"GET /query/user HTTP/1.1 HTTP/1.1",
        b"GET /query /user HTTP/1.1",
        b"GET /query/user",
        b"GET /query/user HTTP/9.9",
        b"GET /query/user ICE/1.0",
        b"get /query/user HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ):
        yield f"{line!r}", _get(line, b"Host: service", b"Connection: close")
    yield "two hosts", _get(b"GET /query/user HTTP/1.1", b"Host: a", b"Host: b", b"Connection: close")
    yield "no host", _get(b"GET /query/user HTTP/1.1", b"Connection: close")


def _unusual() -> Iterator[tuple[str, bytes]]:
    """Yield valid HTTP, and shapes that a load balancer may make valid: each is one request at most."""
    yield "bare line feeds", _post(_LENGTH, end=b"\n")
    yield "chunk: bare line feeds", _post(_TRANSFER, body=b"10\n" + _BODY + b"\n0\n\n")
    yield "the same length twice", _post(b"Content-Length: 16, 16")
    yield "length and chunks (CL.TE)", _post(b"Content-Length: 5", _TRANSFER, body=_CHUNKED)
    yield "chunks and length (TE.CL)", _post(_TRANSFER, b"Content-Length: 4", body=_CHUNKED)
    yield "folded line", _post(b"X: a\r\n b", _LENGTH)
    yield "folded encoding", _post(b"Transfer-Encoding:\r\n chunked", _LENGTH, body=_CHUNKED)
    yield "encoding in a folded line", _post(b"X: y\r\n Transfer-Encoding: chunked", _LENGTH)
    yield "chunk: an extension of 20 kB", _post(_TRANSFER, body=b"10;" + b"a" * 20_000 + b"\r\n" + _CHUNKED[4:])
    for line in (
        b"GET http://elsewhere.invalid/query/user HTTP/1.1",
        b"GET http://user@elsewhere.invalid:99999999/query/user HTTP/1.1",
        b"GET //elsewhere.invalid/query/user HTTP/1.1",
        b"GET  /query/user  HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"CONNECT elsewhere.invalid:443 HTTP/1.1",
    ):
        yield f"{line!r}", _get(line, b"Host: service", b"Connection: close")
    upgrade = (b"Host: service", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c")
    yield "an upgrade to h2c", _get(b"GET /query/user HTTP/1.1", *upgrade, b"HTTP2-Settings: AAMAAABkAAQAAP__")
