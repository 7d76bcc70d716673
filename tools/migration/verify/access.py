"""Checks of VPC endpoints, roles, and both gateways."""

import fnmatch
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

from tools.contract.bundle import import_copy, operations
from tools.migration.aws import items
from tools.migration.verify.check import OUTSIDE, Check, FailedError, Site, fail_if

_ENDPOINTS: Final = ("dynamodb", "s3", "execute-api", "ecr.api", "ecr.dkr", "logs", "secretsmanager")
_FUNCTIONS: Final = {"public": "query-lambda", "internal": "query-result-lambda"}
_STAGE: Final = "v1"


def checks(site: Site) -> Iterator[Check]:
    """Yield the checks of network, roles and gateways."""
    definition = f"aws ecs describe-task-definition --task-definition {site.service}"
    yield Check("VPC endpoints", partial(_endpoints, site), "aws ec2 describe-vpc-endpoints", "VPC", OUTSIDE)
    yield Check("roles of the task", partial(_roles, site), definition, "IAM", OUTSIDE)
    for name in _FUNCTIONS:
        advice = f"python -m tools.migration import-contract {name} --force"
        yield Check(f"{name} gateway", partial(_gateway, site, name), advice, "API Gateway control plane", OUTSIDE)


def _endpoints(site: Site) -> str:
    endpoints = items(site.aws.client("ec2"), "describe_vpc_endpoints", "VpcEndpoints")
    available = {endpoint["ServiceName"] for endpoint in endpoints if endpoint["State"].lower() == "available"}
    lacking = [name for name in _ENDPOINTS if f"com.amazonaws.{site.aws.region}.{name}" not in available]
    fail_if(lacking, f"none available for {', '.join(lacking)}")
    return f"available for {', '.join(_ENDPOINTS)}"


def _roles(site: Site) -> str:
    """Check that the task has two roles, and that the task role may call the internal API."""
    definition = site.task_definition()
    arns = [definition.get("executionRoleArn"), definition.get("taskRoleArn")]
    if not all(arns) or arns[0] == arns[1]:
        raise FailedError("the task needs an execution role and a task role, and they must differ")
    client = site.aws.client("iam")
    names = [str(arn).rpartition("/")[2] for arn in arns]
    for name in names:
        trust = client.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        fail_if("ecs-tasks.amazonaws.com" not in json.dumps(trust), f"a task cannot assume {name}")
    if not any(_allows_invoke(statement) for statement in _statements(client, names[1])):
        raise FailedError(f"{names[1]} may not execute-api:Invoke")
    return f"{names[0]} starts the task, {names[1]} may call the internal API"


def _statements(client: Any, role: str) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  # botocore's client
    """Yield the statements of a role's inline and attached policies."""
    inline = client.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline]
    for attached in client.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        documents.append(client.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
    for document in documents:
        parsed = json.loads(unquote(document)) if isinstance(document, str) else document
        yield from _listed(parsed["Statement"])


def _allows_invoke(statement: Mapping[str, Any]) -> bool:
    actions = [str(action).lower() for action in _listed(statement.get("Action", []))]
    return statement["Effect"] == "Allow" and any(fnmatch.fnmatchcase("execute-api:invoke", each) for each in actions)


def _gateway(site: Site, name: str) -> str:
    """Check that every operation of a contract is integrated with its function, and that the stage exists."""
    document, client = import_copy(name), site.aws.client("apigateway")
    title = document["info"]["title"]
    api = next((api for api in items(client, "get_rest_apis", "items") if api["name"] == title), None)
    if api is None:
        raise FailedError(f"the API {title!r} does not exist in {site.aws.region}")
    uris = {
        f"{method} {resource['path']}": definition.get("methodIntegration", {}).get("uri", "")
        for resource in items(client, "get_resources", "items", restApiId=api["id"], embed=["methods"])
        for method, definition in resource.get("resourceMethods", {}).items()
    }
    wrong = [
        operation
        for operation, definition in operations(document).items()
        if definition["x-amazon-apigateway-integration"]["type"] == "aws_proxy"
        and f":function:{_FUNCTIONS[name]}" not in uris.get(operation, "")
    ]
    fail_if(wrong, f"{', '.join(wrong)} not integrated with {_FUNCTIONS[name]}")
    client.get_stage(restApiId=api["id"], stageName=_STAGE)
    types = api.get("endpointConfiguration", {}).get("types", [])
    fail_if(name == "internal" and types != ["PRIVATE"], f"its endpoint is {', '.join(types)}, not PRIVATE")
    return f"{api['id']}: {len(operations(document))} operations on {_STAGE}, to {_FUNCTIONS[name]}"


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # IAM leaves out the list around a single value
    return value if isinstance(value, list) else [value]
