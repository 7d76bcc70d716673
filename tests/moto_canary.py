"""moto with deployments as API Gateway has them: a snapshot of the API each, and canaries on a stage.

moto 5.2 knows no canary, exports the API instead of its deployment, and forgets a stage's settings at a deployment.
https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
"""

import json
from typing import Any
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException, NotFoundException
from moto.apigateway.models import APIGatewayBackend, Stage
from moto.apigateway.responses import APIGatewayResponse

_KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}


def deployments_are_snapshots() -> None:
    """Patch moto in this process."""
    _imports_keep_the_api_key()
    _deployments()
    _exports()
    _tags()
    _stages()


def document(api: Any) -> dict[str, Any]:  # noqa: ANN401  # moto's own classes are untyped
    """Return the methods of an API as an OpenAPI document with their integrations."""
    paths: dict[str, Any] = {}
    for resource in api.resources.values():
        for verb, method in resource.resource_methods.items():
            integration = method.method_integration
            operation: dict[str, Any] = {"responses": {"200": {"description": "an answer"}}}
            operation["security"] = [{"api_key": []}] if method.api_key_required else []
            if integration is not None:
                kept = {"type": integration.integration_type, "uri": integration.uri}
                operation["x-amazon-apigateway-integration"] = kept | {"httpMethod": integration.http_method or "POST"}
            paths.setdefault(resource.get_path(), {})[verb.lower()] = operation
    info = {"title": api.name, "description": api.description or "", "version": "1"}
    return {"openapi": "3.0.1", "info": info, "paths": paths, "components": {"securitySchemes": {"api_key": _KEY}}}


def _imports_keep_the_api_key() -> None:
    put = APIGatewayBackend.put_rest_api

    def put_rest_api(self: Any, function_id: str, api_doc: dict[str, Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as above
        api = put(self, function_id, api_doc, *args, **kwargs)
        schemes = api_doc.get("components", {}).get("securitySchemes", {})
        keyed = {name for name, scheme in schemes.items() if {**scheme, **_KEY} == scheme}
        for path, item in api_doc["paths"].items():
            for verb, operation in item.items():
                method = api.get_resource_for_path(path).resource_methods.get(verb.upper())
                if method is not None and not operation.get("x-amazon-apigateway-auth"):
                    method.api_key_required = any(keyed & one.keys() for one in operation.get("security", []))
        return api

    APIGatewayBackend.put_rest_api = put_rest_api  # type: ignore[method-assign]  # moto has no public way


def _deployments() -> None:
    create = APIGatewayResponse.create_deployment

    def create_deployment(self: Any) -> Any:  # noqa: ANN401  # as above
        api = self.backend.get_rest_api(self.path.replace("/restapis/", "", 1).split("/")[0])
        name, canary = self._get_param("stageName"), self._get_param("canarySettings")
        stage = api.stages.get(name)
        if canary and stage is None:
            raise BadRequestException(f"Stage {name} must already be created before making a canary release deployment")
        if stage is not None and getattr(stage, "canary", None) and not canary:
            raise BadRequestException(f"Non canary deployment not supported on stage {name} because Canary is enabled.")
        answer = create(self)
        made = json.loads(answer[2])["id"]
        api.deployments[made].document = document(api)
        if stage is not None:
            api.stages[name] = stage
            if canary:
                stage.canary = {"percentTraffic": 0.0, "useStageCache": False, **canary, "deploymentId": made}
            else:
                stage.deployment_id = made
        return answer

    APIGatewayResponse.create_deployment = create_deployment  # type: ignore[method-assign]  # moto has no public way


def _exports() -> None:
    def get_export(self: Any) -> Any:  # noqa: ANN401  # as above
        _, _, api_id, _, stage, *_ = self.path.split("/")
        api = self.backend.get_rest_api(api_id)
        body = api.deployments[api.stages[stage].deployment_id].document
        return 200, {"Content-Type": "application/octet-stream"}, json.dumps(body).encode()

    def get_deployment(self: Any, function_id: str, deployment_id: str) -> Any:  # noqa: ANN401  # as above
        deployments = self.get_rest_api(function_id).deployments
        if deployment_id not in deployments:
            raise NotFoundException("Invalid Deployment identifier specified")
        return deployments[deployment_id]

    APIGatewayBackend.get_deployment = get_deployment  # type: ignore[method-assign]  # moto has no public way
    APIGatewayResponse.get_export = get_export  # type: ignore[method-assign]  # moto has no public way


def _tags() -> None:
    tag = APIGatewayResponse.tag_resource
    place = "{0}/tags/arn:aws:apigateway:(?P<region_name>[^/]+)::/restapis/(?P<function_id>[^/]+)/?$"
    urls.url_paths[place] = APIGatewayResponse.dispatch

    def tag_resource(self: Any) -> str:  # noqa: ANN401  # as above
        resource = unquote(self.path.split("/tags/")[1])
        if "/stages/" in resource:
            return tag(self)
        api = self.backend.get_rest_api(resource.rpartition("/")[2])
        api.tags = {**(api.tags or {}), **(self._get_param("tags") or {})}
        return "{}"

    APIGatewayResponse.tag_resource = tag_resource  # type: ignore[method-assign]  # moto has no public way


def _stages() -> None:
    to_json, apply = Stage.to_json, Stage.apply_operations

    def shown(self: Any) -> dict[str, Any]:  # noqa: ANN401  # as above
        canary = getattr(self, "canary", None)
        return to_json(self) | ({"canarySettings": canary} if canary else {})

    def apply_operations(self: Any, patch_operations: list[dict[str, Any]]) -> Any:  # noqa: ANN401  # as above
        for one in patch_operations:
            field = one["path"].rpartition("/")[2]
            if one["op"] == "copy":
                self.deployment_id = self.canary["deploymentId"]
            elif one["path"] == "/canarySettings":
                self.canary = None
            elif one["path"].startswith("/canarySettings/"):
                self.canary[field] = float(one["value"]) if field == "percentTraffic" else one["value"]
            else:
                apply(self, [one])
        return self

    Stage.to_json = shown  # type: ignore[method-assign]  # moto has no public way
    Stage.apply_operations = apply_operations  # type: ignore[method-assign]  # moto has no public way
