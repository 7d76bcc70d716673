"""One HTTP/1.1 connection that sends each request exactly once and reports how it ended."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import httptools


class Lost(StrEnum):
    """Why a request has no reply."""

    REFUSED = "refused"  # no connection: nothing was sent
    BROKEN = "broken"  # the connection ended before the reply did
    TIMED_OUT = "timed out"
    NOT_HTTP = "not HTTP"
    NOT_SENT = "not sent"  # all connections of the load generator were busy


class LostError(Exception):
    """A request got no reply; `reason` is the cause."""

    def __init__(self, reason: Lost) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens; `prefix` goes before every path."""

    port: int
    prefix: str = ""
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """The address as a URL."""
        return f"http://{self.host}:{self.port}{self.prefix}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP response; header names are in lower case, the last value of a repeated header counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    keep_alive: bool

    @property
    def code(self) -> str | None:
        """The code of a problem document; None for any other body."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return None
        try:
            return str(json.loads(self.body)["code"])
        except (ValueError, LookupError, TypeError):
            return None


class Connection(asyncio.Protocol):
    """A connection for one request at a time; it ends if a reply comes without a request."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._waiting: asyncio.Future[Reply] | None = None
        self._reset()

    @classmethod
    async def open(cls, address: Address) -> Self:
        """Open a connection; raise LostError if nobody accepts it."""
        try:
            _, connection = await asyncio.get_running_loop().create_connection(cls, address.host, address.port)
        except OSError as exc:
            raise LostError(Lost.REFUSED) from exc
        return connection

    @property
    def is_usable(self) -> bool:
        """Whether another request may be sent."""
        return not self._transport.is_closing()

    async def ask(self, raw: bytes) -> Reply:
        """Send the bytes of a request and return its reply; raise LostError without one."""
        if not self.is_usable:
            raise LostError(Lost.BROKEN)
        self._reset()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        return await self._waiting

    def close(self) -> None:
        """Abort the connection."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's transport
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(Lost.NOT_HTTP)
            self.close()

    def eof_received(self) -> bool:
        """Take the end of the stream as the end of a reply that has no length."""
        if self._replying and not {"content-length", "transfer-encoding"} & self._headers.keys():
            self._finish(keep_alive=False)
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        """Fail the request that still waits."""
        self._fail(Lost.BROKEN)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Note that a reply has begun."""
        self._replying = True

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """Deliver the reply."""
        if self._parser.get_status_code() >= 200:
            self._finish(keep_alive=self._parser.should_keep_alive())

    def _finish(self, *, keep_alive: bool) -> None:
        if self._waiting is None or self._waiting.done():
            self.close()
            return
        self._waiting.set_result(Reply(self._parser.get_status_code(), self._headers, bytes(self._body), keep_alive))
        if not keep_alive:
            self.close()

    def _fail(self, reason: Lost) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(LostError(reason))

    def _reset(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._replying = False


def request(
    address: Address,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a request; the body is sent as JSON, None as no body."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {address.prefix}{path} HTTP/1.1", f"Host: {address.host}:{address.port}"]
    if body is not None:
        lines += [f"Content-Length: {len(content)}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


async def ask_once(address: Address, raw: bytes, seconds: float = 10) -> Reply:
    """Send a request on a connection of its own; raise LostError if no reply comes in time."""
    connection = None
    try:
        async with asyncio.timeout(seconds):
            connection = await Connection.open(address)
            return await connection.ask(raw)
    except TimeoutError as exc:
        raise LostError(Lost.TIMED_OUT) from exc
    finally:
        if connection is not None:
            connection.close()
