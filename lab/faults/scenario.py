"""A scenario: the sizes of a run, and the cases with their figures and checks.

Results are JSON files, shown as tables in docs/reliability.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from lab import publish

RESULTS: Final = Path(__file__).with_name("results")
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run of the scenarios: the folder for logs, a function that reports progress, and sizes (those of a full run).

    Seconds are those of load, without starting and stopping processes.
    """

    folder: Path
    progress: Callable[[str], None]
    is_short: bool = False  # measures nothing: loads have fixed rates, and parts run side by side
    rate: int = 60  # requests a second where the rate is not measured
    stop_seconds: float = 16  # load around a signal
    drain_delay: int = 5  # from SIGTERM until the port is closed
    fault_seconds: float = 10
    recovery_seconds: float = 10  # the longest that a recovery is watched
    overload_seconds: float = 30
    idle_seconds: float = 60  # after which the load balancer closes a connection
    slow_callers: int = 500
    soak_seconds: float = 600

    async def each(self, *parts: Callable[[], Awaitable[Part]]) -> list[Part]:
        """Run parts of a scenario one after the other, or all at once in a short run."""
        if self.is_short:
            return list(await asyncio.gather(*(part() for part in parts)))
        return [await part() for part in parts]


SHORT: Final[Mapping[str, Any]] = {
    "is_short": True,
    "rate": 20,
    "stop_seconds": 4,
    "drain_delay": 1,
    "fault_seconds": 0.5,
    "recovery_seconds": 20,
    "overload_seconds": 3,
    "idle_seconds": 2,
    "slow_callers": 40,
    "soak_seconds": 3,
}


@dataclass(frozen=True)
class Check:
    """A statement and whether it held; a goal depends on the speed of the machine, any other statement does not."""

    text: str
    held: bool
    goal: bool = False


@dataclass
class Case:
    """One part of a scenario: figures by name, in the order of the table, and checks."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def check(self, text: str, held: object) -> None:
        """Note whether a statement holds that is true at any speed."""
        self.checks.append(Check(text, bool(held)))

    def goal(self, text: str, held: object) -> None:
        """Note whether a statement about time, throughput or memory holds."""
        self.checks.append(Check(text, bool(held), goal=True))


@dataclass(frozen=True)
class Result:
    """A whole scenario; `conditions` are its sizes, `machine` is the one that it ran on."""

    name: str
    title: str
    conditions: Mapping[str, Any]
    cases: Sequence[Case]
    machine: Mapping[str, Any] = field(default_factory=dict)

    def failed(self, *, with_goals: bool) -> list[str]:
        """Return the statements that do not hold, each with its case."""
        return [
            f"{case.name}: {check.text}"
            for case in self.cases
            for check in case.checks
            if not check.held and (with_goals or not check.goal)
        ]

    def write(self, folder: Path = RESULTS) -> None:
        """Write it as JSON, with the machine of this run."""
        publish.save(folder / f"{self.name}.json", {**asdict(self), "machine": publish.machine()})


def read(name: str, folder: Path = RESULTS) -> Result:
    """Return a published result."""
    raw = publish.load(folder / f"{name}.json")
    cases = [Case(case["name"], case["figures"], [Check(**check) for check in case["checks"]]) for case in raw["cases"]]
    return Result(raw["name"], raw["title"], raw["conditions"], cases, raw["machine"])


def block(result: Result) -> str:
    """Return the generated block of a scenario; cases with the same figures share a table."""
    load = {"load average of the machine at the end": result.machine["load"]} if result.machine else {}
    conditions = ", ".join(f"{name} {_text(value)}" for name, value in {**result.conditions, **load}.items())
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in result.cases:
        groups.setdefault(tuple(case.figures), []).append(case)
    parts = [f"{conditions}."] if conditions else []
    parts += ["\n".join(_table(columns, cases)) for columns, cases in groups.items()]
    parts.append("\n".join(_checks(result)))
    return "\n\n".join(parts) + "\n"


def _table(columns: Sequence[str], cases: Sequence[Case]) -> Iterator[str]:
    yield "| case | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for case in cases:
        yield f"| {case.name} | " + " | ".join(_text(case.figures[name]) for name in columns) + " |"


def _checks(result: Result) -> Iterator[str]:
    checks = [(case.name, check) for case in result.cases for check in case.checks]
    for text, goal in dict.fromkeys((check.text, check.goal) for _, check in checks):
        failed = [name for name, check in checks if check.text == text and not check.held]
        yield f"- {'goal: ' if goal else ''}{text}: {'**no**, ' + ', '.join(failed) if failed else 'yes'}"


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_text(count)}" for name, count in value.items()) or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
