"""Compares the API that callers use with the contract, and finds the differences that they would notice."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.contract.bundle import import_copy, operations
from tools.migration import aws
from tools.migration.takeover.finding import Finding, Kind, Takeover, calls

_INTEGRATION: Final = "x-amazon-apigateway-integration"
_VERBS: Final = {"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
_OURS: Final = "contract sha256:"
_HTTP_API: Final = "an HTTP or WebSocket API has no canary: see docs/migration.md, An HTTP API in front"
# Settings of the whole API, which the contract does not have, with their defaults.
_SETTINGS: Final[tuple[tuple[str, Any], ...]] = (
    ("policy", None),
    ("binaryMediaTypes", []),
    ("minimumCompressionSize", None),
    ("apiKeySource", "HEADER"),
)


@dataclass
class CallersApi:
    """The API and stage that callers use, read once."""

    where: aws.Aws
    api_id: str
    stage_name: str

    def __post_init__(self) -> None:
        """Make the clients."""
        self._client = self.where.client("apigateway")
        self._cloudwatch = self.where.client("cloudwatch")

    def compare(self, takeover: Takeover) -> Iterator[Finding]:
        """Yield the findings, and fill in what Terraform takes over."""
        missing = self._client.exceptions.NotFoundException
        try:
            self._api = self._client.get_rest_api(restApiId=self.api_id)
        except missing:
            yield self._other()
            return
        try:
            self._stage = self._client.get_stage(restApiId=self.api_id, stageName=self.stage_name)
        except missing:
            advice = f"give --stage: aws apigateway get-stages --rest-api-id {self.api_id}"
            yield Finding(Kind.STOP, f"stage {self.stage_name}", "does not exist", advice)
            return
        kind = self._api["endpointConfiguration"]["types"][0]
        takeover.variables |= {
            "existing_api": {"id": self.api_id, "name": self._api["name"], "stage": self.stage_name},
            "public_stage_name": self.stage_name,
            "public_endpoint_type": kind,
        }
        if self._promoted():
            yield from self._adopt(takeover)
            return
        yield from self._whole(kind)
        existing = dict(self._existing())
        yield from self._methods(existing)
        yield from self._edits(existing)
        yield from self._plans()

    def _other(self) -> Finding:
        """Say what is there under the id instead of a REST API."""
        client = self.where.client("apigatewayv2")
        subject = f"API {self.api_id}"
        try:
            kind = client.get_api(ApiId=self.api_id)["ProtocolType"]
        except client.exceptions.NotFoundException:
            advice = "check --api-id, --region and the profile: aws apigateway get-rest-apis"
            return Finding(Kind.STOP, subject, f"does not exist in {self.where.region}", advice)
        return Finding(Kind.STOP, subject, f"is a v2 API ({kind})", _HTTP_API)

    def _promoted(self) -> bool:
        deployment = self._client.get_deployment(restApiId=self.api_id, deploymentId=self._stage["deploymentId"])
        return not self._stage.get("canarySettings") and str(deployment.get("description", "")).startswith(_OURS)

    def _adopt(self, takeover: Takeover) -> Iterator[Finding]:
        """After promotion, the API and its stage become Terraform's."""
        module = "module.public_api.aws_api_gateway"
        takeover.imports |= {
            f"{module}_rest_api.this": self.api_id,
            f"{module}_stage.this": f"{self.api_id}/{self.stage_name}",
        }
        group = f"API-Gateway-Execution-Logs_{self.api_id}/{self.stage_name}"
        found = self.where.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        if any(one["logGroupName"] == group for one in found):
            takeover.imports["module.public_api.aws_cloudwatch_log_group.execution"] = group
        yield Finding(Kind.NOTE, f"API {self.api_id}", "serves the contract: Terraform takes it over")

    def _whole(self, kind: str) -> Iterator[Finding]:
        """Compare the settings of the whole API and its stage."""
        if kind == "PRIVATE":
            yield Finding(Kind.STOP, f"API {self.api_id}", "is private", "name the API that callers use")
        if canary := self._stage.get("canarySettings"):
            seen = f"has a canary with {canary.get('percentTraffic', 0):g} % already"
            yield Finding(Kind.STOP, f"stage {self.stage_name}", seen, "see `canary status`; promote or drop it")
        for name, default in _SETTINGS:
            if (value := self._api.get(name, default)) != default:
                shown = "is set" if name == "policy" else f"is {value}"
                yield Finding(Kind.DECIDE, name, f"{shown}, and the contract has none", "copy it into the contract")
        responses = aws.items(self._client, "get_gateway_responses", "items", restApiId=self.api_id)
        own = sorted(one["responseType"] for one in responses if not one.get("defaultResponse"))
        if own:
            advice = "callers get problem documents instead: docs/errors.md"
            yield Finding(Kind.DECIDE, "gateway responses", f"of its own for {', '.join(own)}", advice)
        else:
            seen = "AWS's own: callers get problem documents instead (docs/errors.md)"
            yield Finding(Kind.NOTE, "gateway responses", seen)
        for name, what in (("cacheClusterEnabled", "a cache: the canary does not use it"), ("webAclArn", "a web ACL")):
            if self._stage.get(name):
                yield Finding(Kind.NOTE, f"stage {self.stage_name}", f"has {what}; the move does not change it")

    def _methods(self, existing: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
        contract = operations(import_copy("public"))
        for name, method in sorted(existing.items()):
            traffic = calls(self._cloudwatch, self._api["name"], self.stage_name, name)
            if name not in contract:
                if not name.startswith("OPTIONS "):
                    advice = "move its callers first, or keep it with `canary start --merge`"
                    yield Finding(Kind.DECIDE, name, f"is not in the contract, an import removes it; {traffic}", advice)
                continue
            yield from _differences(name, method, contract[name], traffic)

    def _existing(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield each method of the API's definition by its verb and path."""
        for resource in aws.items(self._client, "get_resources", "items", restApiId=self.api_id):
            for verb in resource.get("resourceMethods", {}):
                names = {"restApiId": self.api_id, "resourceId": resource["id"], "httpMethod": verb}
                yield f"{verb} {resource['path']}", self._client.get_method(**names)

    def _edits(self, existing: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
        """Find methods of the API's definition that differ from those which the stage serves."""
        exported = self._client.get_export(
            restApiId=self.api_id,
            stageName=self.stage_name,
            exportType="oas30",
            parameters={"extensions": "integrations"},
            accepts="application/json",
        )
        served = {
            f"{_verb(verb)} {path}": operation.get(_INTEGRATION, {}).get("uri")
            for path, item in json.loads(exported["body"].read())["paths"].items()
            for verb, operation in item.items()
            if _verb(verb) in _VERBS
        }
        edited = {name: method.get("methodIntegration", {}).get("uri") for name, method in existing.items()}
        names = {name for name in served.keys() | edited.keys() if served.get(name, "") != edited.get(name, "")}
        if names:
            seen = f"{', '.join(sorted(names))}: not deployed, and the canary is made without them"
            yield Finding(Kind.DECIDE, "edits of the API", seen, "deploy or remove them first; accepted, they are lost")

    def _plans(self) -> Iterator[Finding]:
        here = {"apiId": self.api_id, "stage": self.stage_name}
        keys = 0
        for plan in aws.items(self._client, "get_usage_plans", "items"):
            stages = [one for one in plan.get("apiStages", []) if here.items() <= one.items()]
            if stages:
                found = len(list(aws.items(self._client, "get_usage_plan_keys", "items", usagePlanId=plan["id"])))
                keys += found
                yield Finding(Kind.NOTE, f"usage plan {plan['name']}", f"{found} keys; the move does not change them")
        if not keys:
            seen = "no usage plan of the stage has a key, so the contract would refuse every call"
            advice = "give each caller a key first: docs/operations.md#create-api-keys"
            yield Finding(Kind.STOP, f"stage {self.stage_name}", seen, advice)


def _verb(name: str) -> str:
    """Return the method of an exported operation, as API Gateway names it."""
    return name.removeprefix("x-amazon-apigateway-").removesuffix("-method").upper()


def _differences(name: str, method: Mapping[str, Any], operation: Mapping[str, Any], traffic: str) -> Iterator[Finding]:
    """Yield what callers of one method would notice."""
    needs_key = any("api_key" in one for one in operation["security"])
    if needs_key and not method.get("apiKeyRequired"):
        advice = "give each of its callers a key first"
        yield Finding(Kind.DECIDE, name, f"needs no key now, and one in the contract; {traffic}", advice)
    if method.get("authorizationType", "NONE") != "NONE":
        seen = f"asks for {method['authorizationType']} credentials, which the contract does not"
        yield Finding(Kind.DECIDE, name, seen, "the key alone decides then")
    required = {one for one, needed in (method.get("requestParameters") or {}).items() if needed}
    for parameter in operation.get("parameters", []):
        place = {"query": "querystring"}.get(parameter["in"], parameter["in"])
        wanted = f"method.request.{place}.{parameter['name']}"
        if parameter.get("required") and wanted not in required:
            yield Finding(Kind.DECIDE, name, f"needs {parameter['name']} in the contract only", "tell its callers")
    models = {model for model in (method.get("requestModels") or {}).values() if model not in {"Empty", "Error"}}
    if models and method.get("requestValidatorId"):
        seen = f"bodies are checked against {', '.join(sorted(models))} at the gateway, and behind it in the contract"
        yield Finding(Kind.NOTE, name, seen)
