"""The report of a comparison: whether the answers are equal, and the response times."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console

from tools.migration.outcome import Outcome
from tools.migration.parity.compare import ABSENT, Difference
from tools.migration.parity.latency import Latency
from tools.migration.parity.run import Result, Verdict

_SHOWN_QUERIES: Final = 20
_SHOWN_DIFFERENCES: Final = 5


@dataclass(frozen=True, kw_only=True)
class Report:
    """The result of a comparison; `asked` is the number of queries to send, `max_p99_ms` the highest acceptable p99."""

    results: Sequence[Result]
    asked: int
    max_p99_ms: float | None

    def verdicts(self) -> dict[str, int]:
        """Return the number of queries by verdict."""
        counts = Counter(result.verdict for result in self.results)
        return {verdict.value: counts[verdict] for verdict in Verdict}

    def latency(self) -> Latency:
        """Return the response times of both sides."""
        return Latency.of(
            [result.old_seconds for result in self.results if result.old_seconds is not None],
            [result.new_seconds for result in self.results if result.new_seconds is not None],
        )

    def is_slow(self) -> bool:
        """Return whether the new side exceeds the acceptable p99."""
        return self.max_p99_ms is not None and self.latency().new.get("p99", 0.0) > self.max_p99_ms

    def outcome(self) -> Outcome:
        """Return whether the move is safe; without a comparison, this is unknown."""
        if any(result.verdict is not Verdict.EQUAL for result in self.results) or self.is_slow():
            return Outcome.FINDING
        return Outcome.GOOD if self.results and len(self.results) == self.asked else Outcome.INCOMPLETE

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            **self.verdicts(),
            "latency_ms": asdict(self.latency()),
            "not_equal": [_plain(result) for result in self.results if result.verdict is not Verdict.EQUAL],
            "outcome": self.outcome().name.lower(),
        }

    def show(self, console: Console) -> None:
        """Print the unequal answers first, and whether the move is safe last."""
        unequal = [result for result in self.results if result.verdict is not Verdict.EQUAL]
        for result in unequal[:_SHOWN_QUERIES]:
            console.print(f"{result.verdict.value} {result.query}", markup=False, highlight=False, soft_wrap=True)
            for line in [*result.failures, *map(str, result.differences[:_SHOWN_DIFFERENCES])]:
                console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
            if len(result.differences) > _SHOWN_DIFFERENCES:
                console.print(f"  and {len(result.differences) - _SHOWN_DIFFERENCES} more")
        if len(unequal) > _SHOWN_QUERIES:
            console.print(f"and {len(unequal) - _SHOWN_QUERIES} queries more; --json lists all")
        console.print(self.latency().chart())
        console.print(", ".join(f"{count:,} {verdict}" for verdict, count in self.verdicts().items()))
        console.print(self._conclusion())

    def _conclusion(self) -> str:
        conclusions = {
            Outcome.GOOD: "Safe: both sides answer alike.",
            Outcome.FINDING: "Not safe: see above.",
            Outcome.INCOMPLETE: "Nothing is proven: not every query was asked.",
        }
        slow = f"Not safe: the new side's p99 is over {self.max_p99_ms} ms."
        only_slow = self.is_slow() and all(result.verdict is Verdict.EQUAL for result in self.results)
        return slow if only_slow else conclusions[self.outcome()]


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
    sides = {"old": difference.old, "new": difference.new}
    return {"where": difference.where, **{name: value for name, value in sides.items() if value is not ABSENT}}
