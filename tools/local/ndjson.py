"""Reads notification records from NDJSON: one JSON object a line, each line judged by itself."""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Final, Protocol

from boto3.dynamodb.types import DYNAMODB_CONTEXT

Row = dict[str, str | Decimal]

# The most that DynamoDB takes: 400 KB an item, 2,048 bytes of a partition key, 1,024 of a sort key.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_MAX_ITEM_BYTES: Final = 400 * 1024
_MAX_KEY_BYTES: Final = {"user_id": 2048, "marketing_id": 2048, "transaction_id": 2048, "status": 1024}
_TEXT_FIELDS: Final = (*_MAX_KEY_BYTES, "notification_title", "platform", "error_msg", "ap_id")
_FIELDS: Final = ("created_at", *_TEXT_FIELDS)
_REQUIRED: Final = ("user_id", "created_at")

# An item written with \u escapes only is six times its size; more than that is no record.
_MAX_LINE_BYTES: Final = 6 * _MAX_ITEM_BYTES
_DECIMAL: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_END_OF_TIME: Final = 10**13  # the contract's instants have at most 13 digits


class LineReader(Protocol):
    """A file, plain or compressed, that gives its next line or the first `size` bytes of it."""

    def readline(self, size: int, /) -> bytes:
        """Return the bytes, empty at the end."""
        ...


class RecordError(ValueError):
    """A line is not a record; the message says why in words for its author and holds no value of the line."""


@dataclass(frozen=True)
class Refusal:
    """A line, counted from 1, that is not loaded, and why."""

    line: int
    reason: str


class _Number(str):
    """A JSON number in its own digits, so that nothing is rounded on the way."""

    __slots__ = ()


def parse_record(text: str) -> Row:
    """Return the record that one line holds, `created_at` as a decimal without trailing zeros.

    Raises RecordError if it is not strict JSON, not an object, lacks a key of the table, has a field or type that a
    record has not, or is something that DynamoDB would refuse.
    """
    fields = _decode(text)
    if not isinstance(fields, dict):
        raise RecordError("not a JSON object")
    unknown = [_quote(name) for name in fields if name not in _FIELDS]
    if unknown:
        raise RecordError(f"unknown field {', '.join(unknown[:3])}")
    missing = [name for name in _REQUIRED if name not in fields]
    if missing:
        raise RecordError(f"{' and '.join(missing)} missing")
    row: Row = {name: _FIELD_READERS[name](name, value) for name, value in fields.items()}
    if _item_bytes(row) > _MAX_ITEM_BYTES:
        raise RecordError("larger than the 400 KB that DynamoDB takes")
    return row


def read_records(stream: LineReader) -> Iterator[tuple[int, Row] | Refusal]:
    """Yield each record with its line number, or why a line is none; blank lines and a byte order mark are skipped.

    Holds one line at a time. A compressed stream that breaks off is a refusal of the line that it breaks off in.
    """
    number = 0
    try:
        while line := stream.readline(_MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > _MAX_LINE_BYTES:
                _skip_line(stream, line)
                yield Refusal(number, f"longer than {_MAX_LINE_BYTES} bytes")
                continue
            content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if content.strip():
                yield _read_line(number, content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Refusal(number + 1, f"the file cannot be unpacked from here on: {error}")


def _read_line(number: int, line: bytes) -> tuple[int, Row] | Refusal:
    try:
        return number, parse_record(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Refusal(number, "not UTF-8")
    except RecordError as error:
        return Refusal(number, str(error))


def _skip_line(stream: LineReader, start: bytes) -> None:
    part = start
    while part and not part.endswith(b"\n"):
        part = stream.readline(_MAX_LINE_BYTES)


def _decode(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise RecordError(f"not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise RecordError("not JSON that a record could be: nested too deeply") from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise RecordError(f"field {_quote(name)} twice")
        fields[name] = value
    return fields


def _refuse_constant(name: str) -> None:
    raise RecordError(f"not JSON: {name} is no JSON number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant
)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or isinstance(value, _Number):
        raise RecordError(f"{name} is not a string")
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise RecordError(f"{name} has half of a surrogate pair") from error
    if name in _MAX_KEY_BYTES and not 1 <= size <= _MAX_KEY_BYTES[name]:
        raise RecordError(f"{name} is a key and has {size} bytes, not 1 to {_MAX_KEY_BYTES[name]}")
    return value


def _created_at(name: str, value: object) -> Decimal:
    if not isinstance(value, str) or not (isinstance(value, _Number) or _DECIMAL.fullmatch(value)):
        raise RecordError(f"{name} is neither a number nor a string of digits")
    try:
        instant = DYNAMODB_CONTEXT.create_decimal(value)
    except DecimalException as error:
        raise RecordError(f"{name} is more exact than the 38 digits of a DynamoDB number") from error
    if not 0 <= instant < _END_OF_TIME:  # false for NaN too, which an absurd exponent becomes
        raise RecordError(f"{name} is not epoch milliseconds of at most 13 digits")
    return instant.copy_abs().normalize(DYNAMODB_CONTEXT)  # -0 is 0


_FIELD_READERS: Final[dict[str, Callable[[str, object], str | Decimal]]] = {
    "created_at": _created_at,
    **dict.fromkeys(_TEXT_FIELDS, _text),
}


def _item_bytes(row: Row) -> int:
    """Return at least what DynamoDB counts: names and texts in UTF-8, a number at most 21 bytes."""
    return sum(len(name) + (len(value.encode()) if isinstance(value, str) else 21) for name, value in row.items())


def _quote(name: str) -> str:
    """Return a name of the file so that it can be printed: short, and no control character raw."""
    return json.dumps(name[:40])
