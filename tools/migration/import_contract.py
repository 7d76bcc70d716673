"""`python -m tools.migration import-contract`: imports a contract into API Gateway, for teams without Terraform."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Final

import typer
from rich.console import Console

from tools.contract.bundle import import_copy, operations
from tools.migration import aws
from tools.migration.command import MisuseError, Outcome, Report, end

_PLACEHOLDER: Final = re.compile(r"\$\{([a-z_]+)\}")
_FUNCTION: Final = re.compile(r":function:([A-Za-z0-9_-]+)/invocations$")


class Contract(Enum):
    """The two contracts."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A document to import, and the values that the import needs from it."""

    name: str
    body: bytes
    title: str
    function_name: str
    is_private: bool

    @property
    def description(self) -> str:
        """The description of a deployment. It identifies the document, so that no document is deployed twice."""
        return f"contract sha256:{hashlib.sha256(self.body).hexdigest()}"


def render(name: str, values: Mapping[str, str | None]) -> Rendered:
    """Return the contract `name` with its placeholders filled; MisuseError names those without a value."""
    text = json.dumps(import_copy(name), ensure_ascii=False, sort_keys=True)
    missing = sorted({found for found in _PLACEHOLDER.findall(text) if not values.get(found)})
    if missing:
        options = ", ".join(f"--{placeholder.removeprefix('aws_').replace('_', '-')}" for placeholder in missing)
        raise MisuseError(f"the {name} contract needs {options}")
    filled = _PLACEHOLDER.sub(lambda found: json.dumps(values[found[1]])[1:-1], text)
    document = json.loads(filled)
    uris = {operation["x-amazon-apigateway-integration"].get("uri", "") for operation in operations(document).values()}
    (function,) = {found[1] for uri in uris if (found := _FUNCTION.search(uri))}
    endpoints = [server.get("x-amazon-apigateway-endpoint-configuration", {}) for server in document["servers"]]
    return Rendered(
        name=name,
        body=filled.encode(),
        title=document["info"]["title"],
        function_name=function,
        is_private=any(endpoint.get("vpcEndpointIds") for endpoint in endpoints),
    )


@dataclass(frozen=True, kw_only=True)
class ImportReport(Report):
    """The result of an import, or its planned steps; `done` is created, updated or unchanged."""

    contract: str
    api_id: str | None
    done: str
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    deployed: bool = False
    dry_run: bool = False
    invoke_url: str | None = None

    def outcome(self) -> Outcome:
        """Return the exit code; warnings and open steps are findings."""
        return Outcome.FINDING if self.warnings or self.notes else Outcome.GOOD

    def show(self, console: Console) -> None:
        """Print the report; the last line is the invoke URL alone."""
        would = "would be " if self.dry_run and self.done != "unchanged" else ""
        lines = [f"{self.contract} API {self.api_id or ''}".rstrip() + f": {would}{self.done}"]
        lines += [*(f"importer warning: {warning}" for warning in self.warnings), *self.notes]
        if self.warnings and not self.deployed:
            lines.append("Not deployed. Correct the contract, or give --accept-warnings.")
        for line in filter(None, (*lines, self.invoke_url)):
            console.print(line, markup=False, soft_wrap=True)


class Importer:
    """Imports one contract; `account_id` is the account of its function."""

    def __init__(self, where: aws.Aws, rendered: Rendered, *, stage: str, account_id: str) -> None:
        self._gateway = where.client("apigateway")
        self._function = where.client("lambda")
        self._rendered = rendered
        self._stage = stage
        self._source = f"arn:aws:execute-api:{where.region}:{account_id}"

    def find(self) -> str | None:
        """Return the id of the API with the contract's title, or None; raise MisuseError if there are several."""
        title = self._rendered.title
        ids = [api["id"] for api in aws.items(self._gateway, "get_rest_apis", "items") if api["name"] == title]
        if len(ids) > 1:
            raise MisuseError(f"{len(ids)} APIs are named {title!r} ({', '.join(ids)}): give --api-id")
        return ids[0] if ids else None

    def is_deployed(self, api_id: str) -> bool:
        """Return whether the stage was deployed from the same document."""
        try:
            stage = self._gateway.get_stage(restApiId=api_id, stageName=self._stage)
            deployment = self._gateway.get_deployment(restApiId=api_id, deploymentId=stage["deploymentId"])
        except self._gateway.exceptions.NotFoundException:
            return False
        return bool(deployment.get("description") == self._rendered.description)

    def run(self, api_id: str | None, *, accept_warnings: bool) -> ImportReport:
        """Import the document, permit the API to call its function, and deploy the stage if there are no warnings."""
        document = {"failOnWarnings": False, "body": self._rendered.body}
        if api_id is None:
            parameters = {"endpointConfigurationTypes": "PRIVATE" if self._rendered.is_private else "REGIONAL"}
            answer = self._gateway.import_rest_api(**document, parameters=parameters)
        else:
            answer = self._gateway.put_rest_api(**document, restApiId=api_id, mode="overwrite")
        done = ImportReport(
            contract=self._rendered.name,
            api_id=answer["id"],
            done="created" if api_id is None else "updated",
            warnings=tuple(answer.get("warnings", ())),
            notes=self._allow(answer["id"]),
        )
        if done.warnings and not accept_warnings:
            return done
        description = self._rendered.description
        self._gateway.create_deployment(restApiId=done.api_id, stageName=self._stage, description=description)
        return replace(done, deployed=True)

    def _allow(self, api_id: str) -> tuple[str, ...]:
        """Permit the API to call its function; return the steps that remain."""
        name, statement = self._rendered.function_name, f"Allow-{self._stage}-{api_id}"
        try:
            policy = json.loads(self._function.get_policy(FunctionName=name)["Policy"])
            if any(known.get("Sid") == statement for known in policy["Statement"]):
                return ()
        except self._function.exceptions.ResourceNotFoundException:
            pass  # the function has no policy yet, or does not exist
        try:
            self._function.add_permission(
                FunctionName=name,
                StatementId=statement,
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=f"{self._source}:{api_id}/{self._stage}/*",
            )
        except self._function.exceptions.ResourceNotFoundException:
            return (f"the function {name} does not exist yet: create it, and repeat this command with --force",)
        return ()


def import_contract(  # noqa: PLR0913  # an option each
    contract: Annotated[Contract, typer.Argument(help="Which contract.")],
    *,
    account_id: Annotated[str | None, typer.Option(help="Account of the functions; default: the caller's.")] = None,
    task_role_arn: Annotated[str | None, typer.Option(help="Role that may call the internal API.")] = None,
    vpc_endpoint_id: Annotated[str | None, typer.Option(help="VPC endpoint of the internal API.")] = None,
    api_id: Annotated[str | None, typer.Option(help="API to update; default: the one with the title.")] = None,
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
    values = {"task_role_arn": task_role_arn, "vpc_endpoint_id": vpc_endpoint_id}
    rendered = render(contract.value, {"aws_region": region, "aws_account_id": account, **values})
    importer = Importer(where, rendered, stage=stage, account_id=account)
    found = api_id or importer.find()
    if found is not None and not force and importer.is_deployed(found):
        report = ImportReport(contract=contract.value, api_id=found, done="unchanged", deployed=True)
    elif dry_run:
        done = "created" if found is None else "updated"
        report = ImportReport(contract=contract.value, api_id=found, done=done)
    else:
        report = importer.run(found, accept_warnings=accept_warnings)
    url = f"https://{report.api_id}.execute-api.{region}.amazonaws.com/{stage}" if report.deployed else None
    end(replace(report, dry_run=dry_run, invoke_url=url), as_json=as_json)
