"""The keys, conditions and filters of the calls of DynamoDB."""

from typing import Any

import pytest

from result_lambda.contract import OPERATIONS, PROPERTIES
from result_lambda.queries import COMPARISONS, DERIVED
from tests.unit.result_lambda.harness import Table

NAMES = {f"#{name}": name for name in PROPERTIES}
PROJECTION = ", ".join(NAMES)


def test_every_filter_compares_an_attribute_of_the_record() -> None:
    """A filter of the contract is an attribute of the same name, or has a line in COMPARISONS."""
    fields = {
        name
        for operation in OPERATIONS.values()
        if operation["body"] is not None
        for name in operation["body"]["properties"].keys() - {"limit", "position", "interval", *DERIVED}
    }
    assert {name for name in fields if COMPARISONS.get(name, (name, "="))[0] not in PROPERTIES} == set()
    assert COMPARISONS.keys() <= fields


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"user_id": "u"},
            {
                "KeyConditionExpression": "#user_id = :key",
                "ExpressionAttributeValues": {":key": {"S": "u"}},
                "Limit": 11,
            },
        ),
        (
            {"marketing_id": "m"},
            {
                "IndexName": "marketing_id-index",
                "KeyConditionExpression": "#marketing_id = :key",
                "ExpressionAttributeValues": {":key": {"S": "m"}},
                "Limit": 101,
            },
        ),
        (
            {"transaction_id": "t"},
            {
                "IndexName": "transaction_id-status-index",
                "KeyConditionExpression": "#transaction_id = :key AND #status = :status",
                "ExpressionAttributeValues": {":key": {"S": "t"}, ":status": {"S": "FAILED"}},
                "Limit": 101,
            },
        ),
    ],
)
def test_key_decides_which_rows_are_read(table: Table, body: dict[str, Any], expected: dict[str, Any]) -> None:
    """One Query of one partition, newest first, of the contract's attributes, with the contract's default limit."""
    table.page(**body)
    shared = {
        "TableName": table.name,
        "ExpressionAttributeNames": NAMES,
        "ProjectionExpression": PROJECTION,
        "ScanIndexForward": False,
        "ReturnConsumedCapacity": "TOTAL",
    }
    assert [shared | expected] == table.sent


@pytest.mark.parametrize(("limit", "expected"), [(None, 11), (1, 2), (10, 11), (100, 101)])
def test_limit_null_is_the_default(table: Table, limit: int | None, expected: int) -> None:
    """One row more than the limit is read, to know whether a page follows."""
    table.page(user_id="u", limit=limit)
    assert expected == table.sent[0]["Limit"]


BEFORE_5 = "4." + "9" * 37
BEFORE_2025_12 = "1764547199999." + "9" * 25


@pytest.mark.parametrize("name", ["user_id", "marketing_id"])
@pytest.mark.parametrize(
    ("window", "condition", "values"),
    [
        ({"created_from": 5}, "> :before", {":before": {"N": BEFORE_5}}),
        ({"created_from": 0}, "> :before", {":before": {"N": "-1E-130"}}),
        ({"created_to": 5}, "< :to", {":to": {"N": "5"}}),
        (
            {"created_from": 5, "created_to": 1764547200000},
            "BETWEEN :before AND :last",
            {":before": {"N": BEFORE_5}, ":last": {"N": BEFORE_2025_12}},
        ),
    ],
)
def test_window_is_part_of_the_key(
    table: Table, name: str, window: dict[str, int], condition: str, values: dict[str, dict[str, str]]
) -> None:
    """Rows outside the window are not read; the bounds are the nearest numbers that DynamoDB can hold."""
    table.page(**{name: "x"}, **window)
    (sent,) = table.sent
    assert f"#{name} = :key AND #created_at {condition}" == sent["KeyConditionExpression"]
    assert {":key": {"S": "x"}} | values == sent["ExpressionAttributeValues"]
    assert "FilterExpression" not in sent


def test_row_a_step_before_the_window_is_left_out(table: Table) -> None:
    """The key condition begins a step before the window; the page does not."""
    for created_at in (BEFORE_5, "5", "5.5"):
        table.put(created_at=created_at, user_id="u")
    page = table.page(user_id="u", created_from=5, created_to=6)
    assert [5, 5] == [record["created_at"] for record in page["items"]]


def test_window_of_failures_is_a_filter(table: Table) -> None:
    """The index of failed rows is not sorted by time."""
    table.page(transaction_id="t", created_from=5, created_to=7)
    (sent,) = table.sent
    assert "#transaction_id = :key AND #status = :status" == sent["KeyConditionExpression"]
    assert "#created_at >= :created_from AND #created_at < :created_to" == sent["FilterExpression"]


@pytest.mark.parametrize(
    ("filters", "expression", "values"),
    [
        ({"status": ["SENT"]}, "#status IN (:status0)", {":status0": {"S": "SENT"}}),
        (
            {"status": ["SENT", "FAILED"], "platform": ["IOS"], "ap_id": "a"},
            "#status IN (:status0, :status1) AND #platform IN (:platform0) AND #ap_id = :ap_id",
            {
                ":status0": {"S": "SENT"},
                ":status1": {"S": "FAILED"},
                ":platform0": {"S": "IOS"},
                ":ap_id": {"S": "a"},
            },
        ),
    ],
)
def test_filters_are_values_and_never_text_of_the_expression(
    table: Table, filters: dict[str, Any], expression: str, values: dict[str, Any]
) -> None:
    """A value of a request cannot change the expression."""
    table.page(user_id="u' OR 1", **filters)
    assert expression == table.sent[0]["FilterExpression"]
    assert {":key": {"S": "u' OR 1"}, **values} == table.sent[0]["ExpressionAttributeValues"]


@pytest.mark.parametrize(
    ("status", "conditions"),
    [
        (None, [""]),
        (["SENT"], [" AND #status = :status"]),
        (["SENT", "BOUNCED", "FAILED"], [" AND #status = :status"] * 3),
    ],
)
def test_states_of_a_transaction_are_part_of_the_key(
    table: Table, status: list[str] | None, conditions: list[str]
) -> None:
    """DynamoDB takes one state or all of them: several are read one after the other."""
    table.page("query_transaction", transaction_id="t", status=status)
    assert [f"#transaction_id = :key{each}" for each in conditions] == [
        sent["KeyConditionExpression"] for sent in table.sent
    ]
    assert sorted(status or [None], key=str) == [
        sent["ExpressionAttributeValues"].get(":status", {}).get("S") for sent in table.sent
    ]
    assert all("FilterExpression" not in sent for sent in table.sent)


@pytest.mark.parametrize(
    "window",
    [{"created_from": 0, "created_to": 0}, {"created_from": 7, "created_to": 7}, {"created_from": 8, "created_to": 7}],
)
@pytest.mark.parametrize("name", ["user_id", "marketing_id", "transaction_id"])
def test_empty_window_is_an_empty_page_without_a_call(table: Table, name: str, window: dict[str, int]) -> None:
    """DynamoDB would reject the range."""
    assert {"items": [], "count": 0} == table.page(**{name: "x"}, **window)
    assert [] == table.sent


def test_filtered_read_grows_within_its_budget(table: Table) -> None:
    """A page takes few calls when rows match, and at most 1,000 rows or 4 calls when none does."""
    for number in range(30):
        table.put(created_at=str(number), status="SENT")
    assert [] == table.times(user_id="u", limit=1, status=["FAILED"])
    assert [4, 16, 64] == [sent["Limit"] for sent in table.sent]
