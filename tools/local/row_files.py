"""Reads rows from a file: NDJSON, JSON, DynamoDB JSON or CSV; gzip or not; UTF-8 or UTF-16."""

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

Row = dict[str, Any]

_GZIP: Final = b"\x1f\x8b"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CSV_NEEDS: Final = frozenset({"user_id", "created_at"})
_DELIMITERS: Final = ",;\t"
_TYPES: Final = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})
# Between two values: blanks, and the brackets and commas of a list.
_NEXT_VALUE: Final = re.compile(r"[^\s,\[\]]")
_deserialize: Final = TypeDeserializer().deserialize


class Refusal(str):
    """The reason why a part of a file is not a row."""

    __slots__ = ()


Found = tuple[str, Row | Refusal]


def read_rows(path: Path) -> Iterator[Found]:
    """Yield the place of each row in a file, and the row or the reason why it cannot be read.

    Values are Python's, numbers int or Decimal; attributes that are null or empty are left out. A row may be plain or DynamoDB JSON, as the exports to S3 (`Item`, `NewImage`) and `aws dynamodb scan` (`Items`)
    write it. Lines are read as they are needed, other JSON as a whole. Raises OSError if the file cannot be read.
    """
    number = 0
    with path.open("rb") as file:
        try:
            for number, place, value in _values(_text(file)):
                yield from _rows(place, value)
        except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
            yield f"line {number + 1}", Refusal(f"the file cannot be read from here on: {error}")


def _text(file: io.BufferedReader) -> io.TextIOWrapper:
    """Return the text of a file. Bytes that are not UTF-8 become lone surrogates, so that they spoil one line only."""
    plain: Any = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == _GZIP else file
    encoding = "utf-16" if plain.peek(2)[:2] in _UTF_16 else "utf-8-sig"
    return io.TextIOWrapper(plain, encoding=encoding, errors="surrogateescape")


def _values(lines: Iterable[str]) -> Iterator[tuple[int, str, Any]]:
    """Yield the number of a line, the place of a value, and the value or the reason why there is none."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    number, first = next(numbered, (0, ""))
    delimiter = max(_DELIMITERS, key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if header and _CSV_NEEDS <= set(header):
        yield from _csv_values(csv.DictReader((line for _, line in numbered), header, delimiter=delimiter), number)
    elif first and isinstance(_parsed(first), Refusal):
        rest = list(chain([(number, first)], numbered))
        yield from _document(rest) or _line_values(rest)
    else:
        yield from _line_values(chain([(number, first)] if first else [], numbered))


def _line_values(numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, Any]]:
    for number, line in numbered:
        yield number, f"line {number}", _parsed(line)


def _document(numbered: list[tuple[int, str]]) -> list[tuple[int, str, Any]]:
    """Return the values of a JSON list, or of JSON values one after another; empty if the text is neither."""
    text = "".join(line if line.endswith("\n") else f"{line}\n" for _, line in numbered)
    found, position, index = [], 0, 0
    try:
        while start := _NEXT_VALUE.search(text, position):
            index += text.count("\n", position, start.start())
            value, end = _DECODER.raw_decode(text, start.start())
            number = numbered[index][0]
            found.append((number, f"line {number}", value))
            index += text.count("\n", start.start(), end)
            position = end
    except (ValueError, RecursionError):
        return []
    return found


def _csv_values(rows: "csv.DictReader[str]", header_line: int) -> Iterator[tuple[int, str, Any]]:
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
        number = header_line + rows.line_num
        yield number, f"line {number}", value


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


def _rows(place: str, value: Any) -> Iterator[Found]:  # noqa: ANN401  # any JSON
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
