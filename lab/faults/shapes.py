"""Requests on whose end two readers may not agree, so that one smuggles a second request past the other."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_BODY: Final = b'{"user_id": "u"}'
_SMUGGLED: Final = b"GET /health HTTP/1.1\r\nHost: smuggled\r\n\r\n"
_CHUNKED: Final = b"10\r\n" + _BODY + b"\r\n0\r\n\r\n"
_LENGTH: Final = b"Content-Length: 16"
_TRANSFER: Final = b"Transfer-Encoding: chunked"


class Shape(NamedTuple):
    """Bytes to send on one connection, and how many answers they may get at most."""

    name: str
    raw: bytes
    answers: int = 1


def _post(*lines: bytes, body: bytes = _BODY, version: bytes = b"HTTP/1.1", end: bytes = b"\r\n") -> bytes:
    head = [b"POST /query/user " + version, b"Host: service", b"Content-Type: application/json", *lines]
    return end.join([*head, b"", b""]) + body


def shapes() -> Iterator[Shape]:
    """Yield all of them; the first is decent, and shows that two requests get two answers."""
    yield Shape("two decent requests, one behind the other", _post(_LENGTH) + _SMUGGLED, answers=2)
    yield from _lengths()
    yield from _encodings()
    yield from _chunks()
    yield from _lines()
    yield from _targets()


def _lengths() -> Iterator[Shape]:
    short = _post(b"Content-Length: 0", _LENGTH) + _SMUGGLED
    yield Shape("two lengths that differ", short)
    for text in (b"+16", b"-16", b"0x10", b"16, 16", b"16 0", b"1_6", b"\xd9\xa1\xd9\xa6", b"", b"9" * 40, b"16;0"):
        yield Shape(f"length {text!r}", _post(b"Content-Length: " + text) + _SMUGGLED)
    yield Shape("length with a space before its colon", _post(b"Content-Length : 16") + _SMUGGLED)


def _encodings() -> Iterator[Shape]:
    both = _post(b"Content-Length: 5", _TRANSFER, body=_CHUNKED)
    yield Shape("length and chunks (CL.TE)", both + _SMUGGLED)
    yield Shape("chunks and length (TE.CL)", _post(_TRANSFER, b"Content-Length: 4", body=_CHUNKED) + _SMUGGLED)
    for line in (
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: identity",
        b"Transfer-Encoding: \x0bchunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        b"X: y\r\n Transfer-Encoding: chunked",
        b"Transfer-Encoding:\r\n chunked",
        b"Transfer\xadEncoding: chunked",
    ):
        yield Shape(f"encoding {line!r}, and a length", _post(line, _LENGTH, body=_CHUNKED) + _SMUGGLED)
    yield Shape("chunks in HTTP/1.0", _post(_TRANSFER, body=_CHUNKED, version=b"HTTP/1.0") + _SMUGGLED)


def _chunks() -> Iterator[Shape]:
    for name, body in {
        "size with 0x": b"0x10\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "size beyond 64 bits": b"F" * 17 + b"\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "negative size": b"-10\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "size with a space": b"1 0\r\n" + _BODY + b"\r\n0\r\n\r\n",
        "no line end after it": b"10\r\n" + _BODY + b"0\r\n\r\n",
        "bare line feeds": b"10\n" + _BODY + b"\n0\n\n",
        "an extension over two lines": b'10;a="\r\nX: y"\r\n' + _BODY + b"\r\n0\r\n\r\n",
        "an extension with a bare line feed": b"10;a\nx\r\n" + _BODY + b"\r\n0\r\n\r\n",
    }.items():
        yield Shape(f"chunk: {name}", _post(_TRANSFER, body=body) + _SMUGGLED)
    # These two are good HTTP: what comes behind them is another request.
    long = b"10;" + b"a" * 20_000 + b"\r\n" + _BODY + b"\r\n0\r\n\r\n"
    yield Shape("chunk: an extension of 20 kB", _post(_TRANSFER, body=long) + _SMUGGLED, answers=2)
    trailer = b"10\r\n" + _BODY + b"\r\n0\r\nContent-Length: 99\r\n\r\n"
    yield Shape("chunk: a trailer that gives a length", _post(_TRANSFER, body=trailer) + _SMUGGLED, answers=2)


def _lines() -> Iterator[Shape]:
    yield Shape("bare line feeds", _post(_LENGTH, end=b"\n") + _SMUGGLED)
    yield Shape("bare carriage returns", _post(_LENGTH, end=b"\r") + _SMUGGLED)
    for line in (b"X: a\x00b", b"X\x00: a", b"X y: a", b": a", b"X", b"X: a\rContent-Length: 0", b"\x0bX: a"):
        yield Shape(f"line {line!r}", _post(line, _LENGTH) + _SMUGGLED)
    yield Shape("folded line", _post(b"X: a\r\n b", _LENGTH) + _SMUGGLED)
    yield Shape("space before the first line", b"\r\n " + _post(_LENGTH) + _SMUGGLED)


def _targets() -> Iterator[Shape]:
    get = b"Host: service\r\nContent-Length: 42\r\nConnection: close\r\n\r\n"
    for first in (
        b"GET http://elsewhere.invalid/health HTTP/1.1",
        b"GET http://user@elsewhere.invalid:99999999/health HTTP/1.1",
        b"GET //elsewhere.invalid/health HTTP/1.1",
        b"GET /health\x00 HTTP/1.1",
        b"GET /health HTTP/1.1 HTTP/1.1",
        b"GET /hea lth HTTP/1.1",
        b"GET  /health  HTTP/1.1",
        b"GET /health",
        b"GET /health HTTP/9.9",
        b"GET /health ICE/1.0",
        b"get /health HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"CONNECT elsewhere.invalid:443 HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ):
        yield Shape(f"{first!r}", first + b"\r\n" + get + _SMUGGLED)
    upgrade = b"GET /health HTTP/1.1\r\nHost: service\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    yield Shape(
        "an upgrade to h2c", upgrade + b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n" + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    )
    yield Shape("two hosts", b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n" + _SMUGGLED)
    yield Shape("no host", b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n" + _SMUGGLED)
