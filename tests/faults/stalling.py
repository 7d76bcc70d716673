"""A stub gateway in a thread of its own, which can be made to stand still as a frozen process does."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lab.faults.stub import Stub, stub_gateway


class Stalling:
    """A running stub."""

    def __init__(self) -> None:
        self.stub = Stub()
        self._loop = asyncio.new_event_loop()
        self._started, self._stopping = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def start(self) -> None:
        """Start, and wait until it listens."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Stop."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop.close()

    def stall(self, seconds: float) -> None:
        """Let nothing happen for some seconds."""
        self._loop.call_soon_threadsafe(time.sleep, seconds)

    async def _serve(self) -> None:
        async with stub_gateway() as self.stub:
            self._started.set()
            await self._stopping.wait()


@contextmanager
def stalling() -> Iterator[Stalling]:
    """Give a running one."""
    server = Stalling()
    server.start()
    try:
        yield server
    finally:
        server.stop()
