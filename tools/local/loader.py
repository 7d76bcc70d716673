"""Loads a file of rows into the table, and reports the refused rows and the doubtful ones."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from tools.contract.row_rules import RowRules, printable
from tools.local.row_files import Refusal, Row, read_rows
from tools.local.tables import write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_BATCH_ROWS: Final = 1_000
_REASONS_SHOWN: Final = 5
_NAMES_SHOWN: Final = 10


class UnusableFileError(ValueError):
    """No row of a file can be loaded; the message names the file and the first reason."""


@dataclass
class Report:
    """The result of loading a file.

    `reasons` are the first of the rows that were refused. `warnings` count rows that were loaded, `unknown` are
    attributes that were loaded and that no answer has. `examples` are ids of loaded rows by kind.
    """

    loaded: int = 0
    refused: int = 0
    reasons: list[str] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)
    examples: dict[str, str] = field(default_factory=dict)

    def refuse(self, place: str, reason: str) -> None:
        """Count a row that cannot be loaded."""
        self.refused += 1
        if len(self.reasons) < _REASONS_SHOWN:
            self.reasons.append(f"{place}: {reason}")

    def lines(self) -> Iterator[str]:
        """Yield the report as lines to print."""
        yield f"{self.loaded:,} rows loaded, {self.refused:,} refused"
        yield from self.reasons
        if self.refused > len(self.reasons):
            yield f"and {self.refused - len(self.reasons):,} more"
        for warning, rows in self.warnings.most_common(_NAMES_SHOWN):
            yield f"warning: {warning} ({rows:,} {'row' if rows == 1 else 'rows'})"
        if self.unknown:
            names = ", ".join(printable(name) for name in sorted(self.unknown)[:_NAMES_SHOWN])
            yield f"loaded, but in no answer: {names}{', ...' if len(self.unknown) > _NAMES_SHOWN else ''}"


class ExampleIds:
    """The ids that have the most rows."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._users, self._campaigns, self._transactions, self._failed = (Counter[str]() for _ in range(4))
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Count the ids of a row."""
        self._users[row["user_id"]] += 1
        if "marketing_id" in row:
            self._campaigns[row["marketing_id"]] += 1
        if "transaction_id" in row:
            counter = self._failed if row.get("status") == "FAILED" else self._transactions
            counter[row["transaction_id"]] += 1

    def examples(self) -> dict[str, str]:
        """Return an id of each kind that occurs; the transaction has failures if any has."""
        counters = {"user": self._users, "campaign": self._campaigns, "transaction": self._failed or self._transactions}
        return {kind: counter.most_common(1)[0][0] for kind, counter in counters.items() if counter}


def load(table: "Table", path: Path, show: Callable[[int], None] = lambda _rows: None) -> Report:
    """Load a file of rows; a row replaces an earlier one with its key. `show` gets the number of rows so far.

    Raises UnusableFileError if no row can be loaded, OSError if the file cannot be read.
    """
    report, ids, keys = Report(), ExampleIds(), set[int]()
    rows = _checked(path, report)
    with _rows_that_stay():
        while batch := list(islice(rows, _BATCH_ROWS)):
            for row in _write(table, batch, report):
                key = hash((row["user_id"], row["created_at"]))
                if key in keys:
                    report.warnings["replaces an earlier row with its user_id and created_at"] += 1
                keys.add(key)
                ids.add(row)
            show(len(keys))
    report.loaded, report.examples = len(keys), ids.examples()
    if not keys:
        raise UnusableFileError(f"{path}: no row can be loaded; {next(iter(report.reasons), 'the file is empty')}")
    return report


@contextmanager
def _rows_that_stay() -> Iterator[None]:
    """Spare the garbage collector the rows of an engine in this process: it would go through all of them each time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _checked(path: Path, report: Report) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a file that can be loaded, with their places; report refusals and warnings."""
    rules = RowRules()
    for place, found in read_rows(path):
        if isinstance(found, Refusal):
            report.refuse(place, found)
            continue
        row = rules.with_numbers(found)
        refusal, warnings = rules.check(row)
        if refusal:
            report.refuse(place, refusal)
        else:
            report.warnings.update(warnings)
            report.unknown |= row.keys() - rules.properties.keys()
            yield place, row


def _write(table: "Table", batch: list[tuple[str, Row]], report: Report) -> list[Row]:
    """Write a batch and return its rows; if the engine rejects it, halve it to find the rows at fault."""
    rows = [row for _, row in batch]
    try:
        write(table, rows)
    except (ArithmeticError, TypeError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"].get("Code") != "ValidationException":
            raise
        if len(batch) == 1:
            report.refuse(batch[0][0], f"DynamoDB rejects it: {str(error) or type(error).__name__}")
            return []
        middle = len(batch) // 2
        return _write(table, batch[:middle], report) + _write(table, batch[middle:], report)
    return rows
