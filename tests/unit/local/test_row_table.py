from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Self

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tools.local.ndjson import Row
from tools.local.row_table import RowTable, ThrottledError, key
from tools.local.tables import NOTIFICATION_RECORDS


class Throttle:
    """Answers the first calls of an operation as a busy table does: nothing done, all of it to be sent again."""

    def __init__(self, client: DynamoDBClient, operation: str, *, times: int) -> None:
        self._client = client
        self._events = (f"before-parameter-build.dynamodb.{operation}", f"before-call.dynamodb.{operation}")
        self._left = times
        self._asked: dict[str, Any] = {}
        self.calls = 0

    def __enter__(self) -> Self:
        self._client.meta.events.register(self._events[0], self._remember, unique_id="throttle-remember")
        self._client.meta.events.register(self._events[1], self._answer, unique_id="throttle-answer")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.meta.events.unregister(self._events[0], unique_id="throttle-remember")
        self._client.meta.events.unregister(self._events[1], unique_id="throttle-answer")

    def _remember(self, params: dict[str, Any], **_: object) -> None:
        self._asked = params["RequestItems"]

    def _answer(self, **_: object) -> tuple[Any, dict[str, Any]] | None:
        self.calls += 1
        if not self._left:
            return None
        self._left -= 1
        answer = {"UnprocessedItems": self._asked, "UnprocessedKeys": self._asked, "Responses": {}}
        return type("Http", (), {"status_code": 200}), answer


@pytest.fixture
def pauses() -> list[float]:
    """Collect the seconds that a table was asked to wait."""
    return []


@pytest.fixture
def table(dynamodb: DynamoDBClient, table_names: dict[str, str], pauses: list[float]) -> RowTable:
    """Make a table that does not really wait."""
    return RowTable(dynamodb, table_names[NOTIFICATION_RECORDS], sleep=pauses.append)


def _rows(count: int) -> Iterator[Row]:
    return ({"user_id": f"user_{number}", "created_at": Decimal(number)} for number in range(count))


def _stored(client: DynamoDBClient, name: str, user_id: str) -> list[dict[str, Any]]:
    answer = client.query(
        TableName=name, KeyConditionExpression="user_id = :u", ExpressionAttributeValues={":u": {"S": user_id}}
    )
    return list(answer["Items"])


def test_rows_of_more_than_one_batch_are_all_written(table: RowTable) -> None:
    """The 25 rows of a call are no limit of the loader."""
    assert table.write(_rows(60)) == 60
    assert {key(row) for row in _rows(60)} == table.stored(key(row) for row in _rows(70))


def test_numbers_arrive_digit_by_digit_in_aws_form(
    table: RowTable, dynamodb: DynamoDBClient, table_names: dict[str, str]
) -> None:
    """A fraction keeps its 38 digits, and a number has the one form that AWS answers with, on every engine."""
    digits = ["1E+3", "1761998400123.50", "1761998400123.483920117264", "1761998400123.9999999999999999999999999"]

    table.write({"user_id": "u", "created_at": Decimal(text)} for text in digits)

    expected = ["1000", "1761998400123.483920117264", "1761998400123.5", "1761998400123.9999999999999999999999999"]
    assert expected == [item["created_at"]["N"] for item in _stored(dynamodb, table_names[NOTIFICATION_RECORDS], "u")]


def test_what_the_table_leaves_undone_is_sent_again(
    table: RowTable, dynamodb: DynamoDBClient, pauses: list[float]
) -> None:
    """UnprocessedItems are rows that are not stored; they are sent again after growing pauses."""
    with Throttle(dynamodb, "BatchWriteItem", times=3) as throttle:
        assert table.write(_rows(30)) == 30

    assert throttle.calls == 5  # three in vain, one for each batch
    assert pauses == [0.05, 0.1, 0.2]
    assert {key(row) for row in _rows(30)} == table.stored(key(row) for row in _rows(30))


def test_keys_that_are_left_undone_are_asked_again(
    table: RowTable, dynamodb: DynamoDBClient, pauses: list[float]
) -> None:
    """UnprocessedKeys say nothing about the rows; only an answer does."""
    table.write(_rows(2))

    with Throttle(dynamodb, "BatchGetItem", times=1):
        assert {key(row) for row in _rows(2)} == table.stored(key(row) for row in _rows(3))

    assert pauses == [0.05]


def test_a_table_that_never_takes_the_rows_is_an_error(
    table: RowTable, dynamodb: DynamoDBClient, pauses: list[float]
) -> None:
    """The loader gives up after 8 attempts and says so, rather than for ever or in silence."""
    with (
        Throttle(dynamodb, "BatchWriteItem", times=100),
        pytest.raises(ThrottledError, match="left 25 rows of a batch undone at each of 8 attempts"),
    ):
        table.write(_rows(30))

    assert len(pauses) == 8


def test_equal_times_are_one_key() -> None:
    """DynamoDB compares numbers, not their digits: 1.0 is 1."""
    assert key({"user_id": "u", "created_at": Decimal("1.0")}) == key({"user_id": "u", "created_at": Decimal(1)})
