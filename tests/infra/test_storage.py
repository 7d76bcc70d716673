import json
from typing import Any

import pytest

from tests.infra.stack import Stack
from tests.infra.workspace import ROOT

TABLES = json.loads((ROOT / "infra" / "tables.json").read_text(encoding="utf-8"))
LOG_GROUPS = {
    "/apigateway/internal/access",
    "/apigateway/public/access",
    "/aws/lambda/query-lambda",
    "/aws/lambda/query-result-lambda",
    "/ecs/query-service",
    "/vpc/query-service/flow",
}


def key(stack: Stack) -> str:
    """Return the ARN of the stack's key."""
    (alias,) = [
        alias for alias in stack.client("kms").list_aliases()["Aliases"] if alias["AliasName"] == "alias/query-service"
    ]
    arn: str = stack.client("kms").describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]["Arn"]
    return arn


def as_set(items: list[dict[str, Any]]) -> set[str]:
    """Return the items of a list without their order."""
    return {json.dumps(item, sort_keys=True) for item in items}


@pytest.mark.parametrize("name", TABLES)
def test_tables_equal_tables_json(stack: Stack, name: str) -> None:
    """Keys, attributes, indexes, billing and stream are those of the local stack."""
    kept, wanted = stack.client("dynamodb").describe_table(TableName=name)["Table"], TABLES[name]
    assert wanted["KeySchema"] == kept["KeySchema"]
    assert as_set(wanted["AttributeDefinitions"]) == as_set(kept["AttributeDefinitions"])
    assert wanted["BillingMode"] == kept["BillingModeSummary"]["BillingMode"]
    indexes = [
        {part: index[part] for part in ("IndexName", "KeySchema", "Projection")}
        for index in kept.get("GlobalSecondaryIndexes", [])
    ]
    assert as_set(wanted.get("GlobalSecondaryIndexes", [])) == as_set(indexes)
    assert wanted.get("StreamSpecification", {}).items() <= kept.get("StreamSpecification", {}).items()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_restored_and_is_encrypted(stack: Stack, name: str) -> None:
    """Point-in-time recovery, and the stack's own key."""
    client = stack.client("dynamodb")
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert "ENABLED" == backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert key(stack) == client.describe_table(TableName=name)["Table"]["SSEDescription"]["KMSMasterKeyArn"]


def test_the_tables_are_protected_unless_an_environment_says_otherwise(stack: Stack) -> None:
    """Only dev, as it is applied here, lets its tables be deleted."""
    files = {
        path.stem: path.read_text(encoding="utf-8")
        for path in (stack.workspace.terraform / "environments").glob("*.tfvars")
    }
    assert {"dev", "prod"} == set(files)
    assert "deletion_protection = false" in files["dev"]
    assert "deletion_protection = true" in files["prod"]
    client = stack.client("dynamodb")
    protected = {client.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] for name in TABLES}
    assert {False} == protected


def test_every_log_is_encrypted_and_ends_some_day(stack: Stack) -> None:
    """Each hop has its group, with the environment's retention and the stack's key."""
    groups = stack.client("logs").describe_log_groups()["logGroups"]
    names = {group["logGroupName"] for group in groups}
    execution = {name for name in names if name.startswith("API-Gateway-Execution-Logs_")}
    assert names - execution == LOG_GROUPS
    apis = {api["id"] for api in stack.client("apigateway").get_rest_apis()["items"]}
    assert execution == {f"API-Gateway-Execution-Logs_{api}/v1" for api in apis}
    assert {(30, key(stack))} == {(group["retentionInDays"], group["kmsKeyId"]) for group in groups}


def test_the_key_turns_every_year(stack: Stack) -> None:
    """One key for all that is kept, rotated by AWS."""
    assert stack.client("kms").get_key_rotation_status(KeyId=key(stack))["KeyRotationEnabled"]
    secret = stack.client("secretsmanager").describe_secret(SecretId="query-service/cursor-keys")
    assert key(stack) == secret["KmsKeyId"]
