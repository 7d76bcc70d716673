"""Output formats: JSON and NDJSON for programs, CSV for spreadsheets; the table for people is in table.py."""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, TextIO

import msgspec

from ..models.push_record import PushRecord
from .texts import ACTS_BUT_LAYOUT, printable

_FIELDS: Final = PushRecord.__struct_fields__
# A spreadsheet takes a cell that starts like this for a formula (OWASP, CSV injection); the wide forms are East Asian.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_FORMULA_TOO: Final = ("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
# Excel makes numbers and dates of such ids, and drops zeros and digits. In ="..." it takes them as text.
_CONVERTED: Final = re.compile(r"(?=.*\d)[0-9A-Za-z .,:/+-]{1,255}")
_IDS: Final = [name for name in _FIELDS if name.endswith("_id")]


class Format(StrEnum):
    """How records are written."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    EXCEL = "excel"

    @property
    def is_streamed(self) -> bool:
        """Whether records are written as they arrive; the other formats are written whole, or not at all."""
        return self in {Format.NDJSON, Format.CSV, Format.EXCEL}


class _Echo:
    """Returns each line that is written to it, so that csv.writer returns lines."""

    def write(self, text: str) -> str:
        return text


def write(records: Iterable[PushRecord], form: Format) -> None:
    """Write records to standard output, in any format but a table."""
    out: TextIO = sys.stdout
    if form is Format.JSON:
        write_json(list(records))
        return
    _as_utf8(out)
    out.writelines(lines(records, form, to_terminal=out.isatty()))
    out.flush()


def write_json(value: object) -> None:
    """Write indented JSON to standard output."""
    _as_utf8(sys.stdout)
    sys.stdout.write(_escaped(msgspec.json.format(msgspec.json.encode(value), indent=2)) + "\n")
    sys.stdout.flush()


def _as_utf8(out: TextIO) -> None:
    """Make output for programs independent of the console's encoding."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", newline="\n")


def lines(
    records: Iterable[PushRecord], form: Format, *, begins: bool = True, to_terminal: bool = False
) -> Iterator[str]:
    """Yield the lines of records in a format that is streamed; `begins`: whether they are the first ones."""
    if form is Format.NDJSON:
        encode = msgspec.json.Encoder().encode
        yield from (_escaped(encode(record)) + "\n" for record in records)
        return
    rows = csv.writer(_Echo())  # RFC 4180 with its line ends, so that a lone \r in a cell is quoted
    if begins:
        yield ("\ufeff" if form is Format.EXCEL else "") + rows.writerow(_FIELDS)
    for record in records:
        cells = {name: _cell(name, record, to_terminal=to_terminal) for name in _FIELDS}
        if form is Format.EXCEL:
            cells |= {name: f'="{text}"' for name in _IDS if _CONVERTED.fullmatch(text := _text(name, record))}
        yield rows.writerow(cells.values())


def _escaped(encoded: bytes) -> str:
    r"""Return JSON in which characters that act on a terminal are written as \u001b, which is the same JSON."""
    return ACTS_BUT_LAYOUT.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode())


def _cell(name: str, record: PushRecord, *, to_terminal: bool) -> str:
    """Return a cell that neither a spreadsheet nor a terminal acts on; in a file, CSV has no escapes for it."""
    text = _text(name, record)
    text = printable(text) if to_terminal else ACTS_BUT_LAYOUT.sub("", text)
    return f"'{text}" if text.startswith((*_FORMULA, *_FORMULA_TOO)) else text


def _text(name: str, record: PushRecord) -> str:
    value = getattr(record, name)
    return _time(record) if name == "created_at" else "" if value is None else str(value)


def _time(record: PushRecord) -> str:
    """Return the time of a record in UTC, or its number if it is after the year 9999."""
    try:
        return record.created_at_datetime.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return str(record.created_at)
