"""The report of a comparison: whether the answers are equal, and the response times."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.bar import Bar
from rich.console import Console
from rich.table import Table

from tools.migration.command import Outcome
from tools.migration.parity.compare import ABSENT, Difference
from tools.migration.parity.run import Result, Verdict

_SHOWN_QUERIES: Final = 20
_SHOWN_DIFFERENCES: Final = 5
_PERCENTILES: Final = (50, 95, 99)
_CONCLUSIONS: Final = {
    Outcome.GOOD: "Safe: both sides answer alike.",
    Outcome.FINDING: "Not safe: see above.",
    Outcome.INCOMPLETE: "Nothing is proven: not every query was asked.",
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """The result of a comparison; `asked` is the number of queries to send, `max_p99_ms` the highest acceptable p99."""

    results: Sequence[Result]
    asked: int
    max_p99_ms: float | None

    @property
    def unequal(self) -> list[Result]:
        """The results whose answers are not equal."""
        return [result for result in self.results if result.verdict is not Verdict.EQUAL]

    def verdicts(self) -> dict[str, int]:
        """Return the number of queries by verdict."""
        counts = Counter(result.verdict for result in self.results)
        return {verdict.value: counts[verdict] for verdict in Verdict}

    def latency(self) -> dict[str, dict[str, float]]:
        """Return milliseconds by side and percentile."""
        old = percentiles([result.old_seconds for result in self.results if result.old_seconds is not None])
        new = percentiles([result.new_seconds for result in self.results if result.new_seconds is not None])
        return {"old": old, "new": new}

    def is_slow(self) -> bool:
        """Return whether the new side exceeds the acceptable p99."""
        return self.max_p99_ms is not None and self.latency()["new"].get("p99", 0.0) > self.max_p99_ms

    def outcome(self) -> Outcome:
        """Return whether the move is safe; without a comparison, this is unknown."""
        if self.unequal or self.is_slow():
            return Outcome.FINDING
        return Outcome.GOOD if self.results and len(self.results) == self.asked else Outcome.INCOMPLETE

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            **self.verdicts(),
            "latency_ms": self.latency(),
            "not_equal": [_plain(result) for result in self.unequal],
            "outcome": self.outcome().name.lower(),
        }

    def show(self, console: Console) -> None:
        """Print the unequal answers first, and whether the move is safe last."""
        for result in self.unequal[:_SHOWN_QUERIES]:
            lines = [f"{result.verdict.value} {result.query}", *result.failures, *map(str, result.differences)]
            shown = 1 + len(result.failures) + _SHOWN_DIFFERENCES
            lines[shown:] = [f"and {len(lines) - shown} more"] if len(lines) > shown else []
            console.print("\n  ".join(lines), markup=False, highlight=False, soft_wrap=True)
        if len(self.unequal) > _SHOWN_QUERIES:
            console.print(f"and {len(self.unequal) - _SHOWN_QUERIES} queries more; --json lists all")
        console.print(_chart(**self.latency()))
        console.print(", ".join(f"{count:,} {verdict}" for verdict, count in self.verdicts().items()))
        only_slow = self.is_slow() and not self.unequal
        slow = f"Not safe: the new side's p99 is over {self.max_p99_ms} ms."
        console.print(slow if only_slow else _CONCLUSIONS[self.outcome()])


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return milliseconds by percentile (nearest rank); empty without measurements."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {f"p{number}": 1000 * ordered[math.ceil(len(ordered) * number / 100) - 1] for number in _PERCENTILES}


def _chart(old: dict[str, float], new: dict[str, float]) -> Table:
    """Draw a bar for each percentile and side; the longest has full width."""
    longest = max((*old.values(), *new.values()), default=0.0) or 1
    grid = Table.grid(padding=(0, 1))
    for name in old if new else ():
        for label, side, values, color in ((name, "old", old, "cyan"), ("", "new", new, "green")):
            bar = Bar(longest, 0, values[name], width=40, color=color)
            grid.add_row(label, side, f"{values[name]:,.1f} ms", bar)
    return grid


def _plain(result: Result) -> dict[str, Any]:
    return {
        "verdict": result.verdict.value,
        "path": result.query.path,
        "body": result.query.body,
        "failures": result.failures,
        "differences": [_fields(difference) for difference in result.differences],
    }


def _fields(difference: Difference) -> dict[str, Any]:
    """Return a difference without the absent side."""
    return {name: value for name, value in vars(difference).items() if value is not ABSENT}
