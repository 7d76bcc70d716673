"""Plans on an account that already serves traffic leave alone what others depend on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.conftest import running_emulator
from tests.infra.stack import NOW, variables
from tests.infra.workspace import ROOT, STATE_BUCKET, Workspace
from tools.contract.bundle import NAMES, import_copy

TABLES = json.loads((ROOT / "infra" / "tables.json").read_text(encoding="utf-8"))
TABLE = 'module.tables.aws_dynamodb_table.this["notification-records"]'
REPOSITORY = "module.registry.aws_ecr_repository.this"
# What the account has, by address and id.
EXISTING = {
    TABLE: "notification-records",
    'module.tables.aws_dynamodb_table.this["command-records"]': "command-records",
    REPOSITORY: "query-service",
    "module.service.aws_ecs_cluster.this": "query-service-cluster",
}
# An operator's own host in the VPC.
HOST = "sg-0123456789abcdef0"

Changes = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def account(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Give a workspace without a state, for an account with tables, a repository and a cluster that people made."""
    with running_emulator(tmp_path_factory) as url:
        made = Workspace(tmp_path_factory.mktemp("live"), url)
        (made.dist / "openapi").mkdir(parents=True)
        for package in workspace.dist.glob("*.zip"):
            (made.dist / package.name).write_bytes(package.read_bytes())
        for name in NAMES:
            (made.dist / "openapi" / f"{name}.json").write_text(json.dumps(import_copy(name)), encoding="utf-8")
        region = {"LocationConstraint": "ap-southeast-1"}
        made.client("s3").create_bucket(Bucket=STATE_BUCKET, CreateBucketConfiguration=region)
        tags = [{"Key": "Team", "Value": "senders"}]
        for name, definition in TABLES.items():
            made.client("dynamodb").create_table(TableName=name, Tags=tags, **without_last_index(definition))
        made.client("ecr").create_repository(repositoryName="query-service", imageTagMutability="IMMUTABLE")
        made.client("ecs").create_cluster(clusterName="query-service-cluster")
        blocks = [f'import {{\n  to = {address}\n  id = "{name}"\n}}\n' for address, name in EXISTING.items()]
        (made.terraform / "takeover.tf").write_text("\n".join(blocks), encoding="utf-8")
        assert 0 == made.run("init").code
        yield made


def without_last_index(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a table's definition without the index that is named last, if it has any."""
    indexes = definition.get("GlobalSecondaryIndexes", [])[:-1]
    keys = {key["AttributeName"] for part in (definition, *indexes) for key in part["KeySchema"]}
    attributes = [one for one in definition["AttributeDefinitions"] if one["AttributeName"] in keys]
    kept = {name: value for name, value in definition.items() if name != "GlobalSecondaryIndexes"}
    return {**kept, "AttributeDefinitions": attributes, **({"GlobalSecondaryIndexes": indexes} if indexes else {})}


def planned(account: Workspace, *more: str) -> Changes:
    """Plan from an empty state, and return the changes by address."""
    ran = account.run("plan", "-out=plan", *variables(NOW), *more)
    assert 0 == ran.code, ran.output
    shown = json.loads(account.run("show", "-json", "plan").output)
    return {one["address"]: one["change"] for one in shown["resource_changes"] if one["mode"] == "managed"}


def changed(change: dict[str, Any]) -> set[str]:
    """Return what a change sets anew, the names of an index's keys excepted; what is known afterwards only is kept."""
    before, after = change["before"], change["after"]
    return {name for name in after if before.get(name) != after[name]} - {"attribute"}


def test_what_exists_is_imported_and_nothing_is_replaced(account: Workspace) -> None:
    """Import blocks work on an empty state, and no change of what exists is a deletion."""
    changes = planned(account, "-var=keep_table_settings=true")
    imported = {address for address, change in changes.items() if "importing" in change}
    assert EXISTING.keys() == imported
    assert [] == [address for address, change in changes.items() if "delete" in change["actions"]]
    assert {"create", "no-op", "update"} >= {action for each in changes.values() for action in each["actions"]}


def test_a_live_table_gets_its_index_and_nothing_else(account: Workspace) -> None:
    """Not another key, which would shut out all who may not use it; not backups, not tags."""
    changes = planned(account, "-var=keep_table_settings=true")
    assert {"global_secondary_index"} == changed(changes[TABLE])
    assert ["no-op"] == changes['module.tables.aws_dynamodb_table.this["command-records"]']["actions"]


def test_after_the_move_the_tables_get_the_stacks_key_and_backups(account: Workspace) -> None:
    """keep_table_settings = false, as in environments/dev.tfvars."""
    change = planned(account)[TABLE]
    assert ["update"] == change["actions"]
    assert {"global_secondary_index", "point_in_time_recovery", "server_side_encryption"} == changed(change)


def test_a_repository_keeps_the_encryption_that_it_was_made_with(account: Workspace) -> None:
    """It cannot be changed: a change would delete the repository and its images."""
    repository = planned(account)[REPOSITORY]
    assert ["update"] == repository["actions"]
    assert "AES256" == repository["after"]["encryption_configuration"][0]["encryption_type"]


def test_operators_hosts_reach_the_load_balancer_and_the_endpoints(account: Workspace) -> None:
    """Nobody else in the VPC does."""
    changes = planned(account, f'-var=operator_security_group_ids=["{HOST}"]')
    rules = [change["after"] for address, change in changes.items() if ".operator[" in address]
    assert {(HOST, 80), (HOST, 443)} == {(rule["referenced_security_group_id"], rule["to_port"]) for rule in rules}


def test_without_the_image_of_the_tools_nothing_of_them_is_made(account: Workspace) -> None:
    """No role, no group, no way through the endpoints."""
    with_tools, without = planned(account), planned(account, "-var=tools_image_uri=")
    lacking = with_tools.keys() - without.keys()
    assert without.keys() <= with_tools.keys()
    assert [] == [address for address in lacking if "tools" not in address]
    assert [] == [address for address in without if "tools" in address]
