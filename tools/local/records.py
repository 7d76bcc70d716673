"""Loads a user's own NDJSON file of notification records into the table, and says what became of its lines."""

import gzip
import io
import sqlite3
import sys
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from tools.local.ndjson import Refusal, Row, read_records
from tools.local.progress import progress_bar
from tools.local.row_table import BATCH_ROWS, Key, RowTable, batched, key

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_REASONS_KEPT: Final = 20
_BUFFER_BYTES: Final = 64 * 1024


@dataclass
class Summary:
    """What became of a file: rows loaded, lines refused, and the first reasons in the order of the lines."""

    loaded: int = 0
    refused: int = 0
    reasons: list[Refusal] = field(default_factory=list)

    def refuse(self, refusal: Refusal) -> None:
        """Count a refused line; only the first reasons are kept, so that a bad file of any length fits."""
        self.refused += 1
        insort(self.reasons, refusal, key=lambda kept: kept.line)
        del self.reasons[_REASONS_KEPT:]

    def lines(self) -> Iterator[str]:
        """Yield the summary as lines to print: at most 20 reasons, then how many are not shown."""
        yield f"{self.loaded:,} rows loaded, {self.refused:,} lines refused"
        for refusal in self.reasons:
            yield f"line {refusal.line}: {refusal.reason}"
        if self.refused > len(self.reasons):
            yield f"and {self.refused - len(self.reasons):,} more lines"


def load_file(table: RowTable, path: Path, *, stderr: TextIO | None = None) -> Summary:
    """Load an NDJSON file, gzipped if its name ends in .gz, and show how far it is where stderr is a terminal.

    A line that is no record, has the key of an earlier line or the key of a row in the table is refused: nothing is
    overwritten, so loading a file twice refuses all of it. Reads and writes as it goes, whatever the file's length.
    Raises OSError if the file cannot be read, ThrottledError if the table does not take the rows.
    """
    summary = Summary()
    with path.open("rb", buffering=0) as file, closing(_SeenKeys()) as seen:
        counted = _Counted(file)
        buffered = io.BufferedReader(counted, _BUFFER_BYTES)
        lines = gzip.GzipFile(fileobj=buffered) if path.suffix.lower() == ".gz" else buffered
        with progress_bar(path.name, path.stat().st_size or None, stderr=stderr or sys.stderr) as report:
            for batch in batched(_unique(read_records(lines), seen, summary=summary), BATCH_ROWS):
                _load_batch(table, batch, summary=summary)
                report(counted.bytes_read, summary.loaded)
    return summary


def _unique(
    records: Iterable[tuple[int, Row] | Refusal], seen: "_SeenKeys", *, summary: Summary
) -> Iterator[tuple[int, Row]]:
    for record in records:
        if isinstance(record, Refusal):
            summary.refuse(record)
            continue
        number, row = record
        earlier = seen.earlier_line(key(row), number)
        if earlier is None:
            yield number, row
        else:
            summary.refuse(Refusal(number, f"has the user_id and created_at of line {earlier}, which is kept"))


def _load_batch(table: RowTable, batch: Sequence[tuple[int, Row]], *, summary: Summary) -> None:
    stored = table.stored(key(row) for _, row in batch)
    for number, row in batch:
        if key(row) in stored:
            summary.refuse(Refusal(number, "has the user_id and created_at of a row in the table, which is kept"))
    summary.loaded += table.write(row for _, row in batch if key(row) not in stored)


class _SeenKeys:
    """Which line had a key first, in a temporary database of SQLite's, so that memory stays flat."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(
            "CREATE TABLE seen (user_id TEXT, created_at TEXT, line INTEGER, PRIMARY KEY (user_id, created_at))"
            " WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def earlier_line(self, key: Key, line: int) -> int | None:
        """Return the line that had the key before, or remember that this one has it."""
        added = self._database.execute("INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (*key, line))
        if added.rowcount:
            return None
        found = self._database.execute("SELECT line FROM seen WHERE user_id = ? AND created_at = ?", key)
        earlier: int = found.fetchone()[0]
        return earlier

    def close(self) -> None:
        """Drop the database and its file."""
        self._database.close()


class _Counted(io.RawIOBase):
    """A file that counts the bytes read from it, since a pipe cannot tell where it is."""

    def __init__(self, file: io.RawIOBase) -> None:
        super().__init__()
        self._file = file
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        size = self._file.readinto(buffer)
        self.bytes_read += size or 0
        return size
