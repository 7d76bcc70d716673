import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from jsonschema_rs import validator_for
from mypy_boto3_dynamodb.service_resource import Table

from tools.contract.bundle import bundle
from tools.contract.row_rules import SCHEMA
from tools.local.row_files import Row
from tools.local.sample import sample_commands, sample_rows
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS, table, write


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Make the sample once."""
    return list(sample_rows())


def _having(rows: list[Row], **fields: str) -> list[Row]:
    return [row for row in rows if all(row.get(name) == value for name, value in fields.items())]


def test_the_sample_is_the_same_every_time(rows: list[Row]) -> None:
    """The documentation shows the rows that a reader gets."""
    assert rows == list(sample_rows())
    assert list(sample_commands()) == list(sample_commands())


def test_no_row_overwrites_another(rows: list[Row]) -> None:
    """Each row has its own key, in both tables."""
    commands = list(sample_commands())

    assert len(rows) == len({(row["user_id"], row["created_at"]) for row in rows})
    assert len(commands) == len({(command["transaction_id"], command["created_at"]) for command in commands})


def test_campaigns_are_of_very_different_size(rows: list[Row]) -> None:
    """Paging shows only on a large campaign, and most campaigns are small."""
    sizes = Counter(row.get("marketing_id") for row in rows)
    without_campaign = sizes.pop(None)

    assert 3900 <= len(rows) <= 4200
    assert 1450 <= sizes["campaign_2026_spring"] <= 1600
    assert sum(280 <= size <= 330 for size in sizes.values()) == 3
    assert sum(size < 30 for size in sizes.values()) == 30
    assert without_campaign > 1000


def test_every_status_platform_and_application_occurs(rows: list[Row]) -> None:
    """Each known value of a filter has rows; an unknown status occurs once."""
    statuses = Counter(row.get("status") for row in rows)

    assert {"SENT", "DELIVERED", "FAILED", "EXPIRED", None} == set(statuses)
    assert statuses["EXPIRED"] == 1
    assert {"IOS", "ANDROID", "WEBPUSH", None} == {row.get("platform") for row in rows}
    assert {"mobile-app-001", "mobile-app-002", "web-portal-001", None} == {row.get("ap_id") for row in rows}


def test_every_field_of_the_contract_occurs(rows: list[Row]) -> None:
    """Rows with every field that is stored can be looked at, and the fuzz tests meet them."""
    fields = bundle("public")["components"]["schemas"]["PushRecord"]["properties"]
    assert set(fields) - {"reason"} == {name for row in rows for name in row}


def test_a_user_has_37_rows_over_a_year_of_months(rows: list[Row]) -> None:
    """The known user fills several pages of 10 and every month up to November 2026."""
    times = [Decimal(row["created_at"]) for row in _having(rows, user_id="test_user_001")]
    months = {f"{datetime.fromtimestamp(int(time) / 1000, UTC):%Y-%m}" for time in times}

    assert len(times) == 37
    assert {"2025-10", "2025-11", "2026-01", "2026-06", "2026-10", "2026-11"} <= months
    assert max(months) == "2026-11"


def test_the_record_of_the_contracts_example_is_stored(rows: list[Row]) -> None:
    """The contract's example of a record is a row; a fraction makes it differ from others of its millisecond."""
    expected = {
        "user_id": "test_user_001",
        "created_at": Decimal("1761998400123.483920117264"),
        "transaction_id": "tx_002",
        "marketing_id": "campaign_2026_spring",
        "notification_title": "您的訂單已出貨",
        "status": "FAILED",
        "platform": "IOS",
        "error_msg": "APNs 410 Unregistered: the device token is no longer active",
    }
    of_that_millisecond = [
        row for row in _having(rows, user_id="test_user_001") if int(Decimal(row["created_at"])) == 1761998400123
    ]

    assert expected in of_that_millisecond
    assert len(of_that_millisecond) == 3


def test_a_transaction_failed_for_several_users_on_every_platform(rows: list[Row]) -> None:
    """The known transaction has failures, and rows of other states."""
    transaction = _having(rows, transaction_id="tx_002")
    failed = _having(transaction, status="FAILED")

    assert {"IOS", "ANDROID", "WEBPUSH"} == {row["platform"] for row in failed}
    assert len({row["user_id"] for row in failed}) >= 5
    assert {"SENT", "DELIVERED", "FAILED"} == {row["status"] for row in transaction}


def test_only_failures_say_why(rows: list[Row]) -> None:
    """A failed row has an error text, mostly one of its platform; no other row has one."""
    prefixes = {"IOS": "APNs ", "ANDROID": "FCM ", "WEBPUSH": "Web Push "}
    failed = _having(rows, status="FAILED")

    assert prefixes.keys() == {row["platform"] for row in failed}
    assert failed == [row for row in rows if "error_msg" in row]
    of_platform = [row for row in failed if str(row["error_msg"]).startswith(prefixes[str(row["platform"])])]
    assert len(of_platform) > len(failed) * 3 // 4


def test_an_outcome_is_a_later_row_of_the_same_push(rows: list[Row]) -> None:
    """Writers record SENT, then DELIVERED or FAILED as a new row: each outcome has its SENT row before it."""
    sent = {
        (row["user_id"], row["transaction_id"], row["platform"]): Decimal(row["created_at"])
        for row in _having(rows, status="SENT")
    }
    outcomes = [row for row in rows if row.get("status") in ("DELIVERED", "FAILED")]

    assert 1500 < len(outcomes) < len(sent)
    assert all(
        sent[row["user_id"], row["transaction_id"], row["platform"]] < Decimal(row["created_at"]) for row in outcomes
    )


def test_the_tables_hold_the_sample_exactly(
    dynamodb_endpoint: str, table_names: dict[str, str], rows: list[Row]
) -> None:
    """Every row is stored in its table as it was made, fractions included."""
    for name, expected in ((NOTIFICATION_RECORDS, rows), (COMMAND_RECORDS, list(sample_commands()))):
        stored = table(dynamodb_endpoint, table_names[name])
        write(stored, expected)
        assert _sorted(expected) == _sorted(_scan(stored))


def test_rows_follow_the_schema_of_rows(rows: list[Row]) -> None:
    """All but the one without a transaction and a status."""
    valid = validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert 1 == sum(not valid.is_valid(row) for row in rows)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (str(row.get("user_id")), str(row.get("transaction_id")), row["created_at"]))


def _scan(stored: Table) -> list[Row]:
    pages = stored.meta.client.get_paginator("scan").paginate(TableName=stored.name)
    return [item for page in pages for item in page["Items"]]
