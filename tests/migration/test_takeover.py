"""`takeover` stops at each difference that a caller would notice, and writes what Terraform takes over."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.migration.account import ACCOUNT, NAME, STAGE, OldAccount
from tests.migration.conftest import Ended
from tools.migration.__main__ import main
from tools.migration.takeover.command import IMPORTS, VARIABLES

Takeover = Callable[..., Ended]


@pytest.fixture
def account(server: str) -> OldAccount:
    """Give an account whose API can be taken over as it is."""
    made = OldAccount.empty(server)
    made.build()
    return made


@pytest.fixture
def takeover(
    account: OldAccount, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Takeover:
    """Give a function that runs the command; it writes into the test's folder."""
    (tmp_path / "main.tf").touch()

    def command(*arguments: str, api: str | None = None) -> Ended:
        where = ["--api-id", api or account.api_id, "--endpoint-url", account.url, "--into", str(tmp_path)]
        monkeypatch.setattr(sys, "argv", ["migration", "takeover", *where, "--json", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return command


def found(ended: Ended, *kinds: str) -> dict[str, str]:
    """Return what was seen by subject, of some kinds."""
    return {one["subject"]: one["seen"] for one in ended.report["findings"] if one["kind"] in kinds}


def test_what_exists_is_taken_over(takeover: Takeover, account: OldAccount, tmp_path: Path) -> None:
    """Tables, repository and cluster are imported; names that are taken get a suffix; the API stays outside."""
    account.client("ecr").create_repository(repositoryName="query-service")
    account.client("ecs").create_cluster(clusterName="query-service-cluster")
    ended = takeover()
    assert 0 == ended.code, ended.out
    text = (tmp_path / IMPORTS).read_text()
    assert 4 == text.count("import {")
    assert 'to = module.tables.aws_dynamodb_table.existing["notification-records"]' in text
    assert "rest_api" not in text
    assert {
        "existing_api": {"id": account.api_id, "name": NAME, "stage": STAGE},
        "existing_tables": {
            name: {"billing_mode": "PAY_PER_REQUEST"} for name in ("notification-records", "command-records")
        },
        "gateway_logging": True,
        "name_suffix": "-ecs",
        "public_endpoint_type": "REGIONAL",
        "public_stage_name": STAGE,
    } == json.loads((tmp_path / VARIABLES).read_text())


def test_it_changes_nothing_in_the_account(takeover: Takeover, account: OldAccount) -> None:
    """The old path is as it was."""
    before = account.state()
    takeover()
    assert before == account.state()


def test_a_removed_method_is_named_with_its_traffic(takeover: Takeover, account: OldAccount, tmp_path: Path) -> None:
    """The owner decides; then the files are written."""
    account.method("GET /query/user")
    account.deploy()
    names = {"ApiName": NAME, "Stage": STAGE, "Method": "GET", "Resource": "/query/user"}
    dimensions = [{"Name": name, "Value": value} for name, value in names.items()]
    point = {
        "MetricName": "Count",
        "Dimensions": dimensions,
        "Value": 12,
        "Timestamp": datetime.now(UTC) - timedelta(hours=1),
    }
    account.client("cloudwatch").put_metric_data(Namespace="AWS/ApiGateway", MetricData=[point])
    ended = takeover()
    assert 1 == ended.code
    seen = "is not in the contract, an import removes it; 12 calls in the last 30 days"
    assert {"GET /query/user": seen} == found(ended, "decide", "stop")
    assert not (tmp_path / IMPORTS).exists()
    assert 0 == takeover("--accept", "GET /query/user").code
    assert (tmp_path / IMPORTS).exists()


def no_key(account: OldAccount) -> None:
    """Add a method that needs no key."""
    account.method("POST /query/fail", keyed=False)
    account.deploy()


def iam(account: OldAccount) -> None:
    """Add a method with another authorizer."""
    account.method("POST /query/fail", authorization="AWS_IAM")
    account.deploy()


def edited(account: OldAccount) -> None:
    """Add a method, and do not deploy it."""
    account.method("POST /query/fail")


def answers(account: OldAccount) -> None:
    """Add a gateway response of its own."""
    account.client("apigateway").put_gateway_response(
        restApiId=account.api_id, responseType="THROTTLED", statusCode="503"
    )


def keys_elsewhere(account: OldAccount) -> None:
    """Change a setting of the whole API."""
    operation = {"op": "replace", "path": "/apiKeySource", "value": "AUTHORIZER"}
    account.client("apigateway").update_rest_api(restApiId=account.api_id, patchOperations=[operation])


def busy(account: OldAccount) -> None:
    """Make a table provisioned."""
    account.client("dynamodb").update_table(
        TableName="notification-records",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )


def without_keys(account: OldAccount) -> None:
    """Take the only key out of its plan."""
    client = account.client("apigateway")
    (plan,) = client.get_usage_plans()["items"]
    client.delete_usage_plan_key(usagePlanId=plan["id"], keyId=account.key)


def with_canary(account: OldAccount) -> None:
    """Start a canary of somebody else."""
    settings = {"percentTraffic": 5}
    account.client("apigateway").create_deployment(restApiId=account.api_id, stageName=STAGE, canarySettings=settings)


def other_index(account: OldAccount) -> None:
    """Add an index that infra/tables.json lacks."""
    key = [{"AttributeName": "status", "KeyType": "HASH"}]
    made = {"IndexName": "own-index", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
    account.client("dynamodb").update_table(
        TableName="notification-records",
        AttributeDefinitions=[{"AttributeName": "status", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": made}],
    )


def without_table(account: OldAccount) -> None:
    """Delete a table: it is not there, as in a wrong region."""
    account.client("dynamodb").delete_table(TableName="command-records")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (no_key, ("decide", "POST /query/fail", "needs no key now, and one in the contract")),
        (iam, ("decide", "POST /query/fail", "asks for AWS_IAM credentials, which the contract does not")),
        (edited, ("decide", "edits of the API", "POST /query/fail: not deployed, and the canary is made without them")),
        (answers, ("decide", "gateway responses", "of its own for THROTTLED")),
        (keys_elsewhere, ("decide", "apiKeySource", "is AUTHORIZER, and the contract has none")),
        (without_keys, ("stop", "stage v1", "the contract would refuse every call")),
        (with_canary, ("stop", "stage v1", "has a canary with 5 % already")),
        (other_index, ("stop", "table notification-records", "has the index own-index, which Terraform would remove")),
        (without_table, ("stop", "table command-records", "does not exist in ap-southeast-1")),
    ],
)
def test_it_stops_at_what_callers_would_notice(
    takeover: Takeover,
    account: OldAccount,
    tmp_path: Path,
    change: Callable[[OldAccount], None],
    expected: tuple[str, str, str],
) -> None:
    """Each difference is named, and nothing is written; what stops cannot be accepted."""
    kind, subject, seen = expected
    change(account)
    ended = takeover()
    assert 1 == ended.code
    assert seen in found(ended, kind)[subject]
    assert not (tmp_path / IMPORTS).exists()
    assert (0 if kind == "decide" else 1) == takeover("--accept", subject).code


def test_another_kind_of_api_stops(takeover: Takeover, account: OldAccount) -> None:
    """An HTTP API has no canary, and the message names the page; an unknown id names the region."""
    made = account.client("apigatewayv2").create_api(Name="http", ProtocolType="HTTP")["ApiId"]
    assert "is a v2 API (HTTP)" == found(takeover(api=made), "stop")[f"API {made}"]
    assert "does not exist in ap-southeast-1" == found(takeover(api="nothing"), "stop")["API nothing"]


def test_a_provisioned_table_is_checked_for_room(takeover: Takeover, account: OldAccount, tmp_path: Path) -> None:
    """Each index keeps its capacity. An index to add needs room for its writes, or the owner's word."""
    busy(account)
    account.client("dynamodb").update_table(
        TableName="notification-records",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "marketing_id-index"}}],
    )
    ended = takeover()
    assert 1 == ended.code
    assert "5 write units a second, 0 used" in found(ended, "decide")["capacity of notification-records"]
    assert 0 == takeover("--accept", "capacity of notification-records").code
    table = json.loads((tmp_path / VARIABLES).read_text())["existing_tables"]["notification-records"]
    assert "PROVISIONED" == table["billing_mode"]
    assert {"read": 5, "write": 5} == table["indexes"]["marketing_id-index"]


def test_after_promotion_the_api_itself_is_taken_over(takeover: Takeover, account: OldAccount, tmp_path: Path) -> None:
    """The stage serves a contract and has no canary: Terraform gets API and stage."""
    client = account.client("apigateway")
    client.create_deployment(restApiId=account.api_id, stageName=STAGE, description="contract sha256:0")
    assert 0 == takeover().code
    text = (tmp_path / IMPORTS).read_text()
    assert f'to = module.public_api.aws_api_gateway_stage.this\n  id = "{account.api_id}/{STAGE}"' in text


def test_mistakes_end_in_one_line(takeover: Takeover, tmp_path: Path) -> None:
    """An unknown --accept, and a folder without a configuration."""
    ended = takeover("--accept", "GET /nothing")
    assert (2, "migration: --accept names no finding: GET /nothing\n") == (ended.code, ended.err)
    (tmp_path / "main.tf").unlink()
    assert "there is no Terraform configuration in" in takeover().err


def test_the_existing_role_for_logs_stays(takeover: Takeover, account: OldAccount, tmp_path: Path) -> None:
    """It is one for the account: Terraform would set another one."""
    role = f"arn:aws:iam::{ACCOUNT}:role/gateway-logs"
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    account.client("apigateway").update_account(patchOperations=[operation])
    assert 0 == takeover().code
    assert json.loads((tmp_path / VARIABLES).read_text())["gateway_logging"] is False
