"""Records as a table for people, JSON and NDJSON for programs, CSV for spreadsheets."""

import csv
import io
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TextIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..models.push_record import PushRecord

_FIELDS: Final = PushRecord.__struct_fields__
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), and the wide forms of East Asian input.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_FORMULA_TOO: Final = ("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
_COLOURS: Final = {"FAILED": "red", "DELIVERED": "green"}
_NARROW: Final = ("created_at", "platform", "status")
_WIDTH_OF_A_FILE: Final = 240


class Format(StrEnum):
    """How records are written."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"

    @property
    def is_streamed(self) -> bool:
        """Whether records are written as they come; the others are written whole, or not at all."""
        return self in {Format.NDJSON, Format.CSV}


def write(records: Iterable[PushRecord], form: Format) -> None:
    """Write records to standard output."""
    out: TextIO = sys.stdout
    if form is Format.TABLE:
        _write_table(list(records), out)
    else:
        _as_utf8(out)
        {Format.JSON: _write_json, Format.NDJSON: _write_ndjson, Format.CSV: _write_csv}[form](records, out)
    out.flush()


def _as_utf8(out: TextIO) -> None:
    """Write what programs read in the same way everywhere, whatever the console takes."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", newline="\n")


def printable(text: str) -> str:
    """Return text that cannot move the cursor, or do anything else to a terminal but fill it."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _write_json(records: Iterable[PushRecord], out: TextIO) -> None:
    out.write(msgspec.json.format(msgspec.json.encode(list(records)), indent=2).decode() + "\n")


def _write_ndjson(records: Iterable[PushRecord], out: TextIO) -> None:
    encode = msgspec.json.Encoder().encode
    out.writelines(encode(record).decode() + "\n" for record in records)


def _write_csv(records: Iterable[PushRecord], out: TextIO) -> None:
    rows = csv.writer(out)  # as RFC 4180 has it, line ends included: a lone \r in a cell is quoted then
    rows.writerow(_FIELDS)
    for record in records:
        rows.writerow([_cell(name, record) for name in _FIELDS])


def _cell(name: str, record: PushRecord) -> str:
    text = _text(name, record)
    return f"'{text}" if text.startswith((*_FORMULA, *_FORMULA_TOO)) else text


def _text(name: str, record: PushRecord) -> str:
    value = getattr(record, name)
    return _time(record) if name == "created_at" else "" if value is None else str(value)


def _time(record: PushRecord) -> str:
    """Return when a record was written, in UTC; the number itself if no calendar has that day."""
    try:
        return record.created_at_datetime.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return str(record.created_at)


def _write_table(records: list[PushRecord], out: TextIO) -> None:
    if not records:
        return
    console = Console(file=out, width=None if out.isatty() else _WIDTH_OF_A_FILE)
    table = Table(box=None, pad_edge=False)
    names = [name for name in _FIELDS if any(getattr(record, name) not in {None, ""} for record in records)]
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in _NARROW)
    for record in records:
        table.add_row(*(Text(printable(_text(name, record)), _style(name, record)) for name in names))
    console.print(table)


def _style(name: str, record: PushRecord) -> str:
    return _COLOURS.get(record.status or "", "") if name == "status" else ""
