"""A document that AWS would refuse, or that has a feature which is not imitated, stops the start with a message."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.gateways import VALUES, contract
from tools.contract.bundle import import_copy
from tools.local.extensions import SpecError
from tools.local.functions import Function
from tools.local.gateway import Gateway
from tools.local.integrations import Proxy
from tools.local.spec import Method, load

Change = Callable[[dict[str, Any]], None]
PLACE = "paths//query/user/post"


def set_at(*path: str | int, value: Any) -> Change:  # noqa: ANN401  # any JSON
    """Make a change that sets one value of a document."""

    def change(document: dict[str, Any]) -> None:
        node: Any = document
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = copy.deepcopy(value)

    return change


def operation(*path: str | int, value: Any) -> Change:  # noqa: ANN401  # any JSON
    """Make a change inside one operation."""
    return set_at("paths", "/query/user", "post", *path, value=value)


def without(*path: str) -> Change:
    """Make a change that leaves something out."""

    def change(document: dict[str, Any]) -> None:
        node: Any = document
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]

    return change


REFUSED: dict[str, tuple[Change, str]] = {
    "extension that is not imitated": (
        set_at("x-amazon-apigateway-minimum-compression-size", value=1024),
        "the root: x-amazon-apigateway-minimum-compression-size is not imitated",
    ),
    "integration that is not imitated": (
        operation("x-amazon-apigateway-integration", "type", value="http"),
        f"{PLACE}: the integration type http is not imitated",
    ),
    "gateway response that is not imitated": (
        set_at("x-amazon-apigateway-gateway-responses", "TEAPOT", value={}),
        "x-amazon-apigateway-gateway-responses/TEAPOT: there is no gateway response type of this name",
    ),
    "policy that is not imitated": (
        set_at("x-amazon-apigateway-policy", "Statement", 0, "NotAction", value="execute-api:Invoke"),
        "x-amazon-apigateway-policy/Statement/0: NotAction is not imitated",
    ),
    "path variable": (
        set_at("paths", "/users/{id}", value={}),
        "paths//users/{id}: a path with variables or a slash at its end is not imitated",
    ),
    "greedy path variable": (
        set_at("paths", "/{proxy+}", value={}),
        "paths//{proxy+}: a path with variables or a slash at its end is not imitated",
    ),
    "parameter in the query string": (
        operation("parameters", value=[{"name": "area", "in": "query", "schema": {"type": "string"}}]),
        f"{PLACE}: the parameter area is not imitated",
    ),
    "function invoked with GET": (
        operation("x-amazon-apigateway-integration", "httpMethod", value="GET"),
        f"{PLACE}: a Lambda function is invoked with httpMethod POST",
    ),
    "version 3.1": (set_at("openapi", value="3.1.0"), "openapi: REST APIs import version 3.0 only"),
    "API key from an authorizer": (
        set_at("x-amazon-apigateway-api-key-source", value="AUTHORIZER"),
        "x-amazon-apigateway-api-key-source: only HEADER is imitated",
    ),
    "binary media type": (
        set_at("x-amazon-apigateway-binary-media-types", value=["image/png"]),
        "the root: x-amazon-apigateway-binary-media-types is not imitated",
    ),
    "disabled endpoint": (
        set_at("servers", 0, "x-amazon-apigateway-endpoint-configuration", "disableExecuteApiEndpoint", value=True),
        "x-amazon-apigateway-endpoint-configuration: only vpcEndpointIds is imitated",
    ),
    "private API without a policy": (
        without("x-amazon-apigateway-policy"),
        "a private API without x-amazon-apigateway-policy cannot be deployed",
    ),
    "unknown validator": (
        operation("x-amazon-apigateway-request-validator", value="strict"),
        f"{PLACE}: there is no request validator strict",
    ),
    "validator of bodies": (
        set_at("x-amazon-apigateway-request-validators", "parameters", "validateRequestBody", value=True),
        "x-amazon-apigateway-request-validators/parameters: validateRequestBody is not imitated",
    ),
    "unknown switch of a validator": (
        set_at("x-amazon-apigateway-request-validators", "parameters", "validateResponse", value=True),
        "x-amazon-apigateway-request-validators/parameters: validateResponse is not imitated",
    ),
    "no integration": (
        without("paths", "/query/user", "post", "x-amazon-apigateway-integration"),
        f"{PLACE}: the integration type None is not imitated",
    ),
    "no security": (without("paths", "/query/user", "post", "security"), f"{PLACE}: there is no security"),
    "alternatives in security": (
        operation("security", value=[{"sigv4": []}, {}]),
        f"{PLACE}: alternatives in security are not imitated",
    ),
    "unknown security scheme": (
        operation("security", value=[{"oauth": []}]),
        f"{PLACE}: the security scheme oauth is not imitated",
    ),
    "custom authorizer": (
        set_at("components", "securitySchemes", "sigv4", "x-amazon-apigateway-authtype", value="custom"),
        f"{PLACE}: the security scheme sigv4 is not imitated",
    ),
    "parameters of a path item": (
        set_at("paths", "/query/user", "parameters", value=[]),
        "paths//query/user: parameters is not imitated, write it at each operation",
    ),
    "method that REST APIs lack": (
        set_at("paths", "/query/user", "trace", value={}),
        "paths//query/user: trace is not imitated",
    ),
    "reference to a parameter": (
        operation("parameters", value=[{"$ref": "#/components/parameters/Limit"}]),
        f"{PLACE}: the parameter {{'$ref': '#/components/parameters/Limit'}} is not imitated",
    ),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_start_is_refused_and_says_where(change: Change, message: str) -> None:
    """The message names the feature and its place."""
    document = contract("internal")
    change(document)
    with pytest.raises(SpecError, match=re.escape(message)):
        load(document, VALUES)


@pytest.mark.parametrize("name", ["public", "internal"])
def test_contracts_are_imitated_whole(name: str) -> None:
    """The gateway starts on the import copies as they are."""
    expected = {(method.upper(), path) for path, item in import_copy(name)["paths"].items() for method in item}
    assert expected == load(import_copy(name), VALUES).methods.keys()


def test_missing_values_are_named_all_at_once() -> None:
    """One message names every missing placeholder."""
    expected = re.escape("there is no value for ${aws_account_id}, ${task_role_arn}, ${vpc_endpoint_id}")
    with pytest.raises(SpecError, match=expected):
        load(import_copy("internal"), {"aws_region": "ap-southeast-1"})


def test_placeholders_are_filled_in_every_string() -> None:
    """A placeholder may stand anywhere in a string, more than once."""
    integration = next(iter(load(import_copy("internal"), VALUES).methods.values())).integration
    assert isinstance(integration, Proxy)
    assert "arn:aws:lambda:ap-southeast-1:111122223333:function:query-result-lambda" == integration.arn
    assert ("query-result-lambda", "ap-southeast-1") == (integration.function, integration.region)
    assert ("vpce-local",) == load(import_copy("internal"), VALUES).vpc_endpoint_ids


def test_loading_leaves_the_document_as_it_is() -> None:
    """A document can be loaded more than once, with other values."""
    document = contract("internal")
    before = copy.deepcopy(document)
    load(document, VALUES)
    assert before == document


def test_gateway_without_its_function_does_not_start() -> None:
    """A function that the document leads to must be there."""
    spec = load(import_copy("public"), VALUES)
    with pytest.raises(SpecError, match="there is no function query-lambda"):
        Gateway(spec, {"other": Function(lambda _event, _context: {}, timeout_seconds=1)})


def first(document: dict[str, Any]) -> Method:
    """Load a document and return the method of the operation `query_user`."""
    return load(document, VALUES).methods["POST", "/query/user"]


@pytest.mark.parametrize(
    ("change", "required"),
    [
        (set_at("x-tags", value={}), ("area",)),
        (set_at("x-amazon-apigateway-request-validators", "parameters", value={}), ()),
        (without("paths", "/query/user", "post", "x-amazon-apigateway-request-validator"), ("area",)),
        (without("x-amazon-apigateway-request-validator"), ("area",)),
    ],
    ids=["checked", "validator without a check", "validator of the document", "validator of the operation"],
)
def test_a_validator_checks_required_headers(change: Change, required: tuple[str, ...]) -> None:
    """An operation without a validator of its own takes the document's."""
    document = contract("public")
    parameter = {"name": "area", "in": "header", "required": True, "schema": {"type": "string"}}
    document["paths"]["/query/user"]["post"]["parameters"] = [parameter]
    change(document)
    assert required == first(document).required_headers


def test_key_and_signature_can_be_asked_together() -> None:
    """One requirement with two schemes asks for both."""
    document = contract("internal")
    document["components"]["securitySchemes"]["key"] = {"type": "apiKey", "name": "X-API-Key", "in": "header"}
    document["paths"]["/query/user"]["post"]["security"] = [{"sigv4": [], "key": []}]
    assert (True, True) == (first(document).signed, first(document).needs_api_key)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            set_at("paths", "/failed", "options", "responses", "204", "headers", value={}),
            "paths//failed/options: access-control-allow-headers, access-control-allow-methods, access-control-allow-",
        ),
        (
            set_at("x-amazon-apigateway-policy", value={"Version": "2012-10-17", "Statement": []}),
            "options: a mock behind a signature or a resource policy is not imitated",
        ),
    ],
)
def test_mock_that_aws_refuses_or_that_nobody_needs_is_refused(change: Change, message: str) -> None:
    """A header that the response does not declare, and a mock that not everybody may call."""
    document = contract("public")
    change(document)
    with pytest.raises(SpecError, match=re.escape(message)):
        load(document, VALUES)
