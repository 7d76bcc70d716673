"""Compiles the import copy of a contract as API Gateway reads it, and refuses features that are not imitated."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.local import extensions, integrations
from tools.local.extensions import SpecError
from tools.local.gateway_responses import GatewayResponses
from tools.local.integrations import Integration, Mock
from tools.local.policy import Policy

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_PATH = re.compile(r"/|(/[A-Za-z0-9_.,:-]+)+")
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_API_KEY = ("apiKey", "x-api-key", "header", None)
_SIGV4 = ("apiKey", "authorization", "header", "awsSigv4")


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method of a resource. `required_headers` is empty unless a validator checks them."""

    resource: str
    name: str | None
    signed: bool
    needs_api_key: bool
    required_headers: tuple[str, ...]
    integration: Integration


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A compiled document. `methods` are by HTTP method and path; a private API has `vpc_endpoint_ids`."""

    title: str
    methods: Mapping[tuple[str, str], Method]
    policy: Policy | None
    gateway_responses: GatewayResponses
    vpc_endpoint_ids: tuple[str, ...]

    def find(self, method: str, path: str) -> Method | None:
        """Return the method at a path without its stage; a slash at the end makes no difference."""
        return self.methods.get((method, path.rstrip("/") or "/"))


def load(document: Mapping[str, Any], values: Mapping[str, str]) -> Spec:
    """Fill the `${placeholders}` of an import copy with `values` and compile it.

    Raises SpecError if a value is missing, if API Gateway would refuse the document, or if the document asks for
    something that this gateway does not imitate.
    """
    filled = _fill(document, values)
    if not str(filled.get("openapi")).startswith("3.0."):
        raise SpecError("openapi: REST APIs import version 3.0 only")
    extensions.check(filled)
    return _Compiler(filled).run()


def _fill(document: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    text = json.dumps(document)
    missing = sorted(set(_PLACEHOLDER.findall(text)) - values.keys())
    if missing:
        raise SpecError(f"there is no value for {', '.join(f'${{{name}}}' for name in missing)}")
    filled: dict[str, Any] = json.loads(_PLACEHOLDER.sub(lambda found: json.dumps(values[found[1]])[1:-1], text))
    return filled


class _Compiler:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._components = document.get("components", {})
        self._validators = document.get("x-amazon-apigateway-request-validators", {})
        for name, switches in self._validators.items():
            asked = {switch for switch, on in switches.items() if on} - {"validateRequestParameters"}
            if asked:
                raise SpecError(f"x-amazon-apigateway-request-validators/{name}: {', '.join(asked)} is not imitated")

    def run(self) -> Spec:
        document = self._document
        if document.get("x-amazon-apigateway-api-key-source", "HEADER") != "HEADER":
            raise SpecError("x-amazon-apigateway-api-key-source: only HEADER is imitated")
        policy = document.get("x-amazon-apigateway-policy")
        endpoints = tuple(self._vpc_endpoint_ids())
        if endpoints and not policy:
            raise SpecError("a private API without x-amazon-apigateway-policy cannot be deployed")
        return Spec(
            title=document["info"]["title"],
            methods=dict(self._methods()),
            policy=Policy(policy) if policy else None,
            gateway_responses=GatewayResponses(document.get("x-amazon-apigateway-gateway-responses", {})),
            vpc_endpoint_ids=endpoints,
        )

    def _vpc_endpoint_ids(self) -> Iterator[str]:
        for server in self._document.get("servers", []):
            configuration = server.get("x-amazon-apigateway-endpoint-configuration", {})
            if {name for name, value in configuration.items() if value} - {"vpcEndpointIds"}:
                raise SpecError("x-amazon-apigateway-endpoint-configuration: only vpcEndpointIds is imitated")
            yield from configuration.get("vpcEndpointIds", [])

    def _methods(self) -> Iterator[tuple[tuple[str, str], Method]]:
        for path, item in self._document["paths"].items():
            place = f"paths/{path}"
            if not _PATH.fullmatch(path):
                raise SpecError(f"{place}: a path with variables or a slash at its end is not imitated")
            if unknown := item.keys() - _METHODS - {"summary", "description"}:
                raise SpecError(f"{place}: {', '.join(sorted(unknown))} is not imitated, write it at each operation")
            for method in _METHODS & item.keys():
                yield (method.upper(), path), self._method(f"{place}/{method}", path, item[method])

    def _method(self, place: str, path: str, operation: Mapping[str, Any]) -> Method:
        schemes = self._schemes(place, operation)
        integration = integrations.parse(place, operation.get("x-amazon-apigateway-integration", {}))
        if isinstance(integration, Mock):
            self._check_mock(place, operation, integration, signed=_SIGV4 in schemes)
        required = tuple(self._required_headers(place, operation))
        return Method(
            resource=path,
            name=operation.get("operationId"),
            signed=_SIGV4 in schemes,
            needs_api_key=_API_KEY in schemes,
            required_headers=required if self._validates(place, operation) else (),
            integration=integration,
        )

    def _check_mock(self, place: str, operation: Mapping[str, Any], mock: Mock, *, signed: bool) -> None:
        if signed or "x-amazon-apigateway-policy" in self._document:
            raise SpecError(f"{place}: a mock behind a signature or a resource policy is not imitated")
        declared = operation.get("responses", {}).get(str(mock.status), {}).get("headers", {})
        if missing := {name for name, _ in mock.headers} - {name.lower() for name in declared}:
            raise SpecError(f"{place}: {', '.join(sorted(missing))} is no header of the response {mock.status}")

    def _validates(self, place: str, operation: Mapping[str, Any]) -> bool:
        """Return whether the validator of an operation, or the document's, checks parameters."""
        key = "x-amazon-apigateway-request-validator"
        name = operation.get(key, self._document.get(key))
        if name is not None and name not in self._validators:
            raise SpecError(f"{place}: there is no request validator {name}")
        return bool(self._validators.get(name, {}).get("validateRequestParameters"))

    def _schemes(self, place: str, operation: Mapping[str, Any]) -> set[tuple[str | None, ...]]:
        """Return the security schemes of an operation; API Gateway requires all of them."""
        if "security" not in operation:
            raise SpecError(f"{place}: there is no security, and the document's own is not imitated")
        if len(operation["security"]) > 1:
            raise SpecError(f"{place}: alternatives in security are not imitated")
        return {self._scheme(place, name) for requirement in operation["security"] for name in requirement}

    def _scheme(self, place: str, name: str) -> tuple[str | None, ...]:
        scheme = self._components.get("securitySchemes", {}).get(name, {})
        authtype = scheme.get("x-amazon-apigateway-authtype")
        known = (scheme.get("type"), scheme.get("name", "").lower(), scheme.get("in"), authtype)
        if known not in (_API_KEY, _SIGV4):
            raise SpecError(f"{place}: the security scheme {name} is not imitated")
        return known

    def _required_headers(self, place: str, operation: Mapping[str, Any]) -> Iterator[str]:
        for parameter in operation.get("parameters", []):
            if parameter.get("in") != "header":  # path, query, or a reference
                raise SpecError(f"{place}: the parameter {parameter.get('name', parameter)} is not imitated")
            if parameter.get("required"):
                yield parameter["name"]
