"""The report of a back-fill as a table or JSON, and its progress bar."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from tools.migration.backfill import run
from tools.migration.command import Outcome

_SHOWN_UNMATCHED: Final = 10
_WORDS: Final = {
    "scanned": "rows read",
    "written": "given an ap_id",
    "present": "had one",
    "deleted": "deleted meanwhile",
    "changed": "changed again and again: run once more",
    "unmatched": "no rule matches",
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """The result of a pass over all of its runs; `seconds` and `spent` cover the last run alone."""

    table: str
    dry_run: bool
    resumed: bool
    whole: bool
    counts: Counter[str]
    seconds: float
    spent: Mapping[str, float]
    unmatched_list: str

    def ap_ids(self) -> dict[str, int]:
        """Return the number of rows written by ap_id."""
        names = sorted(name for name in self.counts if name.startswith("ap_id "))
        return {name.removeprefix("ap_id "): self.counts[name] for name in names}

    def outcome(self) -> Outcome:
        """Return the exit code."""
        if not self.whole or self.counts["changed"]:
            return Outcome.INCOMPLETE
        return Outcome.FINDING if self.counts["unmatched"] else Outcome.GOOD

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        fields = {name: value for name, value in asdict(self).items() if name != "counts"}
        rows = {name: self.counts[name] for name in _WORDS}
        return {**fields, "rows": rows, "ap_ids": self.ap_ids(), "outcome": self.outcome().name.lower()}

    def show(self, console: Console) -> None:
        """Print the report."""
        title = f"{self.table}{' (dry run: nothing was written)' if self.dry_run else ''}"
        grid = Grid(title=title, title_justify="left", show_header=False, box=None)
        lines = {words: self.counts[name] for name, words in _WORDS.items()}
        for words, rows in (*lines.items(), *((f"  {ap_id}", rows) for ap_id, rows in self.ap_ids().items())):
            grid.add_row(words, f"{rows:,}")
        console.print(grid, markup=False)
        units = ", ".join(f"{self.spent.get(name, 0):,.0f} {name}" for name in ("read_units", "write_units", "retries"))
        console.print(f"{self.seconds:,.1f} s, {units}", markup=False)
        if self.counts["unmatched"]:
            console.print(f"Rows that no rule matches are listed in {self.unmatched_list}:", markup=False)
            with Path(self.unmatched_list).open(encoding="utf-8") as listed:
                for line in islice(listed, _SHOWN_UNMATCHED):
                    console.print(f"  {line.rstrip()}", markup=False, highlight=False)
        if not self.whole:
            console.print("Stopped before the end; run the same command again and it goes on from here.")


@contextmanager
def progress_bar(title: str, *, rows: int, done: int, console: Console) -> Iterator[run.Progress]:
    """Give a function that updates a bar with rows, rate and remaining time. Without a terminal it prints nothing.

    `rows` is DynamoDB's own count, up to six hours old; `done` is the number of rows that earlier runs read.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows, {task.fields[rate]:,.0f}/s,"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[written]:,} written"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=max(rows, done), completed=done, rate=0.0, written=0)

        def counted(counts: Counter[str]) -> None:
            bar = progress.tasks[task]
            completed, written = int(bar.completed) + counts["scanned"], bar.fields["written"] + counts["written"]
            rate = (completed - done) / bar.elapsed if bar.elapsed else 0.0
            progress.update(task, completed=completed, total=max(rows, completed), rate=rate, written=written)

        yield counted
