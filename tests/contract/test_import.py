"""The import copies go into API Gateway, as moto imitates it, and every method is there with its integration."""

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import yaml
from botocore.client import BaseClient
from moto import mock_aws
from openapi_spec_validator import OpenAPIV30SpecValidator, validate

from tools.contract.bundle import NAMES, SOURCES, bundle, import_copy, operations

DEPLOYED = {
    "aws_account_id": "123456789012",
    "aws_region": "ap-southeast-1",
    "task_role_arn": "arn:aws:iam::123456789012:role/query-service-task",
    "vpc_endpoint_id": "vpce-0123456789abcdef0",
}
FUNCTIONS = {"public": "query-lambda", "internal": "query-result-lambda"}
TIMEOUTS = {"public": 29000, "internal": 27000}
URI = (
    "arn:aws:apigateway:ap-southeast-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:ap-southeast-1:123456789012:function:{}/invocations"
)
QUERIES = {
    *("/query/user", "/query/marketing", "/query/transaction", "/query/fail", "/query/marketing/fail"),
    *("/query/marketing/summary", "/query/push"),
}
PREFLIGHT = {
    "type": "mock",
    "httpMethod": "OPTIONS",  # moto's own; AWS has none, and no uri
    "uri": "",
    "timeoutInMillis": None,
    "passthroughBehavior": "never",
}
OPEN = {"public": {"/health", "/openapi.json"}, "internal": {"/health"}}
PATHS = {"public": QUERIES | {"/query/failures", "/failed"}, "internal": QUERIES}


@pytest.fixture
def api_gateway() -> Iterator[BaseClient]:
    """Return a client of an API Gateway that lives in this process."""
    with mock_aws():
        yield boto3.client("apigateway", region_name="ap-southeast-1")


def deployed(name: str) -> dict[str, Any]:
    """Return the import copy as the deployment fills it in."""
    text = json.dumps(import_copy(name))
    filled = re.sub(r"\$\{(\w+)\}", lambda placeholder: DEPLOYED[placeholder[1]], text)
    document: dict[str, Any] = json.loads(filled)
    return document


def body(name: str) -> bytes:
    """Return the import copy as it is sent to API Gateway."""
    return json.dumps(deployed(name)).encode()


def imported(api_gateway: BaseClient, api_id: str) -> dict[str, dict[str, Any]]:
    """Return the integration fields that the contract defines, for each method of an API."""
    resources = api_gateway.get_resources(restApiId=api_id, embed=["methods"], limit=500)["items"]
    kept = ("type", "httpMethod", "uri", "timeoutInMillis", "passthroughBehavior")
    return {
        f"{method} {resource['path']}": {key: value["methodIntegration"].get(key) for key in kept}
        for resource in resources
        for method, value in resource.get("resourceMethods", {}).items()
    }


def wanted(name: str) -> dict[str, dict[str, Any]]:
    """Return what `imported` has to be; written out here, and not read from the contract."""
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": URI.format(FUNCTIONS[name]),
        "timeoutInMillis": TIMEOUTS[name],
        "passthroughBehavior": "when_no_match",
    }
    preflights = {f"OPTIONS {path}": PREFLIGHT for path in {*PATHS[name], *OPEN[name]} if name == "public"}
    gets = {f"GET {path}": integration for path in OPEN[name]}
    heads = {"HEAD /health": integration} if name == "public" else {}
    return {f"POST {path}": integration for path in PATHS[name]} | gets | heads | preflights


@pytest.mark.parametrize("name", NAMES)
def test_a_new_api_has_every_method_and_no_other(api_gateway: BaseClient, name: str) -> None:
    """ImportRestApi makes an API of the copy."""
    api_id = api_gateway.import_rest_api(body=body(name))["id"]
    assert wanted(name) == imported(api_gateway, api_id)


@pytest.mark.parametrize("name", NAMES)
def test_overwriting_leaves_nothing_of_the_api_before(api_gateway: BaseClient, name: str) -> None:
    """PutRestApi in mode `overwrite` replaces the methods of an existing API."""
    other = deployed(name)
    other["paths"] = {"/query/everything": other["paths"]["/query/user"]}
    api_id = api_gateway.import_rest_api(body=json.dumps(other).encode())["id"]
    assert {"POST /query/everything"} == set(imported(api_gateway, api_id)) - {"OPTIONS /query/everything"}
    api_gateway.put_rest_api(restApiId=api_id, mode="overwrite", body=body(name))
    assert wanted(name) == imported(api_gateway, api_id)


@pytest.mark.parametrize("name", NAMES)
def test_resources_are_the_paths_and_their_parents(api_gateway: BaseClient, name: str) -> None:
    """The importer makes the parents of a path, which have no method."""
    api_id = api_gateway.import_rest_api(body=body(name))["id"]
    resources = api_gateway.get_resources(restApiId=api_id, limit=500)["items"]
    assert PATHS[name] | OPEN[name] | {"/", "/query"} == {resource["path"] for resource in resources}


@pytest.mark.parametrize("name", NAMES)
def test_the_copy_keeps_what_the_importer_reads_beside_methods(name: str) -> None:
    """Moto drops these, so they are asserted on the document that is sent: keys, validators, error answers, policy."""
    source, copied = bundle(name), deployed(name)
    scheme = {"public": "api_key", "internal": "sigv4"}[name]
    assert [scheme] == list(copied["components"]["securitySchemes"])
    for key, operation in operations(copied).items():
        is_open = key.startswith(("GET ", "HEAD ", "OPTIONS "))
        security: list[dict[str, list[str]]] = [] if is_open else [{scheme: []}]
        assert security == operation["security"]
        assert operation["x-amazon-apigateway-request-validator"] in copied["x-amazon-apigateway-request-validators"]
    for part in ("gateway-responses", "request-validators", "api-key-source"):
        assert source[f"x-amazon-apigateway-{part}"] == copied[f"x-amazon-apigateway-{part}"]


def test_the_private_api_lets_in_the_task_role_through_the_endpoint() -> None:
    """The policy lets the task role query, denies other principals and other endpoints, and lets `*` call health."""
    everything = {"Principal": "*", "Action": "execute-api:Invoke"}
    expected = [
        {
            "Sid": "OnlyTheServiceQueries",
            "Effect": "Allow",
            "Principal": {"AWS": DEPLOYED["task_role_arn"]},
            "Action": "execute-api:Invoke",
            "Resource": "execute-api:/v1/POST/query/*",
        },
        {
            "Sid": "AnyoneInTheVpcMayAskForHealth",
            "Effect": "Allow",
            **everything,
            "Resource": "execute-api:/v1/GET/health",
        },
        {
            "Sid": "NobodyElseQueries",
            "Effect": "Deny",
            **everything,
            "Resource": "execute-api:/*/POST/*",
            "Condition": {"StringNotEquals": {"aws:PrincipalArn": DEPLOYED["task_role_arn"]}},
        },
        {
            "Sid": "OnlyThroughTheVpcEndpoint",
            "Effect": "Deny",
            **everything,
            "Resource": "execute-api:/*",
            "Condition": {"StringNotEquals": {"aws:SourceVpce": DEPLOYED["vpc_endpoint_id"]}},
        },
    ]
    assert expected == deployed("internal")["x-amazon-apigateway-policy"]["Statement"]


@pytest.mark.parametrize("name", NAMES)
def test_sources_and_copies_are_openapi(name: str) -> None:
    """A validator of another house takes the contract as it is written, bundled, and as it is imported."""
    source = SOURCES / f"{name}.yaml"
    validate(yaml.safe_load(source.read_text()), base_uri=source.as_uri(), cls=OpenAPIV30SpecValidator)
    validate(bundle(name), cls=OpenAPIV30SpecValidator)
    validate(deployed(name), cls=OpenAPIV30SpecValidator)


# Keywords of OpenAPI that a model of API Gateway cannot have, and formats that it warns about (AWS, "known issues").
NOT_OF_A_MODEL = {"default", "example", "exclusiveMinimum", "exclusiveMaximum", "nullable"}
NUMBER_FORMATS = ("int32", "int64")


def lost(source: dict[str, Any], model: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """Yield the keywords of a schema that its model lost, besides those that no model has."""
    if "$ref" in source and "$ref" not in model:
        source = schemas[source["$ref"].rpartition("/")[2]]
    for keyword, value in source.items():
        kept = model.get(keyword)
        if keyword == "properties":
            for name, schema in value.items():
                yield from (f"{name}.{what}" for what in lost(schema, kept[name], schemas))
        elif keyword in {"items", "additionalProperties"} and isinstance(value, dict):
            yield from (f"{keyword}.{what}" for what in lost(value, kept, schemas))
        elif keyword in NOT_OF_A_MODEL or keyword.startswith("x-") or (keyword == "format" and value in NUMBER_FORMATS):
            assert kept is None
        elif kept != value:
            yield keyword


@pytest.mark.parametrize("name", NAMES)
def test_models_keep_their_types_and_rules(name: str) -> None:
    """An SDK that API Gateway exports has the types, names and bounds of the contract."""
    schemas, models = (document["components"]["schemas"] for document in (bundle(name), import_copy(name)))
    written_in_place = {key for key, schema in schemas.items() if schema.get("nullable")}  # a model is never null
    assert {key for key, schema in schemas.items() if "properties" in schema} - written_in_place == set(models)
    assert [] == [f"{key}.{what}" for key, model in models.items() for what in lost(schemas[key], model, schemas)]


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_and_body_has_a_name(name: str) -> None:
    """An SDK export names its methods by operations and its classes by models."""
    for operation in operations(import_copy(name)).values():
        answers = [each for each in operation["responses"].values() if "content" in each]
        bodies = [*answers, *([operation["requestBody"]] if "requestBody" in operation else [])]
        schemas = [content["schema"] for each in bodies for content in each["content"].values()]
        assert operation["operationId"].isidentifier()
        assert all(re.fullmatch(r"#/components/schemas/[A-Za-z]+", schema["$ref"]) for schema in schemas)
