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
from tools.migration.outcome import Outcome

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
    rows: Mapping[str, int]
    ap_ids: Mapping[str, int]
    seconds: float
    spent: Mapping[str, float]
    unmatched_list: str

    @classmethod
    def of(cls, counts: Counter[str], **fields: Any) -> "Report":  # noqa: ANN401  # the other fields
        """Make a report from the counts."""
        ap_ids = {name.removeprefix("ap_id "): rows for name, rows in sorted(counts.items()) if " " in name}
        return cls(rows={name: counts[name] for name in _WORDS}, ap_ids=ap_ids, **fields)

    def outcome(self) -> Outcome:
        """Return the exit code."""
        if not self.whole or self.rows["changed"]:
            return Outcome.INCOMPLETE
        return Outcome.FINDING if self.rows["unmatched"] else Outcome.GOOD

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {**asdict(self), "outcome": self.outcome().name.lower()}

    def show(self, console: Console) -> None:
        """Print the report."""
        title = f"{self.table}{' (dry run: nothing was written)' if self.dry_run else ''}"
        grid = Grid(title=title, title_justify="left", show_header=False, box=None)
        for name, words in _WORDS.items():
            grid.add_row(words, f"{self.rows[name]:,}")
        for ap_id, rows in self.ap_ids.items():
            grid.add_row(f"  {ap_id}", f"{rows:,}")
        console.print(grid, markup=False)
        units = ", ".join(f"{self.spent.get(name, 0):,.0f} {name}" for name in ("read_units", "write_units", "retries"))
        console.print(f"{self.seconds:,.1f} s, {units}", markup=False)
        self._show_unmatched(console)
        if not self.whole:
            console.print("Stopped before the end; run the same command again and it goes on from here.")

    def _show_unmatched(self, console: Console) -> None:
        if not self.rows["unmatched"]:
            return
        console.print(f"Rows that no rule matches are listed in {self.unmatched_list}:", markup=False)
        with Path(self.unmatched_list).open(encoding="utf-8") as lines:
            for line in islice(lines, _SHOWN_UNMATCHED):
                console.print(f"  {line.rstrip()}", markup=False, highlight=False)


@contextmanager
def progress_bar(title: str, *, rows: int, done: int, console: Console) -> Iterator[run.Progress]:
    """Give a function that updates a bar with rows, rate and remaining time. Without a terminal it does nothing.

    `rows` is DynamoDB's own count, up to six hours old; `done` is the number of rows that earlier runs read.
    """
    if not console.is_terminal:
        yield lambda _counted: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows, {task.fields[rate]:,.0f}/s,"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[written]:,} written"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=max(rows, done), completed=done, rate=0.0, written=0)

        def counted(counts: Counter[str]) -> None:
            bar = progress.tasks[task]
            completed = bar.completed + counts["scanned"]
            rate = (completed - done) / bar.elapsed if bar.elapsed else 0.0
            written = bar.fields["written"] + counts["written"]
            total = max(rows, int(completed))
            progress.update(task, completed=completed, total=total, rate=rate, written=written)

        yield counted
