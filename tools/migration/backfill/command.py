"""`python -m tools.migration backfill-ap-id`: the command, its progress bar and its report."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table as Grid

from tools.migration import aws
from tools.migration.backfill import journal, rules
from tools.migration.backfill.run import Backfill, Moved
from tools.migration.backfill.table import Table, table_client
from tools.migration.command import Budget, Outcome, Report, end, stopping

_SHOWN_UNMATCHED: Final = 10
_WORDS: Final = {
    "scanned": "rows read",
    "written": "given an ap_id",
    "present": "had one",
    "deleted": "deleted meanwhile",
    "changed": "changed again and again: run once more",
    "unusable": "an ap_id that is no text",
    "unmatched": "no rule matches",
}


@dataclass(frozen=True, kw_only=True)
class BackfillReport(Report):
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
        return {name[6:]: self.counts[name] for name in sorted(self.counts) if name.startswith("ap_id ")}

    def outcome(self) -> Outcome:
        """Return the exit code."""
        if not self.whole or self.counts["changed"]:
            return Outcome.INCOMPLETE
        return Outcome.FINDING if self.counts["unmatched"] or self.counts["unusable"] else Outcome.GOOD

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        fields = {name: value for name, value in vars(self).items() if name != "counts"}
        rows = {name: self.counts[name] for name in _WORDS}
        return {**fields, "rows": rows, "ap_ids": self.ap_ids()}

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
        if self.counts["unmatched"] or self.counts["unusable"]:
            console.print(f"Rows that got no ap_id are listed in {self.unmatched_list}:", markup=False)
            with Path(self.unmatched_list).open(encoding="utf-8") as listed:
                for line in islice(listed, _SHOWN_UNMATCHED):
                    console.print(f"  {line.rstrip()}", markup=False, highlight=False)
        if not self.whole:
            console.print("Stopped before the end; run the same command again and it goes on from here.")


@contextmanager
def progress_bar(
    title: str, *, rows: int, done: int, console: Console, seconds_left: Callable[[int, Counter[str]], float]
) -> Iterator[Moved]:
    """Give a function that updates a bar. `rows` is DynamoDB's count, up to six hours old; earlier runs read `done`.

    `seconds_left` estimates the time for a number of rows from the counts so far.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows, {task.fields[written]:,} written, {task.fields[left]} left by the budget"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=max(rows, done), completed=done, written=0, left="?")
        total, lock = Counter[str](), threading.Lock()

        def counted(counts: Counter[str]) -> None:
            with lock:
                total.update(counts)
                completed = done + total["scanned"]
                left = timedelta(seconds=round(seconds_left(max(rows - completed, 0), total)))
                progress.update(
                    task, completed=completed, total=max(rows, completed), written=total["written"], left=left
                )

        yield counted


def backfill_ap_id(  # noqa: PLR0913  # an option each
    table: Annotated[str, typer.Argument(help="command-records or notification-records.")],
    *,
    mapping: Annotated[Path, typer.Option(help="Rules, .csv or .json: transaction, prefix, campaign, default.")],
    read_capacity: Annotated[float, typer.Option(min=0.1, help="Read units per second.")] = 100,
    write_capacity: Annotated[float, typer.Option(min=0.1, help="Write units per second, indexes included.")] = 100,
    segments: Annotated[int, typer.Option(min=1, max=64, help="Segments processed in parallel.")] = 8,
    page_rows: Annotated[int, typer.Option(min=1, help="Rows per read.")] = 500,
    checkpoint: Annotated[Path | None, typer.Option(help="Progress; default: backfill/TABLE.checkpoint.json.")] = None,
    unmatched: Annotated[Path | None, typer.Option(help="Default: backfill/TABLE.unmatched.ndjson.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Ignore the checkpoint, and start again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count; write nothing to the table.")] = False,
    region: Annotated[str, typer.Option(help="Region of the table.")] = aws.REGION,
    endpoint_url: Annotated[str | None, typer.Option(help="A local engine instead of AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Add ap_id to the rows of TABLE that have none. Other attributes never change.

    The command can be stopped or killed at any time; the same command continues from its checkpoint file. Rows without
    a rule, or with an ap_id that is no text, are listed in the unmatched file. At the end, repeat the command until it
    writes nothing, because old writers may have added rows in the meantime.

    Exit code: 0 every row read has an ap_id; 1 some rows got none; 2 not started; 3 stopped before the end.

    Example: python -m tools.migration backfill-ap-id notification-records --mapping ap-ids.csv --write-capacity 200
    """
    known = rules.load(mapping)
    target = Table(table_client(aws.Aws(region, endpoint_url), segments), table)
    folder = journal.private_folder(Path("backfill"))
    kept = checkpoint or folder / f"{table}.checkpoint.json"
    listed = unmatched or folder / f"{table}.{'dry-run' if dry_run else 'unmatched'}.ndjson"
    begun = time.monotonic()
    with journal.alone(kept), stopping() as stop:
        if restart and not dry_run:
            kept.unlink(missing_ok=True)
        identity = f"{target.identity} {known.digest()}"
        progress = journal.Journal(listed, identity, segments=segments, checkpoint=None if dry_run else kept)
        reads, writes = (Budget(capacity, sleep=stop.wait) for capacity in (read_capacity, write_capacity))
        work = Backfill(
            table=target,
            rules=known,
            journal=progress,
            reads=reads,
            writes=writes,
            page_rows=page_rows,
            dry_run=dry_run,
        )
        problem = _work(work, stop)
    report = BackfillReport(
        table=table,
        dry_run=dry_run,
        resumed=progress.resumed,
        whole=progress.is_whole(),
        counts=progress.counts,
        seconds=time.monotonic() - begun,
        spent=work.spent,
        unmatched_list=str(listed),
    )
    end(report, as_json=as_json, problem=problem)


def _work(work: Backfill, stop: threading.Event) -> Exception | None:
    """Run a pass with a progress bar. Return the AWS error that stopped it."""
    rows, done = work.table.row_count, work.journal.counts["scanned"]
    console = Console(stderr=True)
    bar = progress_bar(work.table.name, rows=rows, done=done, console=console, seconds_left=work.seconds_left)
    try:
        with closing(work.journal), bar as moved:
            work.run(stop, moved)
    except aws.ERRORS as exc:
        return exc
    return None
