"""`python -m tools.migration backfill-ap-id`."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.migration import aws
from tools.migration.backfill import journal, report, rules
from tools.migration.backfill.run import Backfill
from tools.migration.backfill.table import Table, table_client
from tools.migration.budget import Budget
from tools.migration.command import end, stopping


def backfill_ap_id(  # noqa: PLR0913  # an option each
    table: Annotated[str, typer.Argument(help="command-records or notification-records.")],
    *,
    mapping: Annotated[Path, typer.Option(help="Rules, .csv or .json: transaction, prefix, campaign, default.")],
    read_capacity: Annotated[float, typer.Option(min=0.1, help="Read units per second.")] = 100,
    write_capacity: Annotated[float, typer.Option(min=0.1, help="Write units per second, indexes included.")] = 100,
    segments: Annotated[int, typer.Option(min=1, max=64, help="Segments processed in parallel.")] = 8,
    page_rows: Annotated[int, typer.Option(min=1, help="Rows per read.")] = 500,
    checkpoint: Annotated[Path | None, typer.Option(help="Default: backfill-TABLE.checkpoint.json.")] = None,
    unmatched: Annotated[Path | None, typer.Option(help="Default: backfill-TABLE.unmatched.ndjson.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Ignore the checkpoint, and start again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count; write nothing to the table.")] = False,
    region: Annotated[str, typer.Option(help="Region of the table.")] = aws.REGION,
    endpoint_url: Annotated[str | None, typer.Option(help="A local engine instead of AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Add ap_id to the rows of TABLE that have none. Other attributes never change.

    The command can be stopped or killed at any time; the same command continues from its checkpoint file. Rows without
    a rule are listed in the unmatched file. At the end, repeat the command until it writes nothing, because old writers
    may have added rows in the meantime.

    Exit code: 0 every row read has an ap_id; 1 no rule matches some rows; 2 not started; 3 stopped before the end.

    Example: python -m tools.migration backfill-ap-id notification-records --mapping ap-ids.csv --write-capacity 200
    """
    known = rules.load(mapping)
    target = Table(table_client(aws.Aws(region, endpoint_url), segments), table)
    kept = checkpoint or Path(f"backfill-{table}.checkpoint.json")
    listed = unmatched or Path(f"backfill-{table}.{'dry-run' if dry_run else 'unmatched'}.ndjson")
    begun, whole, problem = time.monotonic(), False, None
    with journal.alone(kept), stopping() as stop:
        if restart and not dry_run:
            kept.unlink(missing_ok=True)
        identity = f"{target.identity} {known.digest()}"
        progress = journal.Journal(listed, identity, segments=segments, checkpoint=None if dry_run else kept)
        work = Backfill(
            table=target,
            rules=known,
            journal=progress,
            reads=Budget(read_capacity, sleep=stop.wait),
            writes=Budget(write_capacity, sleep=stop.wait),
            page_rows=page_rows,
            dry_run=dry_run,
        )
        done, console = progress.counts["scanned"], Console(stderr=True)
        try:
            with report.progress_bar(table, rows=target.row_count, done=done, console=console) as moved:
                whole = work.run(stop, moved)
        except aws.ERRORS as exc:
            problem = exc
        finally:
            progress.close(whole=whole)
    result = report.Report(
        table=table,
        dry_run=dry_run,
        resumed=progress.resumed,
        whole=whole,
        counts=progress.counts,
        seconds=time.monotonic() - begun,
        spent=dict(work.spent),
        unmatched_list=str(listed),
    )
    end(result, as_json=as_json, problem=problem)
