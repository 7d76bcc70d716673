"""The report of a scenario: figures and checks, kept as JSON and shown as tables in docs/reliability.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from lab import publish

RESULTS: Final = Path(__file__).with_name("results")
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


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
        """Keep it as JSON, with the machine of now."""
        publish.save(folder / f"{self.name}.json", {**asdict(self), "machine": publish.machine()})


def read(name: str, folder: Path = RESULTS) -> Result:
    """Return a result that was kept."""
    raw = publish.load(folder / f"{name}.json")
    cases = [Case(case["name"], case["figures"], [Check(**check) for check in case["checks"]]) for case in raw["cases"]]
    return Result(raw["name"], raw["title"], raw["conditions"], cases, raw["machine"])


def block(result: Result) -> str:
    """Return the generated block of a scenario."""
    load = {"load average of the machine at the end": result.machine["load"]} if result.machine else {}
    conditions = ", ".join(f"{name} {_text(value)}" for name, value in {**result.conditions, **load}.items())
    parts = [f"{conditions}."] if conditions else []
    parts += ["\n".join(_table(cases)) for cases in _alike(result.cases)]
    parts.append("\n".join(_checks(result)))
    return "\n\n".join(parts) + "\n"


def _table(cases: Sequence[Case]) -> Iterator[str]:
    columns = list(cases[0].figures)
    yield "| case | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for case in cases:
        yield f"| {case.name} | " + " | ".join(_text(case.figures[name]) for name in columns) + " |"


def _checks(result: Result) -> Iterator[str]:
    checks = [(case.name, check) for case in result.cases for check in case.checks]
    for text, goal in dict.fromkeys((check.text, check.goal) for _, check in checks):
        failed = [name for name, check in checks if check.text == text and not check.held]
        yield f"- {'goal: ' if goal else ''}{text}: {'**no**, ' + ', '.join(failed) if failed else 'yes'}"


def _alike(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield the cases that have the same figures together: they share a table."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(tuple(case.figures), []).append(case)
    yield from groups.values()


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_text(count)}" for name, count in value.items()) or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
