"""Output formats: a table for people, JSON and NDJSON for programs, CSV for spreadsheets."""

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, TextIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..models.push_record import PushRecord

_FIELDS: Final = PushRecord.__struct_fields__
# A spreadsheet takes a cell that starts like this for a formula (OWASP, CSV injection); the wide forms are East Asian.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_FORMULA_TOO: Final = ("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
# Excel makes numbers and dates of such ids, and drops zeros and digits. In ="..." it takes them as text.
_CONVERTED: Final = re.compile(r"(?=.*\d)[0-9A-Za-z .,:/+-]{1,255}")
_IDS: Final = [name for name in _FIELDS if name.endswith("_id")]
# Controls (C0, DEL, C1), line and paragraph separators, and the bidirectional embeddings, overrides and isolates: a
# terminal would act on them, or show text in another order. Spaces, joiners and marks of languages are not among them.
_ACTING: Final = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_ACTS: Final = re.compile(f"[{_ACTING}]")
_ACTS_BUT_LAYOUT: Final = re.compile(f"(?![\t\n\r])[{_ACTING}]")
_COLOURS: Final = {"FAILED": "red", "DELIVERED": "green"}
_NARROW: Final = ("created_at", "platform", "status")
_WIDTH_OF_A_FILE: Final = 240


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
    """Write records to standard output."""
    out: TextIO = sys.stdout
    if form is Format.TABLE:
        _write_table(list(records), out)
    else:
        _as_utf8(out)
        _WRITERS[form](records, out)
    out.flush()


def _as_utf8(out: TextIO) -> None:
    """Make output for programs independent of the console's encoding."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", newline="\n")


def printable(text: str) -> str:
    r"""Return text that a terminal only displays: characters that act on it are written as \x1b or \u202e."""
    return _ACTS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _as_json(encoded: bytes) -> str:
    r"""Return JSON in which characters that act on a terminal are written as \u001b, which is the same JSON."""
    return _ACTS_BUT_LAYOUT.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode())


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
    text = printable(text) if to_terminal else _ACTS_BUT_LAYOUT.sub("", text)
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


def _write_table(records: list[PushRecord], out: TextIO) -> None:
    if not records:
        return
    to_terminal = out.isatty()
    console = Console(file=out, force_terminal=to_terminal, width=None if to_terminal else _WIDTH_OF_A_FILE)
    table = Table(box=None, pad_edge=False)
    names = [name for name in _FIELDS if any(getattr(record, name) not in {None, ""} for record in records)]
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in _NARROW)
    for record in records:
        table.add_row(*(Text(printable(_text(name, record)), _style(name, record)) for name in names))
    console.print(table)


def _style(name: str, record: PushRecord) -> str:
    return _COLOURS.get(record.status or "", "") if name == "status" else ""
