"""The answers of the operations."""

from typing import Any

import pytest

from result_lambda.contract import VERSION
from tests.invocations import invoke, proxy_event
from tests.unit.result_lambda.harness import Table

NULLS = {"limit": None, "position": None, "platform": None, "ap_id": None, "created_from": None, "created_to": None}


def seed(table: Table) -> None:
    """Store nine rows of one user, campaign and transaction that differ in one thing each."""
    same = {"marketing_id": "m", "transaction_id": "t", "status": "FAILED", "platform": "IOS", "ap_id": "a"}
    rows = [
        ("1000", {}),
        ("1000.5", {}),
        ("1001", {"platform": "ANDROID"}),
        ("1002", {"ap_id": "b"}),
        ("1003", {"status": "SENT"}),
        ("1004", {"status": "BOUNCED"}),
        ("1005", {"platform": "SMS"}),
        ("1999.999", {}),
        ("2000", {}),
    ]
    for created_at, other in rows:
        table.put(created_at=created_at, **same | other)


def test_user_and_campaign_are_newest_first(table: Table) -> None:
    """All rows are answered, also those with values that the contract does not list."""
    seed(table)
    expected = [2000, 1999, 1005, 1004, 1003, 1002, 1001, 1000, 1000]
    assert expected == table.times(user_id="u")
    assert expected == table.times(marketing_id="m")
    statuses = [record["status"] for record in table.page(user_id="u")["items"]]
    assert statuses.count("BOUNCED") == 1


def test_failures_are_newest_first_within_the_page(table: Table) -> None:
    """Only FAILED rows are answered, of every user."""
    seed(table)
    table.put(created_at="1500", user_id="a", transaction_id="t", status="FAILED")
    table.put(created_at="1600", user_id="z", transaction_id="other", status="FAILED")
    assert [2000, 1999, 1500, 1005, 1002, 1001, 1000, 1000] == table.times(transaction_id="t")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [2000, 1999, 1005, 1004, 1003, 1002, 1001, 1000, 1000]),
        ({"status": ["BOUNCED"]}, [1004]),
        ({"status": ["SENT", "BOUNCED"]}, [1004, 1003]),
        ({"status": ["SENT"], "platform": ["ANDROID"]}, []),
        ({"status": ["NONE"]}, []),
    ],
)
def test_transaction_has_rows_of_every_state(table: Table, filters: dict[str, Any], expected: list[int]) -> None:
    """Also of states that the contract does not list; newest first, across the states of a page."""
    seed(table)
    assert expected == table.times("query_transaction", transaction_id="t", **filters)


def test_rows_of_a_user_are_filtered_by_transaction_and_campaign(table: Table) -> None:
    """That answers whether a user got a certain push."""
    seed(table)
    table.put(created_at="3000", transaction_id="t2", marketing_id="m")
    assert [3000] == table.times(user_id="u", transaction_id="t2")
    assert [3000] == table.times(user_id="u", transaction_id="t2", marketing_id="m")
    assert [] == table.times(user_id="u", transaction_id="t", marketing_id="other")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"platform": ["ANDROID"]}, [1001]),
        ({"platform": ["ANDROID", "WEBPUSH"]}, [1001]),
        ({"ap_id": "b"}, [1002]),
        ({"created_from": 1000}, [2000, 1999, 1005, 1002, 1001, 1000, 1000]),
        ({"created_from": 1001}, [2000, 1999, 1005, 1002, 1001]),
        ({"created_to": 2000}, [1999, 1005, 1002, 1001, 1000, 1000]),
        ({"created_to": 1000}, []),
        ({"created_from": 1000, "created_to": 1001}, [1000, 1000]),
        ({"created_from": 1000, "created_to": 2000, "platform": ["IOS"], "ap_id": "a"}, [1999, 1000, 1000]),
        ({"created_from": 2000, "created_to": 9_999_999_999_999}, [2000]),
        ({"ap_id": "none"}, []),
        (NULLS, [2000, 1999, 1005, 1002, 1001, 1000, 1000]),
    ],
)
@pytest.mark.parametrize("name", ["user_id", "marketing_id", "transaction_id"])
def test_filters(table: Table, name: str, filters: dict[str, Any], expected: list[int]) -> None:
    """The start is inclusive, the end exclusive, also for times with a fraction; null means absent."""
    seed(table)
    key = {"user_id": "u", "marketing_id": "m", "transaction_id": "t"}[name]
    failed = {} if name == "transaction_id" else {"status": ["FAILED"]}
    assert expected == table.times(**{name: key}, **filters, **failed)


def test_status_filter_takes_several(table: Table) -> None:
    """A row with one of the values matches; null means no filter."""
    seed(table)
    assert [1003] == table.times(user_id="u", status=["SENT", "DELIVERED"])
    assert 9 == len(table.times(user_id="u", status=None))


def test_record_has_what_the_row_has(table: Table) -> None:
    """A record has the attributes of the contract and no others."""
    row = {
        "transaction_id": "tx_002",
        "status": "FAILED",
        "marketing_id": "campaign_2026_spring",
        "notification_title": "您的訂單已出貨 📦",
        "platform": "IOS",
        "error_msg": "APNs 410 Unregistered",
        "ap_id": "mobile-app-001",
        "sns_id": "0f6d3c1e-7f2b-5a55-9a0e-6f0d2a7c91b3",
    }
    numbers = {"retry_cnt": 2, "send_ts": 1761998400000, "delivered_ts": 1761998400100, "failed_ts": 1761998400123}
    stored = {name: {"N": str(number)} for name, number in numbers.items()}
    table.put(created_at="1761998400123.483920117264", **row, **stored, device_token="none of the contract's")
    record = {"user_id": "u", "created_at": 1761998400123, **row, **numbers, "reason": "TOKEN_UNREGISTERED"}
    assert [record] == table.page(user_id="u")["items"]


def test_row_without_optional_attributes_is_returned(table: Table) -> None:
    """A property that the row lacks is absent."""
    table.put(created_at="1")
    assert [{"user_id": "u", "created_at": 1}] == table.page(user_id="u")["items"]


@pytest.mark.parametrize(
    "odd", [{"NULL": True}, {"M": {"S": {"S": "x"}}}, {"L": []}, {"BOOL": True}, {"SS": ["x"]}, {"B": b"x"}]
)
def test_attribute_of_another_type_does_not_break_the_page(table: Table, odd: dict[str, Any]) -> None:
    """It counts as absent."""
    table.put(created_at="2", notification_title=odd, platform=odd, error_msg=odd, ap_id=odd)
    table.put(created_at="1")
    assert [2, 1] == table.times(user_id="u")
    assert {"user_id", "created_at"} == set(table.page(user_id="u")["items"][0])


def test_number_where_text_is_expected_is_its_text(table: Table) -> None:
    """A number that a writer stored becomes its digits."""
    table.put(created_at="1", ap_id={"N": "42"})
    assert "42" == table.page(user_id="u")["items"][0]["ap_id"]


def test_health_reads_nothing(table: Table) -> None:
    """The function is healthy in any state of the table."""
    health = invoke(table.handler, proxy_event("GET", "/health")).body
    assert {"status": "ok", "version": VERSION, "build": "development"} == health
    assert [] == table.sent
