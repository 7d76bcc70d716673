"""`python -m tools.migration import-contract`."""

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console

from tools.migration import aws
from tools.migration.importing.gateway import Imported, Importer
from tools.migration.importing.render import render
from tools.migration.outcome import Outcome
from tools.migration.output import end


class Contract(Enum):
    """The two contracts."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class Report:
    """The result of the command; in a dry run, of the planned steps."""

    contract: str
    dry_run: bool
    imported: Imported
    invoke_url: str | None

    def outcome(self) -> Outcome:
        """Return the exit code; warnings and open steps are findings."""
        return Outcome.FINDING if self.imported.warnings or self.imported.notes else Outcome.GOOD

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        fields = asdict(self)
        return {**fields.pop("imported"), **fields, "outcome": self.outcome().name.lower()}

    def show(self, console: Console) -> None:
        """Print the report; the last line is the invoke URL alone."""
        would = "would be " if self.dry_run else ""
        name = f"{self.contract} API {self.imported.api_id or ''}".rstrip()
        console.print(f"{name}: {would if self.imported.done != 'unchanged' else ''}{self.imported.done}", markup=False)
        for warning in self.imported.warnings:
            console.print(f"importer warning: {warning}", markup=False)
        for note in self.imported.notes:
            console.print(note, markup=False)
        if self.imported.warnings and not self.imported.deployed:
            console.print("Not deployed. Correct the contract, or give --accept-warnings.")
        if self.invoke_url:
            console.print(self.invoke_url, markup=False, soft_wrap=True)


def import_contract(  # noqa: PLR0913  # an option each
    contract: Annotated[Contract, typer.Argument(help="Which contract.")],
    *,
    account_id: Annotated[
        str | None, typer.Option(help="Account of the functions; by default that of the credentials.")
    ] = None,
    task_role_arn: Annotated[str | None, typer.Option(help="Role that may call the internal API.")] = None,
    vpc_endpoint_id: Annotated[str | None, typer.Option(help="VPC endpoint of the internal API.")] = None,
    api_id: Annotated[
        str | None, typer.Option(help="API to update; by default the one with the contract's title.")
    ] = None,
    stage: Annotated[str, typer.Option(help="Stage to deploy.")] = "v1",
    accept_warnings: Annotated[bool, typer.Option("--accept-warnings", help="Deploy in spite of warnings.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Import and deploy even if nothing has changed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the planned steps, and change nothing.")] = False,
    region: Annotated[str, typer.Option(help="Region of the API.")] = aws.REGION,
    endpoint_url: Annotated[str | None, typer.Option(help="An emulator instead of AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import a contract into API Gateway, or update the existing API, and deploy its stage.

    If the stage already has this contract, nothing changes, so the command can be repeated.

    Exit code: 0 the stage has the contract; 1 warnings, or open steps; 2 not started; 3 stopped by an error of AWS.

    Example: python -m tools.migration import-contract internal --task-role-arn
    arn:aws:iam::123456789012:role/query-service-task --vpc-endpoint-id vpce-0abc
    """
    where = aws.Aws(region, endpoint_url)
    account = account_id or str(where.client("sts").get_caller_identity()["Account"])
    rendered = render(
        contract.value,
        {
            "aws_region": region,
            "aws_account_id": account,
            "task_role_arn": task_role_arn,
            "vpc_endpoint_id": vpc_endpoint_id,
        },
    )
    importer = Importer(where, rendered, stage=stage, account_id=account)
    found = api_id or importer.find()
    if found is not None and not force and importer.is_deployed(found):
        imported = Imported(api_id=found, done="unchanged", warnings=[], deployed=True, notes=[])
    elif dry_run:
        done = "created" if found is None else "updated"
        imported = Imported(api_id=found, done=done, warnings=[], deployed=False, notes=[])
    else:
        imported = importer.run(found, accept_warnings=accept_warnings)
    url = f"https://{imported.api_id}.execute-api.{region}.amazonaws.com/{stage}" if imported.deployed else None
    end(Report(contract=contract.value, dry_run=dry_run, imported=imported, invoke_url=url), as_json=as_json)
