"""Loads a file of rows into the table, and reports which rows were loaded and what is wrong with the others."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

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
_PROGRESS_SECONDS: Final = 0.2
_DIGITS: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_KEY: Final = ("user_id", "created_at")


class UnusableFileError(ValueError):
    """No row of a file can be loaded; the message names the file and the first reason."""


@dataclass
class Report:
    """The result of loading a file. `reasons` are the first refusals; `warnings` count rows that were loaded."""

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


def load(table: "Table", path: Path, stderr: TextIO | None = None) -> Report:
    """Load a file of rows; a row replaces an earlier one with its key. Progress is shown if stderr is a terminal.

    Raises UnusableFileError if no row can be loaded, OSError if the file cannot be read.
    """
    report, ids, seen = Report(), _Ids(), set[int]()
    shown = time.monotonic()
    found = _checked(path, report)
    while batch := list(islice(found, _BATCH_ROWS)):
        for row in _written(table, batch, report):
            key = hash((row["user_id"], row["created_at"]))
            report.warnings["it replaces an earlier row of its user_id and created_at"] += key in seen
            seen.add(key)
            ids.count(row)
        if stderr is not None and stderr.isatty() and time.monotonic() - shown > _PROGRESS_SECONDS:
            shown = time.monotonic()
            stderr.write(f"\r{len(seen):,} rows ")
            stderr.flush()
    report.loaded, report.examples = len(seen), ids.examples()
    report.warnings = +report.warnings
    if not seen:
        raise UnusableFileError(f"{path}: no row can be loaded; {next(iter(report.reasons), 'the file is empty')}")
    return report


def _checked(path: Path, report: Report) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a file that infra/rows.schema.json lets in, with their places."""
    schema = _Schema()
    for place, found in read_rows(path):
        if isinstance(found, Refusal):
            report.refuse(place, found)
            continue
        try:
            row = schema.with_numbers(found)
        except ArithmeticError:
            report.refuse(place, "a number has more than the 38 digits of a DynamoDB number")
            continue
        refusal, warnings = schema.check(row)
        if refusal:
            report.refuse(place, refusal)
        else:
            report.warnings.update(warnings)
            report.unknown |= row.keys() - schema.properties.keys()
            yield place, row


def _written(table: "Table", batch: list[tuple[str, Row]], report: Report) -> list[Row]:
    """Write a batch, and return its rows; if the engine rejects it, write the rows one by one to find those at fault."""
    rows = [row for _, row in batch]
    try:
        write(table, rows)
    except (ArithmeticError, TypeError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"].get("Code") != "ValidationException":
            raise
        if len(batch) == 1:
            report.refuse(batch[0][0], f"DynamoDB rejects it: {error}")
            return []
        return [row for one in batch for row in _written(table, [one], report)]
    return rows


class _Schema:
    """infra/rows.schema.json as the loader applies it: a wrong type is refused, all else is a warning."""

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
        """Return a row whose numbers are in their shortest digits; a text of digits counts as a number.

        Raises ArithmeticError if DynamoDB cannot hold a number exactly.
        """
        numbers = {name: row[name] for name in self._numbers if name in row}
        return row | {name: _number(value, DYNAMODB_CONTEXT) for name, value in numbers.items()}

    def check(self, row: Row) -> tuple[str, list[str]]:
        """Return why a row cannot be loaded (empty if it can), and the warnings of one that can."""
        warnings = [
            f"unknown {name} {_printable(row[name])}"
            for name, known in self._known.items()
            if name in row and isinstance(row[name], str) and row[name] not in known
        ]
        if self._validator.is_valid(row):
            return "", warnings
        for error in self._validator.iter_errors(row):
            refusal, warning = _judged(error, self.properties)
            if refusal:
                return refusal, []
            warnings.append(warning)
        return "", warnings


def _judged(error: jsonschema_rs.ValidationError, properties: Mapping[str, Any]) -> tuple[str, str]:
    """Return the refusal or the warning that an error of the schema stands for."""
    name, keyword = str(error.instance_path[-1] if error.instance_path else ""), error.schema_path[-1]
    match error.kind:
        case jsonschema_rs.ValidationErrorKind.Required(property=missing):
            if missing in _KEY:
                return f"{missing} is missing", ""
            return "", f"{missing} is missing{' although status is FAILED' if 'then' in error.schema_path else ''}"
        case jsonschema_rs.ValidationErrorKind.Minimum():
            return "", f"{name} looks like seconds, not milliseconds"
        case jsonschema_rs.ValidationErrorKind.ExclusiveMaximum():
            return f"{name} is not epoch milliseconds of at most 13 digits", ""
        case jsonschema_rs.ValidationErrorKind.Type():
            return f"{name} is not a {properties[name]['type']}", ""
    return "", f"no query can ask for {name}: it breaks {keyword} of {SCHEMA.name}"


class _Ids:
    """Counts ids, to offer those with the most rows as examples."""

    def __init__(self) -> None:
        self._users, self._campaigns, self._transactions, self._failed = (Counter[str]() for _ in range(4))

    def count(self, row: Row) -> None:
        """Count the ids of a row."""
        self._users[row["user_id"]] += 1
        if "marketing_id" in row:
            self._campaigns[row["marketing_id"]] += 1
        if "transaction_id" in row:
            counter = self._failed if row.get("status") == "FAILED" else self._transactions
            counter[row["transaction_id"]] += 1

    def examples(self) -> dict[str, str]:
        """Return an id of each kind that there is; of transactions one that has failures, if there is one."""
        counters = {"user": self._users, "campaign": self._campaigns, "transaction": self._failed or self._transactions}
        return {kind: counter.most_common(1)[0][0] for kind, counter in counters.items() if counter}


def _number(value: Any, context: Context) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return Decimal(format(Decimal(value).normalize(context), "f"))


def _printable(text: str) -> str:
    """Return a text of the file, short and without control characters."""
    return "".join(char if char.isprintable() else "?" for char in text[:40])
