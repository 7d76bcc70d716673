"""Time and chance, as an argument: a test brings its own and waits for nothing."""

import asyncio
import random
import time
from typing import Final, Protocol


class Clock(Protocol):
    """What the clients ask about time."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        ...

    def random(self) -> float:
        """Return a number from 0 up to, and without, 1."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Wait for `seconds` and let other tasks run."""
        ...


class SystemClock:
    """The real time."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        return time.time()

    def random(self) -> float:
        """Return a number from 0 up to, and without, 1."""
        return random.random()  # noqa: S311  # nosec B311  # spreads retries; guards nothing

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait for `seconds` and let other tasks run."""
        await asyncio.sleep(seconds)


SYSTEM_CLOCK: Final = SystemClock()
