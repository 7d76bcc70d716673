"""`python -m tools.migration verify`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer
from rich.console import Console

from tools.migration import aws
from tools.migration.backfill.rules import load
from tools.migration.command import Outcome, Report, end
from tools.migration.verify import access, alarms, answers, resources, rows
from tools.migration.verify.check import INSIDE, OUTSIDE, Check, Site, State, Tick, tick

_MARKS: Final = {State.PASSED: "[green]✓[/]", State.FAILED: "[red]✗[/]", State.UNCHECKED: "[yellow]?[/]"}


class Place(StrEnum):
    """Where the command runs."""

    INSIDE = INSIDE
    OUTSIDE = OUTSIDE


@dataclass(frozen=True, kw_only=True)
class Checklist(Report):
    """The results in the order of the guide, and the names of the lines that another place has to check."""

    ticks: Sequence[Tick]
    elsewhere: Sequence[str] = ()

    def outcome(self) -> Outcome:
        """Return the exit code; an unchecked line is not a success."""
        states = {tick.state for tick in self.ticks}
        if State.FAILED in states:
            return Outcome.FINDING
        return Outcome.INCOMPLETE if State.UNCHECKED in states else Outcome.GOOD

    def show(self, console: Console) -> None:
        """Print the report, one line per check, and one line for all that the local stack lacks."""
        lacking = [one.name for one in self.ticks if one.part is not None]
        for one in (one for one in self.ticks if one.part is None):
            console.print(_MARKS[one.state], end=" ")
            advice = f"\n    run: {one.advice}" if one.advice else ""
            console.print(f"{one.name:<32} {one.seen}{advice}", markup=False, highlight=False, soft_wrap=True)
        if lacking:
            console.print(_MARKS[State.UNCHECKED], end=" ")
            console.print(f"{len(lacking)} cannot be checked here: {', '.join(lacking)}", soft_wrap=True)
        if self.elsewhere:
            others = ", ".join(self.elsewhere)
            console.print(f"{len(self.elsewhere)} not asked for, with --from: {others}", soft_wrap=True)
        states = [tick.state for tick in self.ticks]
        console.print(", ".join(f"{states.count(state)} {state}" for state in State))


def verify(  # noqa: PLR0913  # an option each
    *,
    public_url: Annotated[str | None, typer.Option(help="URL of the public API, with its stage.")] = None,
    internal_url: Annotated[str | None, typer.Option(help="URL of the internal API, with its stage.")] = None,
    service_url: Annotated[str | None, typer.Option(help="URL of the internal load balancer.")] = None,
    api_key: Annotated[str | None, typer.Option(envvar="API_KEY", help="Key of the public API.")] = None,
    cluster: Annotated[str, typer.Option(help="ECS cluster.")] = Site.cluster,
    service_name: Annotated[str, typer.Option(help="ECS service.")] = Site.service,
    tasks: Annotated[int, typer.Option(min=1, help="Number of tasks that must run.")] = Site.tasks,
    user_id: Annotated[str, typer.Option(help="A user with rows.")] = Site.user_id,
    marketing_id: Annotated[str, typer.Option(help="A campaign with rows.")] = Site.marketing_id,
    transaction_id: Annotated[str, typer.Option(help="A transaction with failures.")] = Site.transaction_id,
    load_requests: Annotated[int, typer.Option(min=1, help="Queries of the load test.")] = Site.load_requests,
    load_threads: Annotated[int, typer.Option(min=1, max=64, help="Parallel load queries.")] = Site.load_threads,
    max_p99_ms: Annotated[float, typer.Option(help="Target of the response time (p99).")] = Site.max_p99_ms,
    mapping: Annotated[Path | None, typer.Option(help="Rules of the back-fill, .csv or .json.")] = None,
    place: Annotated[Place | None, typer.Option("--from", help="Check only what can be checked from there.")] = None,
    local: Annotated[bool, typer.Option("--local", help="Check the stack of `python -m tools.local`.")] = False,
    region: Annotated[str, typer.Option(help="AWS region.")] = aws.REGION,
    endpoint_url: Annotated[str | None, typer.Option(help="An emulator or the local tables instead of AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Run the guide's checklist: one line per check, and a command to run where a check fails.

    The checks only read. The load test sends queries.

    With --from, only the checks of that place run: "inside" of the VPC are load balancer, internal gateway and tables;
    "outside" are the public gateway, AWS itself and tables. A move needs both.

    Exit code: 0 all checks passed; 1 a check failed; 2 not started; 3 none failed, but some are not possible here.

    Example: python -m tools.migration verify --public-url https://api-id.execute-api.ap-southeast-1.amazonaws.com/v1
    --internal-url https://internal-api-id.execute-api.ap-southeast-1.amazonaws.com/v1
    --service-url http://internal-alb.query-service.local
    """
    with httpx.Client(timeout=30, limits=httpx.Limits(max_connections=load_threads)) as http:
        site = Site(
            aws=aws.Aws(region, endpoint_url),
            http=http,
            public_url=public_url,
            internal_url=internal_url,
            service_url=service_url,
            api_key=api_key,
            cluster=cluster,
            service=service_name,
            tasks=tasks,
            user_id=user_id,
            marketing_id=marketing_id,
            transaction_id=transaction_id,
            load_requests=load_requests,
            load_threads=load_threads,
            max_p99_ms=max_p99_ms,
            rules=load(mapping) if mapping else None,
        )
        checks = checklist(site)
        here = [check for check in checks if None in {place, check.place} or check.place == place]
        ticks = [tick(check, local=local) for check in here]
    elsewhere = [check.name for check in checks if check not in here]
    end(Checklist(ticks=ticks, elsewhere=elsewhere), as_json=as_json)


def checklist(site: Site) -> list[Check]:
    """Return all checks in the order of the guide."""
    return list(chain.from_iterable(part.checks(site) for part in (access, resources, rows, answers, alarms)))
