"""What every scenario is given: its sizes, a seed, a place for logs, and somebody to tell how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much a run does; seconds are those of load, without starting and stopping."""

    rate: int  # requests a second where the rate is not what is measured
    stop_seconds: float  # load around a signal
    drain_delay: int  # from SIGTERM to the closing of the port
    fault_seconds: float  # how long each fault lasts
    recovery_seconds: float  # how long a recovery is watched at most
    default_deadlines: bool  # whether a hanging neighbour is met with the deadlines of production too
    capacity_seconds: float
    overload_seconds: float
    slow_clients: int
    slow_seconds: int
    connections: int
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
    default_deadlines=True,
    capacity_seconds=12,
    overload_seconds=30,
    slow_clients=500,
    slow_seconds=25,
    connections=10_000,
    fuzzed=100_000,
    examples=60,
    cursors=1_000_000,
    cursors_over_http=10_000,
    forged=10_000,
    soak_seconds=600,
)
SHORT = Sizes(
    rate=30,
    stop_seconds=5,
    drain_delay=2,
    fault_seconds=2,
    recovery_seconds=6,
    default_deadlines=False,
    capacity_seconds=2,
    overload_seconds=4,
    slow_clients=50,
    slow_seconds=3,
    connections=500,
    fuzzed=2_000,
    examples=10,
    cursors=20_000,
    cursors_over_http=300,
    forged=300,
    soak_seconds=6,
)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One run of the scenarios; `say` tells a person what is being done."""

    sizes: Sizes
    seed: int
    folder: Path
    say: Callable[[str], None]
