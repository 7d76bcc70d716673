"""Output formats: JSON and NDJSON for programs, CSV for spreadsheets; the table for people is in table.py."""

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable
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


def write(records: Iterable[PushRecord], form: Format) -> None:
    """Write records to standard output, in any format but a table."""
    out: TextIO = sys.stdout
    _as_utf8(out)
    _WRITERS[form](records, out)
    out.flush()


def _as_utf8(out: TextIO) -> None:
    """Make output for programs independent of the console's encoding."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", newline="\n")


def _as_json(encoded: bytes) -> str:
    r"""Return JSON in which characters that act on a terminal are written as \u001b, which is the same JSON."""
    return ACTS_BUT_LAYOUT.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode())


def _write_json(records: Iterable[PushRecord], out: TextIO) -> None:
    out.write(_as_json(msgspec.json.format(msgspec.json.encode(list(records)), indent=2)) + "\n")


def _write_ndjson(records: Iterable[PushRecord], out: TextIO) -> None:
    encode = msgspec.json.Encoder().encode
    out.writelines(_as_json(encode(record)) + "\n" for record in records)


def _write_excel(records: Iterable[PushRecord], out: TextIO) -> None:
    """Write CSV that Excel reads as UTF-8, with ids that it leaves as they are."""
    out.write("\ufeff")
    _write_csv(records, out, ids_as_text=True)


def _write_csv(records: Iterable[PushRecord], out: TextIO, *, ids_as_text: bool = False) -> None:
    to_terminal = out.isatty()
    rows = csv.writer(out)  # RFC 4180 with its line ends, so that a lone \r in a cell is quoted
    rows.writerow(_FIELDS)
    for record in records:
        cells = {name: _cell(name, record, to_terminal=to_terminal) for name in _FIELDS}
        if ids_as_text:
            cells |= {name: f'="{text}"' for name in _IDS if _CONVERTED.fullmatch(text := _text(name, record))}
        rows.writerow(cells.values())


def _cell(name: str, record: PushRecord, *, to_terminal: bool) -> str:
    """Return a cell that neither a spreadsheet nor a terminal acts on; in a file, CSV has no escapes for it."""
    text = _text(name, record)
    text = printable(text) if to_terminal else ACTS_BUT_LAYOUT.sub("", text)
    return f"'{text}" if text.startswith((*_FORMULA, *_FORMULA_TOO)) else text


def _text(name: str, record: PushRecord) -> str:
    value = getattr(record, name)
    return _time(record) if name == "created_at" else "" if value is None else str(value)


_WRITERS: Final[dict[Format, Callable[[Iterable[PushRecord], TextIO], None]]] = {
    Format.JSON: _write_json,
    Format.NDJSON: _write_ndjson,
    Format.CSV: _write_csv,
    Format.EXCEL: _write_excel,
}


def _time(record: PushRecord) -> str:
    """Return the time of a record in UTC, or its number if it is after the year 9999."""
    try:
        return record.created_at_datetime.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return str(record.created_at)
