"""One pass over a table: each row without `ap_id` gets the one of its rule."""

import base64
import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Final

from tools.migration.backfill.journal import Journal
from tools.migration.backfill.rules import Rules
from tools.migration.backfill.table import AP_ID, READ_BY_RULES, Attempt, Page, Row, Table
from tools.migration.command import Budget

# Called with the counts since the last call.
Moved = Callable[[Counter[str]], None]

# A row that changes between read and write is read again; after these tries it is left to the next run.
_TRIES_OF_A_ROW: Final = 5
_ROWS_A_READ_UNIT: Final = 16  # rows of 500 bytes: one unit reads 8 KB eventually consistent


@dataclass(kw_only=True)
class Backfill:
    """One pass, with a thread for each segment of the journal. `reads` and `writes` are the budgets."""

    table: Table
    rules: Rules
    journal: Journal
    reads: Budget
    writes: Budget
    page_rows: int
    dry_run: bool = False
    spent: Counter[str] = field(default_factory=Counter)  # read_units, write_units and retries of this run
    _write_units: float = 1.0  # the estimated cost of a write, until the table reports the real one
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stop: threading.Event, progress: Moved = lambda _counted: None) -> bool:
        """Process the table until its end, an error, or until `stop` is set. Return whether the end was reached."""
        todo = [segment for segment in range(self.journal.segments) if not self.journal.is_done(segment)]
        with ThreadPoolExecutor(max_workers=max(1, len(todo))) as threads:
            running = [threads.submit(self._segment, segment, stop, progress) for segment in todo]
            if wait(running, return_when=FIRST_EXCEPTION).not_done:
                stop.set()
        for segment in running:
            segment.result()
        return self.journal.is_whole()

    def _segment(self, segment: int, stop: threading.Event, progress: Moved) -> None:
        while not stop.is_set() and not self.journal.is_done(segment):
            page, counts, listed = self._page(segment), Counter[str](), []
            position = self.journal.position(segment)
            for row in page.rows:
                if stop.is_set():
                    break  # the rows so far are recorded, and the next run goes on behind them
                one = self._row(row)
                counts += one
                position = self.table.key(row)
                if one["unmatched"] or one["unusable"]:
                    listed.append({name: _plain(value) for name, value in row.items()})
                progress(one)
            whole = counts["scanned"] == len(page.rows)
            if whole or counts:
                self.journal.page_done(segment, page.position if whole else position, counts=counts, unmatched=listed)

    def _page(self, segment: int) -> Page:
        estimate = self.page_rows / _ROWS_A_READ_UNIT
        self.reads.spend(estimate)
        after = self.journal.position(segment)
        page = self.table.page(segment, self.journal.segments, after=after, limit=self.page_rows)
        self.reads.correct(page.read_units - estimate)
        self._count(read_units=page.read_units, retries=page.retries)
        return page

    def _row(self, row: Row) -> Counter[str]:
        """Give a row its ap_id. Return the counts of the result."""
        for _ in range(_TRIES_OF_A_ROW):
            if held := _held(row):
                return Counter(scanned=1, **{held: 1})
            ap_id = self.rules.ap_id(*(row.get(name, {}).get("S") for name in READ_BY_RULES))  # others match no rule
            if ap_id is None:
                return Counter(scanned=1, unmatched=1)
            attempt = Attempt(result="written") if self.dry_run else self._write(row, ap_id)
            if attempt.result == "written":
                return Counter({"scanned": 1, "written": 1, f"ap_id {ap_id}": 1})
            if attempt.row is None:
                return Counter(scanned=1, **{attempt.result: 1})
            row = attempt.row
        return Counter(scanned=1, changed=1)

    def _write(self, row: Row, ap_id: str) -> Attempt:
        estimate = self._write_units
        self.writes.spend(estimate)
        attempt = self.table.write(row, ap_id)
        units = estimate if attempt.write_units is None else attempt.write_units
        self.writes.correct(units - estimate)
        self._write_units = units or estimate
        self._count(write_units=units, retries=attempt.retries)
        return attempt

    def _count(self, **spent: float) -> None:
        with self._lock:
            self.spent.update(spent)

    def seconds_left(self, rows: int, counts: Mapping[str, int]) -> float:
        """Return how long the budgets need for `rows` more rows, written in the same share as those in `counts`."""
        share = counts["written"] / counts["scanned"] if counts["scanned"] else 1.0
        writes = 0.0 if self.dry_run else rows * share * self._write_units * self.writes.seconds_per_unit
        return max(writes, rows / _ROWS_A_READ_UNIT * self.reads.seconds_per_unit)


def _held(row: Row) -> str | None:
    """Return whether a row's ap_id is `present`, or `unusable` because it is not a text; None without one."""
    match row.get(AP_ID):
        case None | {"NULL": _} | {"S": ""}:
            return None
        case {"S": _}:
            return "present"
    return "unusable"


def _plain(value: Mapping[str, Any]) -> str:
    """Return a stored value as text: a text or number as it is, any other as DynamoDB's JSON."""
    ((kind, content),) = value.items()
    encoded = json.dumps(value, default=lambda raw: base64.b64encode(raw).decode(), ensure_ascii=False)
    return str(content) if kind in {"S", "N"} else encoded
