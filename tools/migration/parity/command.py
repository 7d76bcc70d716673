"""`python -m tools.migration parity`."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import Progress

from tools.migration import aws
from tools.migration.budget import Budget
from tools.migration.command import MisuseError, end, stopping
from tools.migration.parity.asking import Side
from tools.migration.parity.compare import IGNORED
from tools.migration.parity.queries import Query, from_access_log, from_file, from_table
from tools.migration.parity.report import Report
from tools.migration.parity.run import Parity


def parity(  # noqa: PLR0913  # an option each
    *,
    old: Annotated[str, typer.Option(help="URL of the service before the move, with its stage if it has one.")],
    new: Annotated[str, typer.Option(help="URL of the service after the move, with its stage.")],
    queries: Annotated[Path | None, typer.Option(help='File: one {"path": ..., "body": {...}} per line.')] = None,
    access_log: Annotated[Path | None, typer.Option(help="Access log to take the queries from.")] = None,
    table: Annotated[str | None, typer.Option(help="Table to sample queries from: notification-records.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="Maximum number of queries.")] = 1000,
    seed: Annotated[int, typer.Option(help="Another seed selects other rows of the table.")] = 1,
    rate: Annotated[float, typer.Option(min=0.1, help="Queries per second to each side.")] = 20,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Parallel queries.")] = 8,
    rows: Annotated[int, typer.Option(min=1, help="Rows to compare; pages are followed until then.")] = 200,
    confirm: Annotated[int, typer.Option(min=0, help="How often a query with unequal answers is repeated.")] = 1,
    ignore: Annotated[list[str] | None, typer.Option(help="Field that may differ; can be repeated.")] = None,
    old_fail_path: Annotated[str | None, typer.Option(help="The old side's path of /query/fail.")] = None,
    old_paging: Annotated[bool, typer.Option(help="Whether the old side returns a next_cursor.")] = True,
    timeout: Annotated[float, typer.Option(min=0.1, help="Timeout of an answer in seconds.")] = 30,
    max_p99_ms: Annotated[float | None, typer.Option(help="Highest acceptable p99 of the new side.")] = None,
    old_api_key: Annotated[str | None, typer.Option(envvar="OLD_API_KEY", help="Key of the old side.")] = None,
    new_api_key: Annotated[str | None, typer.Option(envvar="NEW_API_KEY", help="Key of the new side.")] = None,
    region: Annotated[str, typer.Option(help="Region of the table.")] = aws.REGION,
    endpoint_url: Annotated[str | None, typer.Option(help="A local engine for the table instead of AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Send the same queries to the service before and after the move, and compare the answers field by field.

    The queries come from a file, an access log or the table. They only read.

    Exit code: 0 safe, all answers are equal; 1 not safe; 2 not started; 3 not every query was sent.

    Example: python -m tools.migration parity --old http://query-service.eks.internal --new
    https://api-id.execute-api.ap-southeast-1.amazonaws.com/v1 --table notification-records --ignore ap_id
    """
    asked = _queries(queries, access_log, table=table, sample=sample, seed=seed, where=aws.Aws(region, endpoint_url))
    with ExitStack() as running:
        stop = running.enter_context(stopping())
        clients = [
            running.enter_context(_client(url, key, timeout=timeout, threads=threads))
            for url, key in ((old, old_api_key), (new, new_api_key))
        ]
        work = Parity(
            old=Side(name="old", client=clients[0], fail_path=old_fail_path, pages=old_paging),
            new=Side(name="new", client=clients[1]),
            pace=Budget(rate, sleep=stop.wait),
            threads=threads,
            rows=rows,
            confirm=confirm,
            ignored={*IGNORED, *(ignore or ())},
        )
        console = Console(stderr=True)
        bar = running.enter_context(Progress(console=console, disable=not console.is_terminal))
        task = bar.add_task("queries", total=len(asked))
        results = work.run(asked, stop, lambda _result: bar.advance(task))
    end(Report(results=results, asked=len(asked), max_p99_ms=max_p99_ms), as_json=as_json)


def _queries(
    file: Path | None, log: Path | None, *, table: str | None, sample: int, seed: int, where: aws.Aws
) -> list[Query]:
    """Return the queries of the given source."""
    if sum(source is not None for source in (file, log, table)) != 1:
        raise MisuseError("give one of --queries, --access-log and --table")
    if file is not None:
        return from_file(file)[:sample]
    if table is not None:
        return from_table(where, table, size=sample, seed=seed)
    found, none = from_access_log(log) if log else ([], 0)
    typer.echo(f"{len(found):,} distinct queries; {none:,} lines hold none", err=True)
    return found[:sample]


def _client(url: str, key: str | None, *, timeout: float, threads: int) -> httpx.Client:
    headers = {"x-api-key": key} if key else {}
    limits = httpx.Limits(max_connections=threads, max_keepalive_connections=threads)
    return httpx.Client(base_url=url, headers=headers, timeout=timeout, limits=limits)
