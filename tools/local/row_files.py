"""Reads rows from a file: NDJSON, JSON, DynamoDB JSON or CSV; gzip or not; in UTF-8 or UTF-16."""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

Row = dict[str, Any]

_GZIP: Final = b"\x1f\x8b"
_KEY: Final = frozenset({"user_id", "created_at"})
_DELIMITERS: Final = ",;\t"
_TYPES: Final = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})
_deserialize: Final = TypeDeserializer().deserialize

_Lines = Iterator[tuple[int, str]]


class Refusal(str):
    """The reason why a part of a file is not a row."""

    __slots__ = ()


def read_rows(path: Path) -> Iterator[tuple[str, Row | Refusal]]:
    """Yield the place of each row in a file, and the row or the reason why it cannot be read.

    Values are Python's, numbers int or Decimal; attributes that are null or empty are left out. A row may be plain or
    DynamoDB JSON, as exports to S3 (`Item`, `NewImage`) and `aws dynamodb scan` (`Items`) have it. Lines are read as
    they are needed, other JSON as a whole. Raises OSError if the file cannot be read.
    """
    number = 0
    with path.open("rb") as file:
        try:
            with _text(file) as text:
                for number, value in _values(text):
                    yield from _rows(f"line {number}", value)
        except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
            yield f"line {number + 1}", Refusal(f"the file cannot be read from here on: {error}")


def _text(file: io.BufferedReader) -> io.TextIOWrapper:
    """Return the text of a file; bytes that are not UTF-8 become lone surrogates, so that they spoil one line only.

    A file that begins with a byte order mark of UTF-16 is in UTF-16, as Excel and PowerShell write it.
    """
    packed: Any = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == _GZIP else file
    plain = io.BufferedReader(packed)
    if plain.peek(2)[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return io.TextIOWrapper(plain, encoding="utf-16")
    return io.TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape")


def _values(text: io.TextIOWrapper) -> Iterator[tuple[int, Any]]:
    """Yield the values of a text with the numbers of their lines; the first line decides how it is read."""
    lines = ((number, line) for number, line in enumerate(text, 1) if line.strip())
    for number, first in lines:
        delimiter = max(_DELIMITERS, key=first.count)
        header = [name.strip().strip('"') for name in first.split(delimiter)]
        if _KEY.issubset(header):
            yield from _csv(lines, header, delimiter, number)
        elif isinstance(value := _parsed(first), Refusal):
            rest = [(number, first), *lines]
            whole = _parsed("".join(line for _, line in rest))
            yield from (
                ((number, _parsed(line)) for number, line in rest) if isinstance(whole, Refusal) else [(1, whole)]
            )
        else:
            yield number, value
            yield from ((number, _parsed(line)) for number, line in lines)


def _csv(lines: _Lines, header: list[str], delimiter: str, header_line: int) -> Iterator[tuple[int, Any]]:
    rows = csv.DictReader((line for _, line in lines), header, delimiter=delimiter)
    while True:
        value: Any
        try:
            value = next(rows)
            if None in value:
                value = Refusal("it has more cells than the header")
        except StopIteration:
            return
        except csv.Error as error:
            value = Refusal(f"not CSV: {error}")
        yield header_line + rows.line_num, value


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_reject_constant)


def _parsed(line: str) -> Any:  # noqa: ANN401  # any JSON
    """Return the JSON value of a line, or a Refusal."""
    try:
        line.encode()
        return _DECODER.decode(line)
    except UnicodeEncodeError:
        return Refusal("not UTF-8")
    except json.JSONDecodeError as error:
        return Refusal(f"not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:
        return Refusal(f"not JSON: {error}")


def _rows(place: str, value: Any) -> Iterator[tuple[str, Row | Refusal]]:  # noqa: ANN401  # any JSON
    """Yield the rows of one value: itself, the row that an export wraps, or the items of a list or a scan."""
    match value:
        case Refusal():
            yield place, value
        case {"Items": list(items)} | list(items):
            for number, item in enumerate(items, 1):
                yield from _rows(f"{place}, item {number}", item)
        case {"Item": dict(row)} | {"NewImage": dict(row)} | dict(row):
            yield place, _row(row)
        case _:
            yield place, Refusal("not a JSON object")


def _row(fields: Row) -> Row | Refusal:
    is_typed = bool(fields) and all(isinstance(value, dict) and value.keys() <= _TYPES for value in fields.values())
    try:
        row = {name: _deserialize(value) for name, value in fields.items()} if is_typed else fields
        kept = {name: value for name, value in row.items() if value is not None and value != ""}
        "".join(value for value in kept.values() if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        return Refusal("a text is not UTF-8")
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        return Refusal(f"not DynamoDB JSON: {str(error) or type(error).__name__}")
    return kept
