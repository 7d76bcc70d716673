"""`python -m tools.migration canary`: moves callers, share by share, to the contract on the stage that they call."""

from dataclasses import dataclass
from typing import Annotated, Final

import typer
from rich.console import Console

from tools.migration import aws
from tools.migration.canary.stage import CallersStage, State
from tools.migration.command import Outcome, Report, end, identifier

FUNCTION: Final = "query-lambda-ecs"

app = typer.Typer(no_args_is_help=True, help="Move callers, share by share, to the contract on their own stage.")

ApiId = Annotated[str, typer.Option(callback=identifier, help="REST API that callers use.")]
Stage = Annotated[str, typer.Option(help="Stage that callers use.")]
Percent = Annotated[float, typer.Option(min=0, max=100, help="Share of the requests that the canary gets.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and change nothing.")]
Region = Annotated[str, typer.Option(help="Region of the API.")]
Endpoint = Annotated[str | None, typer.Option(help="An emulator instead of AWS.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@dataclass(frozen=True, kw_only=True)
class Change(Report):
    """The action of a command, with the state before and after."""

    done: str
    before: State
    after: State
    dry_run: bool = False

    def outcome(self) -> Outcome:
        """Return the exit code."""
        return Outcome.GOOD

    def show(self, console: Console) -> None:
        """Print the state before and after, and the action."""
        lines = [f"before  {self.before}", f"after   {self.after}", f"{'would ' if self.dry_run else ''}{self.done}"]
        for line in lines:
            console.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def status(*, api_id: ApiId, stage: Stage = "v1", region: Region = aws.REGION, endpoint_url: Endpoint = None) -> None:
    """Print the deployments that the stage serves."""
    typer.echo(CallersStage(aws.Aws(region, endpoint_url), api_id, stage).before)


@app.command()
def start(  # noqa: PLR0913  # an option each
    *,
    api_id: ApiId,
    percent: Percent,
    stage: Stage = "v1",
    function: Annotated[str, typer.Option(help="Function of the new side.")] = FUNCTION,
    merge: Annotated[bool, typer.Option("--merge", help="Keep the methods that the contract lacks.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    region: Region = aws.REGION,
    endpoint_url: Endpoint = None,
    as_json: AsJson = False,
) -> None:
    """Import the contract into the API, and deploy it as a canary. The stage goes on serving its deployment."""
    callers = CallersStage(aws.Aws(region, endpoint_url), api_id, stage)
    callers.check_free()
    contract = callers.prepared(function)
    if not dry_run:
        callers.confirm(f"Send {percent:g} % of the requests of {api_id}/{stage} to {function}?", yes=yes)
        callers.start(contract, percent, "merge" if merge else "overwrite")
    _end(callers, f"deploy the contract as a canary with {percent:g} %", dry_run=dry_run, as_json=as_json)


@app.command("raise")
def raise_share(  # noqa: PLR0913  # an option each
    *,
    api_id: ApiId,
    percent: Percent,
    stage: Stage = "v1",
    yes: Yes = False,
    dry_run: DryRun = False,
    region: Region = aws.REGION,
    endpoint_url: Endpoint = None,
    as_json: AsJson = False,
) -> None:
    """Give the canary another share."""
    callers = CallersStage(aws.Aws(region, endpoint_url), api_id, stage)
    callers.canary()
    if not dry_run:
        callers.confirm(f"Give the canary {percent:g} %?", yes=yes)
        callers.share(percent)
    _end(callers, f"give the canary {percent:g} %", dry_run=dry_run, as_json=as_json)


@app.command()
def promote(  # noqa: PLR0913  # an option each
    *,
    api_id: ApiId,
    stage: Stage = "v1",
    yes: Yes = False,
    dry_run: DryRun = False,
    region: Region = aws.REGION,
    endpoint_url: Endpoint = None,
    as_json: AsJson = False,
) -> None:
    """Send all requests to the canary's deployment, and remove the canary."""
    callers = CallersStage(aws.Aws(region, endpoint_url), api_id, stage)
    callers.check_contract()
    if not dry_run:
        callers.confirm(f"Send all requests of {api_id}/{stage} to {callers.before.canary}?", yes=yes)
        callers.promote()
    done = f"promote the canary; to go back, put deployment {callers.before.deployment} on the stage again"
    _end(callers, done, dry_run=dry_run, as_json=as_json)


@app.command()
def drop(  # noqa: PLR0913  # an option each
    *,
    api_id: ApiId,
    stage: Stage = "v1",
    deployment_id: Annotated[
        str | None, typer.Option(callback=identifier, help="After promotion: the deployment before.")
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    region: Region = aws.REGION,
    endpoint_url: Endpoint = None,
    as_json: AsJson = False,
) -> None:
    """Go back: remove the canary, and import the stage's deployment in place of the contract."""
    callers = CallersStage(aws.Aws(region, endpoint_url), api_id, stage)
    if deployment_id is None:
        callers.canary()
    back = deployment_id or callers.before.deployment
    if not dry_run:
        callers.confirm(f"Send all requests of {api_id}/{stage} to {back}?", yes=yes)
        if callers.before.canary is not None:
            callers.remove()
        if deployment_id is not None:
            callers.go_back(deployment_id)
        callers.restore()
    _end(callers, f"send all requests to {back}, and restore the API's definition", dry_run=dry_run, as_json=as_json)


def _end(callers: CallersStage, done: str, *, dry_run: bool, as_json: bool) -> None:
    end(Change(done=done, before=callers.before, after=callers.state(), dry_run=dry_run), as_json=as_json)
