"""`python -m tools.migration parity`: the command and its report."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from rich.bar import Bar
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tools.migration import aws
from tools.migration.command import Budget, MisuseError, Outcome, Report, end, stopping
from tools.migration.parity.asking import Side
from tools.migration.parity.compare import ABSENT, IGNORED
from tools.migration.parity.queries import Query, from_access_log, from_file, from_table
from tools.migration.parity.run import Parity, Result, Verdict, percentiles

_SHOWN_QUERIES: Final = 20
_SHOWN_DIFFERENCES: Final = 5


@dataclass(frozen=True, kw_only=True)
class ParityReport(Report):
    """The result of a comparison; `asked` is the number of queries to send, `max_p99_ms` the highest acceptable p99."""

    results: Sequence[Result]
    asked: int
    max_p99_ms: float | None

    @property
    def unequal(self) -> list[Result]:
        """The results whose answers are not equal."""
        return [result for result in self.results if result.verdict is not Verdict.EQUAL]

    def verdicts(self) -> dict[str, int]:
        """Return the number of queries by verdict."""
        found = [result.verdict for result in self.results]
        return {str(verdict): found.count(verdict) for verdict in Verdict}

    def latency(self) -> dict[str, dict[str, float]]:
        """Return milliseconds by side and percentile."""
        old = percentiles([result.old_seconds for result in self.results if result.old_seconds is not None])
        new = percentiles([result.new_seconds for result in self.results if result.new_seconds is not None])
        return {"old": old, "new": new}

    def is_slow(self) -> bool:
        """Return whether the new side exceeds the acceptable p99."""
        return self.max_p99_ms is not None and self.latency()["new"].get("p99", 0.0) > self.max_p99_ms

    def outcome(self) -> Outcome:
        """Return whether the move is safe, which is unknown unless each query was sent and most have rows."""
        if self.unequal or self.is_slow():
            return Outcome.FINDING
        asked_all = self.results and len(self.results) == self.asked
        return Outcome.GOOD if asked_all and 2 * self.with_rows > self.asked else Outcome.INCOMPLETE

    @property
    def with_rows(self) -> int:
        """The number of queries that both sides answered with rows."""
        return sum(result.has_rows for result in self.results)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            **self.verdicts(),
            "with_rows": self.with_rows,
            "latency_ms": self.latency(),
            "not_equal": [
                {
                    "verdict": result.verdict,
                    **asdict(result.query),
                    "failures": result.failures,
                    # A difference has no field for an absent side.
                    "differences": [
                        {name: value for name, value in vars(difference).items() if value is not ABSENT}
                        for difference in result.differences
                    ],
                }
                for result in self.unequal
            ],
        }

    def show(self, console: Console) -> None:
        """Print the unequal answers first, and whether the move is safe last."""
        for result in self.unequal[:_SHOWN_QUERIES]:
            lines = [f"{result.verdict} {result.query}", *result.failures, *map(str, result.differences)]
            shown = 1 + len(result.failures) + _SHOWN_DIFFERENCES
            lines[shown:] = [f"and {len(lines) - shown} more"] if len(lines) > shown else []
            console.print("\n  ".join(lines), markup=False, highlight=False, soft_wrap=True)
        if len(self.unequal) > _SHOWN_QUERIES:
            console.print(f"and {len(self.unequal) - _SHOWN_QUERIES} queries more; --json lists all")
        console.print(_chart(**self.latency()))
        verdicts = ", ".join(f"{count:,} {verdict}" for verdict, count in self.verdicts().items())
        console.print(f"{verdicts}; {self.with_rows:,} of {self.asked:,} with rows on both sides")
        reason = "see above" if self.unequal else f"the new side's p99 is over {self.max_p99_ms} ms"
        conclusions = {Outcome.GOOD: "Safe: both sides answer alike.", Outcome.FINDING: f"Not safe: {reason}."}
        asked_all = self.results and len(self.results) == self.asked
        lack = "most queries have no rows; ask for ids that have" if asked_all else "not every query was asked"
        console.print(conclusions.get(self.outcome(), f"Nothing is proven: {lack}."))


def _chart(old: dict[str, float], new: dict[str, float]) -> Table:
    """Draw a bar for each percentile and side; the longest has full width."""
    longest = max((*old.values(), *new.values()), default=0.0) or 1
    grid = Table.grid(padding=(0, 1))
    for name in old if new else ():
        for label, side, values, color in ((name, "old", old, "cyan"), ("", "new", new, "green")):
            bar = Bar(longest, 0, values[name], width=40, color=color)
            grid.add_row(label, side, f"{values[name]:,.1f} ms", bar)
    return grid


def parity(  # noqa: PLR0913  # an option each
    *,
    old: Annotated[str, typer.Option(help="URL of the service before the move, with its stage if it has one.")],
    new: Annotated[str, typer.Option(help="URL of the service after the move, with its stage.")],
    queries: Annotated[Path | None, typer.Option(help='File: one {"path": ..., "body": {...}} per line.')] = None,
    access_log: Annotated[Path | None, typer.Option(help="Access log to take the queries from.")] = None,
    table: Annotated[str | None, typer.Option(help="Table to sample queries from: notification-records.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="Maximum number of queries.")] = 1000,
    seed: Annotated[int, typer.Option(help="Another seed selects other rows of the table.")] = 1,
    rate: Annotated[float, typer.Option(min=0.1, help="Requests per second to each side, pages included.")] = 20,
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

    Exit code: 0 safe, all answers are equal; 1 not safe; 2 not started; 3 not every query was sent, or most have no
    rows.

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
        paces = [Budget(rate, sleep=stop.wait) for _ in clients]
        work = Parity(
            old=Side(name="old", client=clients[0], pace=paces[0], fail_path=old_fail_path, pages=old_paging),
            new=Side(name="new", client=clients[1], pace=paces[1]),
            threads=threads,
            rows=rows,
            confirm=confirm,
            ignored={*IGNORED, *(ignore or ())},
        )
        console = Console(stderr=True)
        bar = running.enter_context(Progress(console=console, disable=not console.is_terminal))
        task = bar.add_task("queries", total=len(asked))
        results = work.run(asked, stop, lambda _result: bar.advance(task))
    end(ParityReport(results=results, asked=len(asked), max_p99_ms=max_p99_ms), as_json=as_json)


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
