from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.stack import Stack
from tests.infra.workspace import ACCOUNT, REGION

ROLES = {
    "query-lambda",
    "query-result-lambda",
    "query-service-execution",
    "query-service-flow-logs",
    "query-service-gateway-logs",
    "query-service-task",
    "query-service-tools",
}
# Statements on all resources, and the reason.
ANY_RESOURCE = {
    "WriteTraces": "X-Ray has no resources",
    "AttachToVpc": "Lambda checks these without a resource when a function is made; the next statement takes them back",
    "CodeDoesNotAttach": "it denies",
    "FindFlowLogs": "it lists all log groups",
    "LogInToRegistry": "a token of ECR is for the account",
}
# Managed policies of AWS, and the reason.
MANAGED = {"AmazonAPIGatewayPushToCloudWatchLogs": "API Gateway refuses a role that has less"}
FUNCTIONS = ("query-lambda", "query-result-lambda")


def policies(stack: Stack, role: str) -> Iterator[dict[str, Any]]:
    """Yield the inline policies of a role."""
    iam = stack.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def statements(stack: Stack, role: str) -> dict[str, dict[str, Any]]:
    """Return a role's statements by their id."""
    return {statement["Sid"]: statement for policy in policies(stack, role) for statement in policy["Statement"]}


def as_list(value: Any) -> list[str]:  # noqa: ANN401  # IAM leaves out the list around a single value
    """Return the value as a list."""
    return value if isinstance(value, list) else [value]


def test_the_roles_are_these(stack: Stack) -> None:
    """Each hop has its own role; the task and its execution have different ones."""
    assert {role["RoleName"] for role in stack.client("iam").list_roles()["Roles"]} == ROLES


@pytest.mark.parametrize("role", sorted(ROLES))
def test_statements_name_their_resources(stack: Stack, role: str) -> None:
    """`*` is allowed only for the statements listed above, and never in actions."""
    for sid, statement in statements(stack, role).items():
        assert [] == [action for action in as_list(statement["Action"]) if "*" in action]
        if "*" in as_list(statement["Resource"]):
            assert sid in ANY_RESOURCE


def test_every_exception_is_still_needed(stack: Stack) -> None:
    """The list above has no unused entry."""
    found = {role: statements(stack, role) for role in ROLES}
    used = {sid for own in found.values() for sid, statement in own.items() if "*" in as_list(statement["Resource"])}
    assert used == ANY_RESOURCE.keys()


def test_policies_of_aws_are_the_exception(stack: Stack) -> None:
    """They allow more than a stack needs; the list above has the exceptions."""
    iam = stack.client("iam")
    attached = {
        policy["PolicyName"]
        for role in ROLES
        for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    }
    assert attached == MANAGED.keys()


def test_the_task_calls_the_internal_apis_queries_and_nothing_else(stack: Stack) -> None:
    """The service knows no table and no function."""
    (api,) = [api for api in stack.client("apigateway").get_rest_apis()["items"] if api["name"] == "Internal Query API"]
    (statement,) = statements(stack, "query-service-task").values()
    assert "execute-api:Invoke" == statement["Action"]
    assert f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api['id']}/v1/POST/query/*" == statement["Resource"]


def test_only_the_reader_of_the_tables_reads_them(stack: Stack) -> None:
    """It may query the one table and its indexes; the tools may look at both tables; nobody may write."""
    tables = [
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}" for name in ("command-records", "notification-records")
    ]
    found = {
        (role, action): sorted(as_list(statement["Resource"]))
        for role in ROLES
        for statement in statements(stack, role).values()
        for action in as_list(statement["Action"])
        if action.startswith("dynamodb:")
    }
    assert {
        ("query-result-lambda", "dynamodb:Query"): [tables[1], f"{tables[1]}/index/*"],
        ("query-service-tools", "dynamodb:DescribeTable"): tables,
        ("query-service-tools", "dynamodb:Scan"): tables,
    } == found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_functions_code_can_not_use_what_lambda_needs(stack: Stack, function: str) -> None:
    """The permission to create network interfaces is denied to the function's own code."""
    own = statements(stack, function)
    deny = own["CodeDoesNotAttach"]
    assert "Deny" == deny["Effect"]
    assert own["AttachToVpc"]["Action"] == deny["Action"]
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    assert {"ArnEquals": {"lambda:SourceFunctionArn": arn}} == deny["Condition"]


def test_each_role_is_for_one_service_of_aws(stack: Stack) -> None:
    """Only one AWS service may assume each role."""
    roles = {role["RoleName"]: role for role in stack.client("iam").list_roles()["Roles"]}
    principals = {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] for name, role in roles.items()
    }
    assert {
        "query-lambda": "lambda.amazonaws.com",
        "query-result-lambda": "lambda.amazonaws.com",
        "query-service-execution": "ecs-tasks.amazonaws.com",
        "query-service-flow-logs": "vpc-flow-logs.amazonaws.com",
        "query-service-gateway-logs": "apigateway.amazonaws.com",
        "query-service-task": "ecs-tasks.amazonaws.com",
        "query-service-tools": "ecs-tasks.amazonaws.com",
    } == principals
