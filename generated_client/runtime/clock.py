"""Time and randomness as an argument, so that tests run without waiting."""

import asyncio
import random
import time
from typing import Final, Protocol


class Clock(Protocol):
    """Source of time, randomness and sleep."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes backwards."""
        ...

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        ...

    def random(self) -> float:
        """Return a number in [0, 1)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the task for `seconds`."""
        ...


class SystemClock:
    """The system's clock."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes backwards."""
        return time.monotonic()

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        return time.time()

    def random(self) -> float:
        """Return a number in [0, 1)."""
        return random.random()  # noqa: S311  # nosec B311  # spreads retries; guards nothing

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the task for `seconds`."""
        await asyncio.sleep(seconds)


SYSTEM_CLOCK: Final = SystemClock()
