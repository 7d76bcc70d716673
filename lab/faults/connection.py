"""One HTTP/1.1 connection, bare: it sends what it is given once, never again, and tells what became of it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import httptools


class Lost(StrEnum):
    """Why a request has no answer."""

    REFUSED = "refused"  # no connection: nothing was sent
    BROKEN = "broken"  # the connection ended before the answer did
    TIMED_OUT = "timed out"  # neither came in time
    NOT_HTTP = "not HTTP"  # what came is no answer
    NOT_SENT = "not sent"  # all the connections that the load may have were busy


class LostError(Exception):
    """A request that has no answer; `reason` says why."""

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
class Answer:
    """A whole answer; header names are in lower case, of one that came twice the last value counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    keep_alive: bool

    @property
    def code(self) -> str | None:
        """The code of a problem document; None for all that is none."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return None
        document = json.loads(self.body)
        code = document.get("code") if isinstance(document, dict) else None
        return code if isinstance(code, str) else None


class Connection(asyncio.Protocol):
    """A connection for one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._ended = asyncio.get_running_loop().create_future()
        self._reset()

    @classmethod
    async def open(cls, address: Address) -> Self:
        """Return a new connection; raise LostError if there is none to be had."""
        try:
            _, connection = await asyncio.get_running_loop().create_connection(cls, address.host, address.port)
        except OSError as exc:
            raise LostError(Lost.REFUSED) from exc
        return connection

    @property
    def is_usable(self) -> bool:
        """Tell whether another request may be sent."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, raw: bytes) -> Answer:
        """Send the bytes of a request and return its answer; raise LostError if there is none."""
        if self._transport is None or self._transport.is_closing():
            raise LostError(Lost.BROKEN)
        self._reset()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        return await self._waiting

    async def ended(self) -> None:
        """Return once the other side has hung up."""
        await asyncio.shield(self._ended)

    def send(self, raw: bytes) -> None:
        """Send bytes for which no answer is awaited."""
        if self._transport is not None:
            self._transport.write(raw)

    def close(self) -> None:
        """Hang up at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's transport
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read on in the answer."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(Lost.NOT_HTTP)
            self.close()

    def eof_received(self) -> bool:
        """Take the end of the stream as the end of an answer that gives no length."""
        if self._answering and "content-length" not in self._headers and "transfer-encoding" not in self._headers:
            self._finish(keep_alive=False)
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell who waits that there is nothing more to come."""
        self._fail(Lost.BROKEN)
        self._transport = None
        if not self._ended.done():
            self._ended.set_result(None)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """From here on it is an answer."""
        self._answering = True

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """Hand the answer over; one that nobody asked for ends the connection."""
        if self._parser.get_status_code() >= 200:
            self._finish(keep_alive=self._parser.should_keep_alive())

    def _finish(self, *, keep_alive: bool) -> None:
        if self._waiting is None or self._waiting.done():
            self.close()
            return
        answer = Answer(self._parser.get_status_code(), self._headers, bytes(self._body), keep_alive)
        self._waiting.set_result(answer)
        if not keep_alive:
            self.close()

    def _fail(self, reason: Lost) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(LostError(reason))

    def _reset(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._answering = False


def request(
    address: Address,
    path: str,
    body: Any = None,  # noqa: ANN401  # any JSON
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a request; a `body` that is no bytes is sent as JSON, None as no body."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {address.prefix}{path} HTTP/1.1", f"Host: {address.host}:{address.port}"]
    if body is not None:
        lines += [f"Content-Length: {len(content)}"]
        if headers is None or "Content-Type" not in headers:
            lines += ["Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


async def ask_once(address: Address, raw: bytes, seconds: float = 10) -> Answer:
    """Send a request on a connection of its own; raise LostError if there is no answer in time."""
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
