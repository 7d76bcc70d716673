"""A hostile internal gateway on loopback, and the client's outcome."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from common.problem import ProblemError
from service.internal_api import InternalApiClient

Sent = tuple[str, dict[str, str], Any]
Ask = Callable[[InternalApiClient], Awaitable[Any]]


class Gateway:
    """A server on loopback that answers every request with the same bytes."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self.ended = asyncio.Event()
        self.connections = 0
        self.requests: list[Sent] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; without an answer, hold it open."""
        self.connections += 1
        try:
            while await self._one(reader):
                if self._answer is None:
                    await self.ended.wait()
                writer.write(self._answer or b"")
                if b"Content-Length" not in (self._answer or b""):
                    break
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader) -> bool:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return False
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((head[0], headers, json.loads(body)))
        return True


@asynccontextmanager
async def gateway(answer: bytes | None) -> AsyncIterator[tuple[Gateway, str]]:
    """Give a gateway and its address."""
    served = Gateway(answer)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    async with server:
        try:
            yield served, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        finally:
            served.ended.set()  # from Python 3.12 on a server waits for its handlers


def http(status: int | str, body: object, *headers: str) -> bytes:
    """Return a whole HTTP answer; a `body` other than bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = "\r\n".join([f"HTTP/1.1 {status} x", f"Content-Length: {len(raw)}", *headers])
    return f"{lines}\r\n\r\n".encode("latin-1") + raw


async def _query_user(client: InternalApiClient) -> object:
    return await client.query_user("u")


def ask(answer: bytes | None, how: Ask = _query_user, *, timeout: float = 5) -> Any:  # noqa: ANN401  # what `how` gives
    """Return the page that a client reads from an answer."""

    async def run() -> object:
        async with gateway(answer) as (_, url), InternalApiClient(url, timeout) as client:
            return await how(client)

    return asyncio.run(run())


def refused(answer: bytes | None, how: Ask = _query_user, *, timeout: float = 5) -> ProblemError:
    """Return the error that a client makes of an answer."""
    with pytest.raises(ProblemError) as caught:
        ask(answer, how, timeout=timeout)
    return caught.value
