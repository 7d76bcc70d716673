"""The stage that callers use, and its canary; docs/adr/0009 has the design and AWS's pages."""

import fnmatch
import json
import sys
from dataclasses import dataclass
from typing import Any, Final, Literal

import typer

from tools.migration import aws
from tools.migration.command import MisuseError
from tools.migration.import_contract import Rendered, render

_OURS: Final = "contract sha256:"


@dataclass(frozen=True)
class State:
    """The state of a stage: its deployment, and its canary's with the share in percent."""

    deployment: str
    canary: str | None = None
    percent: float = 0

    def __str__(self) -> str:
        """Return one line for an operator."""
        if self.canary is None:
            return f"deployment {self.deployment} serves all requests; no canary"
        rest = 100 - self.percent
        return f"deployment {self.deployment} serves {rest:g} %, canary {self.canary} serves {self.percent:g} %"


class CallersStage:
    """The stage of a REST API that callers use. Raises MisuseError if it is not there."""

    def __init__(self, where: aws.Aws, api_id: str, stage: str) -> None:
        self._aws = where
        self._client = where.client("apigateway")
        self._names = {"restApiId": api_id, "stageName": stage}
        try:
            self._api = self._client.get_rest_api(restApiId=api_id)
            self.before = self.state()
        except self._client.exceptions.NotFoundException as exc:
            hint = "check --api-id, --stage, --region and the profile (aws apigateway get-rest-apis)"
            raise MisuseError(f"there is no stage {stage} of a REST API {api_id} in {where.region}: {hint}") from exc

    def state(self) -> State:
        """Return the present state of the stage."""
        stage = self._client.get_stage(**self._names)
        canary = stage.get("canarySettings") or {}
        return State(stage["deploymentId"], canary.get("deploymentId"), float(canary.get("percentTraffic", 0)))

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask, and check that nobody changed the stage meanwhile."""
        if not yes:
            if not sys.stdin.isatty():
                raise MisuseError("not confirmed: answer at a terminal, or give --yes")
            typer.echo(f"now: {self.before}")
            typer.confirm(question, abort=True)
        if (now := self.state()) != self.before:
            raise MisuseError(f"somebody else changed the stage: it was: {self.before}; it is: {now}. Nothing was done")

    def check_free(self) -> None:
        """Raise MisuseError if the stage has a canary already."""
        if self.before.canary is not None:
            raise MisuseError(f"the stage has a canary already ({self.before}): use `canary raise` or `canary drop`")

    def canary(self) -> str:
        """Return the deployment of the canary; raise MisuseError if there is none."""
        if self.before.canary is None:
            raise MisuseError(f"the stage has no canary ({self.before}): begin with `canary start`")
        return self.before.canary

    def prepared(self, function: str) -> Rendered:
        """Return the contract under the API's own name, which its metrics have, with calls of `function`."""
        account = str(self._aws.client("sts").get_caller_identity()["Account"])
        contract = render("public", {"aws_region": self._aws.region, "aws_account_id": account})
        self._check_permission(function, account)
        body = contract.body.replace(f":function:{contract.function_name}/".encode(), f":function:{function}/".encode())
        document = json.loads(body)
        document["info"] |= {"title": self._api["name"], "description": self._api.get("description") or ""}
        body = json.dumps(document, ensure_ascii=False).encode()
        return Rendered(name="public", body=body, title=self._api["name"], function_name=function, is_private=False)

    def _check_permission(self, function: str, account: str) -> None:
        client = self._aws.client("lambda")
        api, stage = self._names.values()
        call = f"arn:aws:execute-api:{self._aws.region}:{account}:{api}/{stage}/POST/query/user"
        advice = "set existing_api (`takeover` writes it), run terraform apply, or give --function"
        try:
            statements = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
        except client.exceptions.ResourceNotFoundException as exc:
            raise MisuseError(f"there is no function {function} that lets an API call it: {advice}") from exc
        sources = [one.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "") for one in statements]
        if not any(fnmatch.fnmatchcase(call, source) for source in sources):
            raise MisuseError(f"{function} does not let stage {stage} of the API call it: {advice}")

    def start(self, contract: Rendered, percent: float, mode: Literal["overwrite", "merge"]) -> None:
        """Import the contract, which only prepares a deployment, and deploy it as a canary."""
        api = self._names["restApiId"]
        self._client.put_rest_api(restApiId=api, mode=mode, failOnWarnings=True, body=contract.body)
        settings = {"percentTraffic": percent, "useStageCache": False}
        self._client.create_deployment(**self._names, description=contract.description, canarySettings=settings)

    def share(self, percent: float) -> None:
        """Give the canary another share."""
        self._update({"op": "replace", "path": "/canarySettings/percentTraffic", "value": f"{percent:g}"})

    def promote(self) -> None:
        """Make the canary's deployment the stage's; then remove the canary."""
        copied = {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}
        self._update(copied, {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0"})
        self.remove()

    def remove(self) -> None:
        """Remove the canary: the stage's deployment serves all requests."""
        self._update({"op": "remove", "path": "/canarySettings"})

    def go_back(self, deployment: str) -> None:
        """After a promotion: put a deployment on the stage again; raise MisuseError if there is none of that id."""
        try:
            self._client.get_deployment(restApiId=self._names["restApiId"], deploymentId=deployment)
        except self._client.exceptions.NotFoundException as exc:
            raise MisuseError(f"the API has no deployment {deployment}: aws apigateway get-deployments") from exc
        self._update({"op": "replace", "path": "/deploymentId", "value": deployment})

    def restore(self) -> None:
        """Import the stage's deployment, so that the next deployment of anybody is not the contract."""
        exported = self._client.get_export(
            **self._names, exportType="oas30", parameters={"extensions": "apigateway"}, accepts="application/json"
        )
        body = exported["body"].read()
        self._client.put_rest_api(restApiId=self._names["restApiId"], mode="overwrite", body=body)

    def check_contract(self) -> None:
        """Raise MisuseError if there is no canary, or if its deployment was not made from a contract by these tools."""
        deployment = self.canary()
        found = self._client.get_deployment(restApiId=self._names["restApiId"], deploymentId=deployment)
        if not str(found.get("description", "")).startswith(_OURS):
            raise MisuseError(f"the canary {deployment} is no deployment of the contract: somebody else made it")

    def _update(self, *operations: dict[str, Any]) -> None:
        self._client.update_stage(**self._names, patchOperations=list(operations))
