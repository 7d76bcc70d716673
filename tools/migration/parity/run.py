"""Sends every query to both sides at a limited rate, and compares each pair of answers."""

import math
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import httpx

from tools.migration.parity.asking import Answer, Side
from tools.migration.parity.compare import Difference, compare
from tools.migration.parity.queries import Query

# A side refuses because of the comparison itself, which proves nothing. What to check, by status.
_REFUSALS: Final = {
    401: "check --{side}-api-key",
    403: "check --{side}-api-key, and that the key is in a usage plan of the stage",
    404: "check --{side}, with its stage",
    429: "lower --rate, or raise the limits of its key",
}


class Verdict(StrEnum):
    """Result of one query."""

    EQUAL = "equal"
    DIFFERENT = "different"
    FAILED = "failed"  # a side gave no usable answer


@dataclass(frozen=True, kw_only=True)
class Result:
    """One query and its comparison. `has_rows` if both sides answered with rows; seconds are None without an answer."""

    query: Query
    verdict: Verdict
    has_rows: bool = False
    differences: list[Difference] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    old_seconds: float | None = None
    new_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Parity:
    """Sends queries, follows their pages up to `rows` rows, and compares the answers.

    A query with unequal answers is repeated up to `confirm` times, because a row may be written between the two.
    """

    old: Side
    new: Side
    threads: int
    rows: int
    confirm: int
    ignored: Collection[str]

    def run(self, queries: Iterable[Query], stop: threading.Event, progress: Callable[[Result], None]) -> list[Result]:
        """Send the queries until their end or until `stop` is set. Return the results in the order of the queries."""

        def one(numbered: tuple[int, Query]) -> Result | None:
            if stop.is_set():
                return None
            result = self._confirmed(*numbered)
            progress(result)
            return result

        with ThreadPoolExecutor(self.threads) as threads:
            return [result for result in threads.map(one, enumerate(queries)) if result is not None]

    def _confirmed(self, number: int, query: Query) -> Result:
        for _ in range(self.confirm):
            result = self._result(number, query)
            if result.verdict is Verdict.EQUAL:
                return result
        return self._result(number, query)

    def _result(self, number: int, query: Query) -> Result:
        """Send a query to both sides in alternating order, because the second side finds warm caches."""
        if number % 2:
            new = self.new.ask(query, rows=self.rows)
            old = self.old.ask(query, rows=self.rows)
        else:
            old = self.old.ask(query, rows=self.rows)
            new = self.new.ask(query, rows=self.rows)
        failures = [answer.failure for answer in (old, new) if answer.failure is not None] or _refusals(
            old=old, new=new
        )
        differences = [] if failures else compare(query, old, new, ignored=self.ignored)
        verdict = Verdict.FAILED if failures else Verdict.DIFFERENT if differences else Verdict.EQUAL
        return Result(
            query=query,
            verdict=verdict,
            has_rows=all(answer.status == httpx.codes.OK and answer.items for answer in (old, new)),
            differences=differences,
            failures=failures,
            old_seconds=None if old.failure else old.seconds,
            new_seconds=None if new.failure else new.seconds,
        )


def _refusals(**answers: Answer) -> list[str]:
    """Return which sides refuse to answer, and what to check."""
    refused = {name: answer.status for name, answer in answers.items() if answer.status in _REFUSALS}
    return [f"{name}: refused with {status}: {_REFUSALS[status].format(side=name)}" for name, status in refused.items()]


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return milliseconds by percentile (nearest rank); empty without measurements."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {f"p{number}": 1000 * ordered[math.ceil(len(ordered) * number / 100) - 1] for number in (50, 95, 99)}
