"""The load generator tells the truth, above all about a server that stalls."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from lab.bench import load

STALL_SECONDS = 0.5


class Stalling:
    """An HTTP server that answers at once, but for one stall; what `statuses` has is answered in turn."""

    def __init__(self, *, stall_at: int | None = None, statuses: tuple[int, ...] = (200,)) -> None:
        self.port = 0
        self.asked = 0
        self._stall_at = stall_at
        self._statuses = statuses
        self._started = threading.Event()
        self._ended = asyncio.Event()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with await asyncio.start_server(self._answer, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._started.set()
            await self._ended.wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError), contextlib.closing(writer):
            while await reader.readuntil(b"\r\n\r\n") and await reader.readexactly(2):
                self.asked += 1
                if self.asked == self._stall_at:
                    time.sleep(STALL_SECONDS)  # noqa: ASYNC251  # on purpose: nobody is served meanwhile
                status = self._statuses[self.asked % len(self._statuses)]
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\n{{}}".encode())

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """Run in a thread, and give the port."""
        thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        thread.start()
        self._started.wait()
        try:
            yield self.port
        finally:
            self._loop.call_soon_threadsafe(self._ended.set)
            thread.join()


def query(port: int) -> list[bytes]:
    """Return the requests of these tests."""
    return [load.post(port, "/query", b"{}")]


def test_a_closed_load_sends_as_many_requests_as_it_was_told() -> None:
    """CPU a request is CPU by this number."""
    server = Stalling()
    with server.running() as port:
        outcome = load.closed(port, query(port), 101, connections=4)
    assert (101, 101, 0) == (server.asked, len(outcome.latencies), outcome.errors)


def test_an_answer_other_than_200_is_an_error() -> None:
    """A server that refuses is fast, and does no work."""
    with Stalling(statuses=(200, 503)).running() as port:
        outcome = load.closed(port, query(port), 100)
    assert 50 == outcome.errors


def test_at_a_constant_rate_a_stall_delays_all_that_was_due_meanwhile() -> None:
    """Half a second of two is a quarter of the requests: p80 sees it, where waiting clients would have sent one."""
    rate, seconds = 100, 2
    with Stalling(stall_at=60).running() as port:
        outcome = load.constant(port, query(port), rate, seconds)
    late = [latency for latency in outcome.latencies if latency > STALL_SECONDS / 10]
    assert rate * seconds == len(outcome.latencies)
    assert outcome.percentile(80) > STALL_SECONDS / 20
    assert len(late) >= rate * STALL_SECONDS * 0.8
    assert max(outcome.latencies) == pytest.approx(STALL_SECONDS, rel=0.5)


def test_percentiles_are_values_that_were_measured() -> None:
    """The p99 of a hundred is the hundredth but one, not something between two."""
    outcome = load.Outcome(latencies=[float(number) for number in range(100, 0, -1)])
    assert [50, 99, 100] == [outcome.percentile(percent) for percent in (50, 99, 99.9)]
