"""The load: requests over kept connections, either as fast as they are answered or at a constant rate.

At a constant rate a request is due at its time whether or not the ones before it are answered, and its latency counts
from then: a server that stalls delays all that was due meanwhile, and all of it is seen.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httptools
import uvloop

_OK: Final = 200
_MOST_CONNECTIONS: Final = 200
_TIMEOUT_SECONDS: Final = 60.0


@dataclass
class Outcome:
    """What came of a load: `latencies` in seconds, `errors` of any kind, and how long it took as a whole."""

    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    def percentile(self, percent: float) -> float:
        """Return the latency, in seconds, that `percent` of the requests stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else math.nan

    @property
    def per_second(self) -> float:
        """The answers a second."""
        return len(self.latencies) / self.seconds


def post(port: int, path: str, body: bytes, headers: Sequence[str] = ()) -> bytes:
    """Return the bytes of a POST request as a client sends it."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def closed(port: int, requests: Sequence[bytes], count: int, connections: int = 8) -> Outcome:
    """Send `count` requests, the `requests` in turn, over `connections` that each wait for their answer."""
    return uvloop.run(_closed(port, requests, count, connections))


def constant(port: int, requests: Sequence[bytes], rate: float, seconds: float) -> Outcome:
    """Send `rate` requests a second for `seconds`, whatever the answers do."""
    return uvloop.run(_constant(port, requests, rate, seconds))


async def _closed(port: int, requests: Sequence[bytes], count: int, connections: int) -> Outcome:
    outcome = Outcome()
    numbers = iter(range(count))

    async def one() -> None:
        connection = await _connect(port)
        for number in numbers:
            due = time.perf_counter()
            connection = await _exchange(connection, port, requests[number % len(requests)], due, outcome)
        connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _constant(port: int, requests: Sequence[bytes], rate: float, seconds: float) -> Outcome:
    outcome = Outcome()
    idle: deque[_Connection] = deque()
    free = asyncio.Semaphore(_MOST_CONNECTIONS)  # who waits for one is late, and that counts

    async def one(request: bytes, due: float) -> None:
        async with free:
            connection = idle.pop() if idle else await _connect(port)
            idle.append(await _exchange(connection, port, request, due, outcome))

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            due = started + number / rate
            await asyncio.sleep(due - time.perf_counter())
            group.create_task(one(requests[number % len(requests)], due))
    outcome.seconds = time.perf_counter() - started
    for connection in idle:
        connection.close()
    return outcome


async def _exchange(
    connection: "_Connection", port: int, request: bytes, due: float, outcome: Outcome
) -> "_Connection":
    """Send one request and note its outcome; return a connection for the next one."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            status = await connection.send(request)
    except (OSError, TimeoutError):
        status = 0
    if status != _OK:
        outcome.errors += 1
    outcome.latencies.append(time.perf_counter() - due)
    return await _connect(port) if connection.is_closed else connection


async def _connect(port: int) -> "_Connection":
    _, protocol = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    return protocol


class _Connection(asyncio.Protocol):
    """One kept connection, with one request at a time."""

    def __init__(self) -> None:
        self.is_closed = False
        self._answer: asyncio.Future[int] | None = None
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # what TCP has
        """Keep the transport."""
        self._transport = transport

    async def send(self, request: bytes) -> int:
        """Send a request and return the status of its answer, once that has come to its end."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Give the status to who waits for it."""
        status, keeps = self._parser.get_status_code(), self._parser.should_keep_alive()
        self._parser = httptools.HttpResponseParser(self)
        if not keeps:
            self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail who still waits."""
        self.is_closed = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    def close(self) -> None:
        """Hang up."""
        self.is_closed = True
        self._transport.close()
