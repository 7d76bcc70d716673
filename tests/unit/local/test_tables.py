import contextlib
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tools.local.tables import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    create_tables,
    dynamodb_client,
)


def test_both_tables_are_as_the_queries_and_the_stream_need_them(
    dynamodb: DynamoDBClient, table_names: dict[str, str]
) -> None:
    """What infra/tables.json says is what the engine has: keys, both indexes with all attributes, the stream."""
    notifications = dynamodb.describe_table(TableName=table_names[NOTIFICATION_RECORDS])["Table"]
    commands = dynamodb.describe_table(TableName=table_names[COMMAND_RECORDS])["Table"]

    assert [key["AttributeName"] for key in notifications["KeySchema"]] == ["user_id", "created_at"]
    assert {
        index["IndexName"]: (
            [key["AttributeName"] for key in index["KeySchema"]],
            index["Projection"]["ProjectionType"],
        )
        for index in notifications["GlobalSecondaryIndexes"]
    } == {
        "marketing_id-index": (["marketing_id", "created_at"], "ALL"),
        "transaction_id-status-index": (["transaction_id", "status"], "ALL"),
        "marketing_id-status-index": (["marketing_id", "status"], "ALL"),
    }
    assert "StreamSpecification" not in notifications
    assert [key["AttributeName"] for key in commands["KeySchema"]] == ["transaction_id", "created_at"]
    assert commands["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert {"ACTIVE"} == {notifications["TableStatus"], commands["TableStatus"]}
    assert {"PAY_PER_REQUEST"} == {t["BillingModeSummary"]["BillingMode"] for t in (notifications, commands)}


def test_creating_again_keeps_the_rows(dynamodb: DynamoDBClient, table_names: dict[str, str]) -> None:
    """A table that exists is left as it is."""
    name = table_names[NOTIFICATION_RECORDS]
    dynamodb.put_item(TableName=name, Item={"user_id": {"S": "u"}, "created_at": {"N": "1"}})

    create_tables(dynamodb, names=table_names)

    assert (
        dynamodb.query(
            TableName=name, KeyConditionExpression="user_id = :u", ExpressionAttributeValues={":u": {"S": "u"}}
        )["Count"]
        == 1
    )


def test_the_client_is_the_same_whatever_the_environment_says(
    moto_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Profile, proxy, certificates, endpoint and credentials of the environment are for AWS, not for a local engine."""
    for name, value in {
        "AWS_PROFILE": "no-such-profile",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "AWS_CA_BUNDLE": str(tmp_path / "none.pem"),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "somebody",
    }.items():
        monkeypatch.setenv(name, value)
    sent: list[str] = []
    with contextlib.closing(dynamodb_client(moto_endpoint)) as client:
        client.meta.events.register("before-send.dynamodb", lambda request, **_: sent.append(str(request.headers)))

        client.list_tables()

    assert len(sent) == 1
    assert "Credential=local/" in sent[0]
