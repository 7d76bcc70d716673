import json
from string import Template
from typing import Any

import pytest

from tests.infra.stack import NOW, REMOVED, Stack, variables
from tests.infra.workspace import ACCOUNT, REGION
from tools.contract.bundle import NAMES, operations

FUNCTIONS = {"public": "query-lambda", "internal": "query-result-lambda"}
URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
# What API Gateway reads of a contract and moto's importer drops.
DROPPED_BY_MOTO = (
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-request-validators",
    "components",
    "security",
    "servers",
)


def api(stack: Stack, name: str) -> dict[str, Any]:
    """Return what Terraform keeps of an API."""
    return stack.state[f"module.{name}_api.aws_api_gateway_rest_api.this"]


def import_copy(stack: Stack, name: str) -> dict[str, Any]:
    """Return the import copy that was there to be applied."""
    text = (stack.workspace.dist / "openapi" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def sent(stack: Stack, name: str) -> dict[str, Any]:
    """Return the document that Terraform sent to API Gateway."""
    document: dict[str, Any] = json.loads(api(stack, name)["body"])
    return document


def wanted(stack: Stack, name: str) -> dict[str, Any]:
    """Return the import copy with its placeholders filled with the emulator's values."""
    endpoints = stack.client("ec2").describe_vpc_endpoints(
        Filters=[{"Name": "service-name", "Values": [f"com.amazonaws.{REGION}.execute-api"]}]
    )
    values = {
        "aws_account_id": ACCOUNT,
        "aws_region": REGION,
        "task_role_arn": stack.client("iam").get_role(RoleName="query-service-task")["Role"]["Arn"],
        "vpc_endpoint_id": endpoints["VpcEndpoints"][0]["VpcEndpointId"],
    }
    filled = Template(json.dumps(import_copy(stack, name))).safe_substitute(values)
    document: dict[str, Any] = json.loads(filled)
    return document


def stage(stack: Stack, name: str) -> dict[str, Any]:
    """Return the stage of an API as the emulator has it."""
    answer: dict[str, Any] = stack.client("apigateway").get_stage(restApiId=api(stack, name)["id"], stageName="v1")
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_has_its_method_and_its_function(stack: Stack, name: str) -> None:
    """The contract's operations, and no others, lead to the function behind that gateway; preflights lead nowhere."""
    resources = stack.client("apigateway").get_resources(restApiId=api(stack, name)["id"], embed=["methods"], limit=500)
    methods = {
        f"{method} {resource['path']}": value["methodIntegration"]
        for resource in resources["items"]
        for method, value in resource.get("resourceMethods", {}).items()
    }
    assert set(operations(import_copy(stack, name))) == set(methods)
    for key, integration in methods.items():
        if key.startswith("OPTIONS "):
            assert "mock" == integration["type"]
            continue
        assert f"{URI}{FUNCTIONS[name]}/invocations" == integration["uri"]
        assert ("aws_proxy", "POST") == (integration["type"], integration["httpMethod"])
        timeout = stack.client("lambda").get_function_configuration(FunctionName=FUNCTIONS[name])["Timeout"]
        assert timeout * 1000 < integration["timeoutInMillis"] <= 29_000


def test_an_operation_that_left_the_contract_left_the_api(stack: Stack) -> None:
    """The import overwrites: the release before had one operation more."""
    resources = stack.client("apigateway").get_resources(restApiId=api(stack, "public")["id"], limit=500)["items"]
    assert REMOVED in stack.steps["apply"].output
    assert REMOVED not in {resource["path"] for resource in resources}


@pytest.mark.parametrize("part", DROPPED_BY_MOTO)
@pytest.mark.parametrize("name", NAMES)
def test_what_moto_drops_is_in_the_document_that_was_sent(stack: Stack, name: str, part: str) -> None:
    """Error answers, policy, validators, models and security are the import copy's, with every placeholder filled."""
    assert wanted(stack, name).get(part) == sent(stack, name).get(part)


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_document_is_the_import_copy(stack: Stack, name: str) -> None:
    """Terraform repeats nothing of the contract, and a warning of the importer is an error."""
    assert wanted(stack, name) == sent(stack, name)
    assert api(stack, name)["fail_on_warnings"]


@pytest.mark.parametrize(("name", "scheme"), [("public", "api_key"), ("internal", "sigv4")])
def test_every_operation_but_health_asks_who_is_there(stack: Stack, name: str, scheme: str) -> None:
    """The public API wants a key, the internal one a signature; a browser's preflight can have neither."""
    asked = {key: operation["security"] for key, operation in operations(sent(stack, name)).items()}
    open_to_all = {key: asked.pop(key) for key in list(asked) if key.startswith(("GET ", "HEAD ", "OPTIONS "))}
    assert [[]] * len(open_to_all) == list(open_to_all.values())
    assert [[{scheme: []}]] * len(asked) == list(asked.values())


def test_the_internal_api_is_bound_to_the_endpoint_and_to_the_task_role(stack: Stack) -> None:
    """It is private, and its policy lets in the task role alone, through the endpoint alone."""
    document = wanted(stack, "internal")
    (server,) = document["servers"]
    endpoint_ids = server["x-amazon-apigateway-endpoint-configuration"]["vpcEndpointIds"]
    kept = stack.client("apigateway").get_rest_api(restApiId=api(stack, "internal")["id"])["endpointConfiguration"]
    assert {"types": ["PRIVATE"], "vpcEndpointIds": endpoint_ids} == {
        key: kept[key] for key in ("types", "vpcEndpointIds")
    }
    role = f"arn:aws:iam::{ACCOUNT}:role/query-service-task"
    allow, _, others, elsewhere = sent(stack, "internal")["x-amazon-apigateway-policy"]["Statement"]
    assert {"AWS": role} == allow["Principal"]
    assert {"StringNotEquals": {"aws:PrincipalArn": role}} == others["Condition"]
    assert {"StringNotEquals": {"aws:SourceVpce": endpoint_ids[0]}} == elsewhere["Condition"]
    assert ["Deny", "Deny"] == [others["Effect"], elsewhere["Effect"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_is_traced_logged_and_throttled(stack: Stack, name: str) -> None:
    """X-Ray, JSON lines into a group that exists, no bodies in the execution log, and a limit on all methods."""
    kept = stage(stack, name)
    settings = kept["methodSettings"]["*/*"]
    assert kept["tracingEnabled"]
    assert kept["accessLogSettings"]["destinationArn"].endswith(f":log-group:/apigateway/{name}/access")
    assert {"requestId", "status", "errorMessage"} <= json.loads(kept["accessLogSettings"]["format"]).keys()
    assert '$context.identity.apiKey"' not in kept["accessLogSettings"]["format"]
    assert (500, 1000) == (settings["throttlingRateLimit"], settings["throttlingBurstLimit"])
    assert (True, False, "ERROR") == (
        settings["metricsEnabled"],
        settings["dataTraceEnabled"],
        settings["loggingLevel"],
    )


@pytest.mark.parametrize("method", ["health/GET", "health/HEAD", "openapi.json/GET"])
def test_a_public_method_without_a_key_has_a_throttle_of_its_own(stack: Stack, method: str) -> None:
    """Anyone may call it, so its rate is low. Its other settings are those of all methods."""
    settings = stage(stack, "public")["methodSettings"]
    health = settings[method]
    assert (8, 20) == (health["throttlingRateLimit"], health["throttlingBurstLimit"])
    own = {"throttlingRateLimit", "throttlingBurstLimit"}
    assert {key: value for key, value in settings["*/*"].items() if key not in own} == {
        key: value for key, value in health.items() if key not in own
    }
    assert {"*/*"} == stage(stack, "internal")["methodSettings"].keys()


def test_health_checks_alone_never_add_tasks(stack: Stack) -> None:
    """All calls without a key that the throttles let through are at most a tenth of what autoscaling aims at."""
    policy = stack.state['module.service.aws_appautoscaling_policy.this["requests-per-target"]']
    (tracking,) = policy["target_tracking_scaling_policy_configuration"]
    tasks = stack.state["module.service.aws_appautoscaling_target.this"]["min_capacity"]
    health = stage(stack, "public")["methodSettings"]["health/GET"]
    assert 3 * health["throttlingRateLimit"] * 60 / tasks <= tracking["target_value"] / 10


@pytest.mark.parametrize("name", NAMES)
def test_the_stage_shows_the_newest_deployment(stack: Stack, name: str) -> None:
    """A deployment is a copy, so that a change is seen only through a new one."""
    deployments = stack.client("apigateway").get_deployments(restApiId=api(stack, name)["id"])["items"]
    assert [stage(stack, name)["deploymentId"]] == [deployment["id"] for deployment in deployments]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_called_by_its_own_api_alone(stack: Stack, name: str) -> None:
    """The permission names API Gateway, the API and the stage."""
    policy = json.loads(stack.client("lambda").get_policy(FunctionName=FUNCTIONS[name])["Policy"])
    (statement,) = policy["Statement"]
    source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api(stack, name)['id']}/v1/*"
    assert {"Service": "apigateway.amazonaws.com"} == statement["Principal"]
    assert {"ArnLike": {"AWS:SourceArn": source}} == statement["Condition"]


def test_each_application_has_a_key_and_a_plan_of_its_own(stack: Stack) -> None:
    """A key is good for the public API's stage, within the rate and the quota of its application."""
    client = stack.client("apigateway")
    plans = {plan["name"]: plan for plan in client.get_usage_plans()["items"]}
    assert {"marketing-portal", "support-tools"} == set(plans)
    for name, plan in plans.items():
        (key,) = client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]
        assert name == key["name"]
        assert [{"apiId": api(stack, "public")["id"], "stage": "v1"}] == plan["apiStages"]
        assert {"rateLimit": 50.0, "burstLimit": 100} == plan["throttle"]
        assert (1_000_000, "MONTH") == (plan["quota"]["limit"], plan["quota"]["period"])
        assert client.get_api_key(apiKey=key["id"])["enabled"]


def test_without_keys_of_its_own_terraform_knows_no_value_of_a_key(stack: Stack) -> None:
    """`create_api_keys = false` leaves the plans and no resource whose state holds a key's value."""
    ran = stack.workspace.run("plan", "-out=keys.tfplan", *variables(NOW), "-var=create_api_keys=false")
    assert 0 == ran.code, ran.output
    text = stack.workspace.run("show", "-json", "keys.tfplan").output
    planned = json.loads(text)["planned_values"]["root_module"]
    types = [item["type"] for module in planned["child_modules"] for item in module["resources"]]
    assert 2 == types.count("aws_api_gateway_usage_plan")
    assert not {"aws_api_gateway_api_key", "aws_api_gateway_usage_plan_key"} & {*types}
