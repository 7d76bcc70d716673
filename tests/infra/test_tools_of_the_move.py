"""The tools of the move have a place in the VPC, if an operator asks for one; callers' keys can be handed over."""

import json
import re
from typing import Any

from tests.infra.stack import NOW, Stack, variables
from tests.infra.workspace import ROOT, image

# An operator's own host in the VPC.
HOST = "sg-0123456789abcdef0"


def planned(stack: Stack, *more: str, imported: bool = False) -> dict[str, dict[str, Any]]:
    """Plan, and return the changes by address, those without effect excepted unless they import."""
    ran = stack.workspace.run("plan", "-out=other", *variables(NOW), *more)
    assert 0 == ran.code, ran.output
    changes = json.loads(stack.workspace.run("show", "-json", "other").output)["resource_changes"]
    managed = {each["address"]: each["change"] for each in changes if each["mode"] == "managed"}
    return {
        address: change
        for address, change in managed.items()
        if change["actions"] != ["no-op"] or (imported and change.get("importing"))
    }


def test_operators_hosts_reach_the_load_balancer_and_the_endpoints(stack: Stack) -> None:
    """Nothing else changes."""
    rules = [change["after"] for change in planned(stack, f'-var=operator_security_group_ids=["{HOST}"]').values()]
    assert {(HOST, 80), (HOST, 443)} == {(rule["referenced_security_group_id"], rule["to_port"]) for rule in rules}


def test_without_the_image_of_the_tools_nothing_of_them_is_there(stack: Stack) -> None:
    """No task, no role, no group, and no way through the endpoint of the tables."""
    changes = planned(stack, "-var=tools_image_uri=")
    deleted = {address for address, change in changes.items() if change["actions"] == ["delete"]}
    assert {"module.network.aws_vpc_endpoint.dynamodb"} == changes.keys() - deleted
    assert deleted
    assert [] == [address for address in deleted if "tools" not in address]


def test_a_task_of_the_tools_runs_the_image_and_nothing_by_itself(stack: Stack) -> None:
    """`aws ecs run-task` gives its command; without one it prints its help."""
    definition = stack.client("ecs").describe_task_definition(taskDefinition="query-service-tools")["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    assert image("tools-1.0.0") == container["image"]
    assert (["python", "-m", "tools.migration"], ["--help"]) == (container["entryPoint"], container["command"])
    assert "awsvpcConfiguration={subnets=[subnet-" in stack.output("tools_network")
    assert definition["taskDefinitionArn"] == stack.output("tools_task")


def import_blocks(**given: str) -> str:
    """Return the import blocks of the document with real values for the words in capitals."""
    page = (ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
    (blocks,) = re.findall(r"^```hcl\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for shown, real in given.items():
        blocks = blocks.replace(shown, real)
    return blocks


def test_a_callers_plan_and_key_can_be_handed_over(stack: Stack) -> None:
    """With the blocks of docs/migration.md the plan changes words alone: neither key nor limits nor stage."""
    gateway = stack.client("apigateway")
    stages = [{"apiId": stack.output("public_api_id"), "stage": "v1"}]
    limits = {"throttle": {"rateLimit": 50, "burstLimit": 100}, "quota": {"limit": 1_000_000, "period": "MONTH"}}
    plan = gateway.create_usage_plan(name="reports", apiStages=stages, **limits)["id"]
    key = gateway.create_api_key(name="reports", enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    file = stack.workspace.terraform / "takeover.tf"
    file.write_text(import_blocks(NAME="reports", PLAN=plan, KEY=key), encoding="utf-8")
    try:
        applications = {"marketing-portal": {}, "support-tools": {}, "reports": {}}
        changes = planned(stack, f"-var=applications={json.dumps(applications)}", imported=True)
    finally:
        file.unlink()
        gateway.delete_api_key(apiKey=key)
        gateway.delete_usage_plan(usagePlanId=plan)
    taken = {address: change for address, change in changes.items() if change.get("importing")}
    assert 3 == len(taken)
    assert taken.keys() == changes.keys()
    for change in taken.values():
        assert ["delete"] != change["actions"]
        before, after = change["before"], change["after"]
        assert {"description", "tags", "tags_all"} >= {name for name in after if before[name] != after[name]}
