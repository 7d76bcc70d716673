"""Checks rows of the table against infra/rows.schema.json."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
from boto3.dynamodb.types import DYNAMODB_CONTEXT

SCHEMA: Final = Path(__file__).resolve().parents[2] / "infra" / "rows.schema.json"
_DIGITS: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)

Row = dict[str, Any]


class RowRules:
    """infra/rows.schema.json as readers apply it: a row needs a key and the right types; the rest is a warning."""

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
            f"unknown {name} {printable(row[name])}"
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


def printable(text: str) -> str:
    """Return a text of the file, short and without control characters."""
    return "".join(char if char.isprintable() else "?" for char in text[:40])
