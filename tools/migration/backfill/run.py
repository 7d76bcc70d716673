"""One pass over a table: each row without `ap_id` gets the one of its rule."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from tools.migration.backfill.journal import Journal
from tools.migration.backfill.rules import Rules
from tools.migration.backfill.table import READ_BY_RULES, Attempt, Page, Row, Table, Written
from tools.migration.budget import Budget

# Called with the counts since the last call.
Progress = Callable[[Counter[str]], None]

# A row that changes between read and write is read again; after these tries it is left to the next run.
_TRIES_OF_A_ROW: Final = 5
# Estimated cost of the first write, until the table reports the real one.
_FIRST_WRITE_UNITS: Final = 1.0
_ROWS_A_READ_UNIT: Final = 16  # rows of 500 bytes: one unit reads 8 KB eventually consistent
_PLAIN: Final = TypeDeserializer()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The budgets for reads and writes, and the number of rows in one read."""

    read: Budget
    write: Budget
    page_rows: int


class Backfill:
    """One pass, with a thread for each segment of the journal."""

    def __init__(self, table: Table, rules: Rules, *, journal: Journal, limits: Limits, dry_run: bool = False) -> None:
        self._table = table
        self._rules = rules
        self._journal = journal
        self._limits = limits
        self._dry_run = dry_run
        self._write_units = _FIRST_WRITE_UNITS
        self._spent_lock = threading.Lock()
        self.spent: defaultdict[str, float] = defaultdict(float)  # read_units, write_units, retries

    def run(self, stop: threading.Event, progress: Progress = lambda _counted: None) -> bool:
        """Process the table until its end or until `stop` is set. Return whether the end was reached.

        An error in one segment stops the others after their current row, and is raised.
        """
        todo = [segment for segment in range(self._journal.segments) if not self._journal.is_done(segment)]
        with ThreadPoolExecutor(max_workers=max(1, len(todo))) as threads:
            running = [threads.submit(self._segment, segment, stop, progress) for segment in todo]
            try:
                for segment in as_completed(running):
                    segment.result()
            finally:
                # `as_completed` also yields failed segments, so this is the place to stop the others.
                if not all(segment.done() and segment.exception() is None for segment in running):
                    stop.set()
        return all(self._journal.is_done(segment) for segment in range(self._journal.segments))

    def _segment(self, segment: int, stop: threading.Event, progress: Progress) -> None:
        while not stop.is_set() and not self._journal.is_done(segment):
            page = self._page(segment)
            counts = Counter(scanned=page.scanned, present=page.scanned - len(page.rows))
            unmatched = []
            for row in page.rows:
                if stop.is_set():
                    return  # the page is not finished; the next run reads it again
                result = self._row(row, counts)
                counts[result] += 1
                if result == "unmatched":
                    unmatched.append(_listed(row))
            self._journal.page_done(segment, page.position, counts=counts, unmatched=unmatched)
            progress(counts)

    def _page(self, segment: int) -> Page:
        estimate = self._limits.page_rows / _ROWS_A_READ_UNIT
        self._limits.read.spend(estimate)
        page = self._table.page(
            segment,
            self._journal.segments,
            after=self._journal.position(segment),
            limit=self._limits.page_rows,
        )
        self._limits.read.correct(page.read_units - estimate)
        self._count(read_units=page.read_units, retries=page.retries)
        return page

    def _row(self, row: Row, counts: Counter[str]) -> str:
        """Give a row its ap_id. Return the name of the result."""
        for _ in range(_TRIES_OF_A_ROW):
            ap_id = self._rules.ap_id(*(_text(row, name) for name in READ_BY_RULES))
            if ap_id is None:
                return "unmatched"
            attempt = Attempt(result=Written.WRITTEN) if self._dry_run else self._write(row, ap_id)
            if attempt.row is None:
                if attempt.result is Written.WRITTEN:
                    counts[f"ap_id {ap_id}"] += 1
                return attempt.result.value
            row = attempt.row
        return Written.CHANGED.value

    def _write(self, row: Row, ap_id: str) -> Attempt:
        estimate = self._write_units
        self._limits.write.spend(estimate)
        attempt = self._table.write(row, ap_id)
        units = estimate if attempt.write_units is None else attempt.write_units
        self._limits.write.correct(units - estimate)
        self._write_units = units or estimate
        self._count(write_units=units, retries=attempt.retries)
        return attempt

    def _count(self, **spent: float) -> None:
        with self._spent_lock:
            for name, amount in spent.items():
                self.spent[name] += amount


def _text(row: Row, name: str) -> str | None:
    """Return a string attribute; other types match no rule."""
    text: str | None = row.get(name, {}).get("S")
    return text


def _listed(row: Row) -> dict[str, Any]:
    """Return a row for the list: plain values, numbers with all their digits."""
    return {name: str(_PLAIN.deserialize(value)) for name, value in row.items()}
