"""The parameters of a run: sizes, seed, the folder for logs, and a function that reports progress."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The amount of work; seconds are those of load, without starting and stopping processes."""

    rate: int  # requests a second where the rate is not measured
    stop_seconds: float  # load around a signal
    drain_delay: int  # from SIGTERM until the port is closed
    fault_seconds: float
    recovery_seconds: float  # how long a recovery is watched at most
    measures: bool  # whether times matter; if not, loads have fixed rates and parts run side by side
    overload_seconds: float
    idle_seconds: float  # after which the load balancer closes a connection
    slow_callers: int
    fuzzed: int
    examples: int  # of each operation and kind, from which fuzzing starts
    cursors: int
    cursors_over_http: int
    forged: int
    soak_seconds: float


FULL = Sizes(
    rate=60,
    stop_seconds=16,
    drain_delay=5,
    fault_seconds=10,
    recovery_seconds=10,
    measures=True,
    overload_seconds=30,
    idle_seconds=60,
    slow_callers=500,
    fuzzed=100_000,
    examples=60,
    cursors=1_000_000,
    cursors_over_http=10_000,
    forged=10_000,
    soak_seconds=600,
)
SHORT = Sizes(
    rate=20,
    stop_seconds=4,
    drain_delay=1,
    fault_seconds=0.5,
    recovery_seconds=20,
    measures=False,
    overload_seconds=3,
    idle_seconds=2,
    slow_callers=40,
    fuzzed=1_200,
    examples=5,
    cursors=10_000,
    cursors_over_http=200,
    forged=200,
    soak_seconds=3,
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the scenarios."""

    sizes: Sizes
    seed: int
    folder: Path
    progress: Callable[[str], None]

    async def each(self, *parts: Callable[[], Awaitable[Part]]) -> list[Part]:
        """Run parts of a scenario one after the other, or all at once in a short run, which measures nothing."""
        if self.sizes.measures:
            return [await part() for part in parts]
        return list(await asyncio.gather(*(part() for part in parts)))
