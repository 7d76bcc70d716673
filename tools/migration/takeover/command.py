"""`python -m tools.migration takeover`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from tools.migration import aws
from tools.migration.command import MisuseError, Outcome, Report, end, identifier
from tools.migration.takeover.api import CallersApi
from tools.migration.takeover.finding import Finding, Kind, Takeover
from tools.migration.takeover.resources import Account

IMPORTS: Final = "takeover.tf"
VARIABLES: Final = "takeover.auto.tfvars.json"
_HEAD: Final = (
    "# Written by `python -m tools.migration takeover`: what Terraform takes over. Delete it after the apply.\n"
)


@dataclass(frozen=True, kw_only=True)
class Found(Report):
    """All findings, and the files that were written."""

    findings: Sequence[Finding]
    written: Sequence[str] = ()

    def outcome(self) -> Outcome:
        """Return the exit code."""
        return Outcome.FINDING if any(one.kind != Kind.NOTE for one in self.findings) else Outcome.GOOD

    def show(self, console: Console) -> None:
        """Print one line for each finding, those that stop first."""
        for one in sorted(self.findings, key=lambda found: list(Kind).index(found.kind)):
            advice = f"\n         {one.advice}" if one.advice else ""
            line = f"{one.kind:<8} {one.subject}: {one.seen}{advice}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        if self.outcome() == Outcome.FINDING:
            line = "Nothing is written. Remove what stops, and accept what you decide: --accept '<subject>'."
        else:
            line = f"Written: {', '.join(self.written)}. Next: terraform plan, and read-plan."
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def takeover(  # noqa: PLR0913  # an option each
    *,
    api_id: Annotated[str, typer.Option(callback=identifier, help="REST API that callers use.")],
    stage: Annotated[str, typer.Option(help="Stage that callers use.")] = "v1",
    suffix: Annotated[str, typer.Option(help="Ends the names of new functions if the guide's are taken.")] = "-ecs",
    accept: Annotated[list[str] | None, typer.Option(help="Subject of a finding that the owner accepts.")] = None,
    into: Annotated[Path, typer.Option(help="Folder of the Terraform configuration.")] = Path("infra/terraform"),
    region: Annotated[str, typer.Option(help="AWS region.")] = aws.REGION,
    endpoint_url: Annotated[str | None, typer.Option(help="An emulator instead of AWS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Compare the account with the contract, and write what Terraform takes over. It only reads from AWS.

    It stops at each difference that a caller would notice. Run it again after `canary promote`: then it writes what
    hands the API itself over.

    Exit code: 0 both files are written; 1 something stops or has to be decided; 2 not started; 3 an error of AWS.

    Example: python -m tools.migration takeover --api-id a1b2c3d4e5 --accept 'GET /query/user'
    """
    _check_folder(into)
    where = aws.Aws(region, endpoint_url)
    result = Takeover()
    findings = [*CallersApi(where, api_id, stage).compare(result), *Account(where, suffix).find(result)]
    report = Found(findings=_decided(findings, accept or []))
    if report.outcome() == Outcome.GOOD:
        (into / IMPORTS).write_text(_HEAD + "".join(map(_block, sorted(result.imports.items()))), encoding="utf-8")
        (into / VARIABLES).write_text(f"{json.dumps(result.variables, indent=2)}\n", encoding="utf-8")
        report = replace(report, written=[str(into / IMPORTS), str(into / VARIABLES)])
    end(report, as_json=as_json)


def _check_folder(into: Path) -> None:
    """Raise MisuseError if the folder has no Terraform configuration."""
    if not (into / "main.tf").is_file():
        raise MisuseError(f"there is no Terraform configuration in {into}: run it in the repository, or give --into")


def _decided(findings: Sequence[Finding], accepted: Sequence[str]) -> list[Finding]:
    """Turn the findings that the owner accepts into notes; raise MisuseError for an accepted name without one."""
    if unknown := set(accepted) - {one.subject for one in findings}:
        raise MisuseError(f"--accept names no finding: {', '.join(sorted(unknown))}")
    return [
        replace(one, kind=Kind.NOTE, seen=f"{one.seen} (accepted)")
        if one.kind == Kind.DECIDE and one.subject in accepted
        else one
        for one in findings
    ]


def _block(imported: tuple[str, Any]) -> str:
    address, ident = imported
    return f"\nimport {{\n  to = {address}\n  id = {json.dumps(ident)}\n}}\n"
