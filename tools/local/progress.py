"""Shows on a terminal how far a file of records is read; writes nothing where nobody looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

# Called with the bytes read so far and the rows loaded so far.
Report = Callable[[int, int], None]


@contextmanager
def progress_bar(title: str, total_bytes: int | None, *, stderr: TextIO) -> Iterator[Report]:
    """Give a function that moves a bar of bytes, rows and rows per second; without a terminal it does nothing.

    `total_bytes` is None where the size is not known beforehand, as of a pipe.
    """
    if not stderr.isatty():
        yield lambda _bytes_read, _rows: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stderr)) as progress:
        task = progress.add_task(title, total=total_bytes, rows=0, rate=0.0)

        def report(bytes_read: int, rows: int) -> None:
            elapsed = progress.tasks[task].elapsed or 0.0
            progress.update(task, completed=bytes_read, rows=rows, rate=rows / elapsed if elapsed else 0.0)

        yield report
