"""Loads a file of rows into the table, and reports the refused rows and the doubtful ones."""

import gc
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from boto3.dynamodb.types import DYNAMODB_CONTEXT
from botocore.exceptions import ClientError

from tools.local.row_files import Refusal, Row, read_rows
from tools.local.tables import write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SCHEMA: Final = Path(__file__).resolve().parents[2] / "infra" / "rows.schema.json"

_BATCH_ROWS: Final = 1_000
_REASONS_SHOWN: Final = 5
_NAMES_SHOWN: Final = 10
_DIGITS: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


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
            names = ", ".join(_printable(name) for name in sorted(self.unknown)[:_NAMES_SHOWN])
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
    rules = _Rules()
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


class _Rules:
    """infra/rows.schema.json as the loader applies it: a row needs a key and the right types; the rest is a warning."""

    def __init__(self) -> None:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        self.properties: dict[str, dict[str, Any]] = schema["properties"]
        self._numbers = [name for name, each in self.properties.items() if each["type"] in {"number", "integer"}]
        self._known = {
            name: frozenset(each["x-extensible-enum"])
            for name, each in self.properties.items()
            if "x-extensible-enum" in each
        }
        self._validator = jsonschema_rs.validator_for(schema)

    def with_numbers(self, row: Row) -> Row:
        """Return a row with its numbers in the digits that DynamoDB answers; a text of digits counts as a number."""
        return row | {name: _number(row[name]) for name in self._numbers if name in row}

    def check(self, row: Row) -> tuple[str, list[str]]:
        """Return why a row cannot be loaded (empty if it can), and the warnings if it can."""
        warnings = [
            f"unknown {name} {_printable(row[name])}"
            for name, known in self._known.items()
            if isinstance(value := row.get(name), str) and value not in known
        ]
        if self._validator.is_valid(row):
            return "", warnings
        for error in self._validator.iter_errors(row):
            refusal, warning = self._judged(error)
            if refusal:
                return refusal, []
            warnings.append(warning)
        return "", warnings

    def _judged(self, error: jsonschema_rs.ValidationError) -> tuple[str, str]:
        """Return the refusal or the warning for an error."""
        name = str(error.instance_path[0]) if error.instance_path else ""
        match error.kind:
            case jsonschema_rs.ValidationErrorKind.Required(property="user_id" | "created_at" as missing):
                return f"{missing} is missing", ""
            case jsonschema_rs.ValidationErrorKind.Required(property=missing):
                return "", f"{missing} is missing{' although status is FAILED' if 'then' in error.schema_path else ''}"
            case jsonschema_rs.ValidationErrorKind.Type():
                return f"{name} is not a {self.properties[name]['type']}", ""
            case jsonschema_rs.ValidationErrorKind.ExclusiveMaximum():
                return f"{name} has more digits than epoch milliseconds", ""
            case jsonschema_rs.ValidationErrorKind.Minimum():
                return "", f"{name} looks like seconds, not milliseconds"
        return "", f"no query can ask for {name}: it breaks {error.schema_path[-1]} of {SCHEMA.name}"


def _number(value: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    try:
        number = Decimal(value).normalize(DYNAMODB_CONTEXT)
    except ArithmeticError:  # more digits than DynamoDB holds: the schema or the engine rejects it
        return value
    return Decimal(format(number, "f")) if number.is_finite() else str(number)


def _printable(text: str) -> str:
    """Return a text of the file, short and without control characters."""
    return "".join(char if char.isprintable() else "?" for char in text[:40])
