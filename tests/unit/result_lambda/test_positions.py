"""Positions are returned, followed, and checked when a caller sends them."""

from typing import Any

import pytest

from tests.unit.result_lambda.harness import Table


def position(**changes: object) -> dict[str, object]:
    """Return a position of the user `u`; None removes a key."""
    keys = {"user_id": "u", "created_at": "5", **changes}
    return {name: value for name, value in keys.items() if value is not None}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user_id", {"user_id": "u", "created_at": "2.25"}),
        ("marketing_id", {"marketing_id": "m", "user_id": "u", "created_at": "2.25"}),
        ("transaction_id", {"transaction_id": "t", "status": "FAILED", "user_id": "u", "created_at": "2.25"}),
    ],
)
def test_position_has_the_keys_of_the_index(table: Table, name: str, expected: dict[str, str]) -> None:
    """It is the key of the last row of the page, with all digits."""
    for created_at in ("1", "2.25", "3"):
        table.put(created_at=created_at, marketing_id="m", transaction_id="t", status="FAILED")
    key = {"user_id": "u", "marketing_id": "m", "transaction_id": "t"}[name]
    first, second = table.walk(**{name: key}, limit=2)
    assert expected == first["next_position"]
    assert [1] == [record["created_at"] for record in second["items"]]


@pytest.mark.parametrize("rows", [0, 1, 9, 10])
def test_last_page_has_no_position(table: Table, rows: int) -> None:
    """This holds also if the page is exactly full."""
    for number in range(rows):
        table.put(created_at=str(number))
    page = table.page(user_id="u", limit=10)
    assert (rows, False) == (page["count"], "next_position" in page)


def test_rows_of_one_millisecond_are_distinguished(table: Table) -> None:
    """If a page ends between two of them, the next page starts with the second."""
    for fraction in ("", ".1", ".11", ".9999999999999999999999999"):
        table.put(created_at=f"1761998400123{fraction}", notification_title=fraction or "none")
    titles = [page["items"][0]["notification_title"] for page in table.walk(user_id="u", limit=1)]
    assert [".9999999999999999999999999", ".11", ".1", "none"] == titles


@pytest.mark.parametrize("created_at", ["1e0", "1.0", "01", "1E+3", "2.50"])
def test_position_is_in_digits_for_any_engine(table: Table, created_at: str) -> None:
    """Moto returns a number as it was written, AWS returns digits; the contract allows digits only."""
    table.put(created_at=created_at)
    table.put(created_at="0.5")
    assert [1, 1] == [page["count"] for page in table.walk(user_id="u", limit=1)]


@pytest.mark.parametrize("body", [{"user_id": "u"}, {"marketing_id": "m"}, {"transaction_id": "t"}])
def test_position_of_another_partition_is_refused(table: Table, body: dict[str, str]) -> None:
    """It would read rows of another partition, or DynamoDB would reject it."""
    for owner in ("u", "other"):
        for created_at in ("1", "2"):
            keys = {"marketing_id": "m", "transaction_id": "t"} if owner == "u" else {}
            other = {"marketing_id": "other", "transaction_id": "other"}
            table.put(created_at=created_at, user_id=owner, status="FAILED", **keys or other)
    theirs = table.page(**dict.fromkeys(body, "other"), limit=1)["next_position"]
    answered = table.ask(**body, position=theirs)
    assert (400, "invalid_position") == answered.code
    assert f"It belongs to another {next(iter(body))}." == answered.body["detail"]


@pytest.mark.parametrize(
    ("created_at", "window", "expected"),
    [
        ("5", {"created_from": 5}, 200),
        ("4.99", {"created_from": 5}, 400),
        ("4.99", {"created_to": 5}, 200),
        ("5", {"created_to": 5}, 400),
        ("9" * 16, {"created_from": 5}, 200),
        ("5", {}, 200),
    ],
)
def test_position_outside_of_the_window_is_refused(
    table: Table, created_at: str, window: dict[str, int], expected: int
) -> None:
    """No page of this query can end there, and DynamoDB would reject it."""
    answered = table.ask(user_id="u", position=position(created_at=created_at), **window)
    assert expected == answered.status
    assert 200 == expected or answered.code == (400, "invalid_position")


def test_position_of_failures_may_lie_outside_of_the_window(table: Table) -> None:
    """Their window is a filter, which the last row read need not match."""
    keys = {"transaction_id": "t", "status": "FAILED", "user_id": "u", "created_at": "99"}
    assert 200 == table.ask(transaction_id="t", position=keys, created_from=1, created_to=5).status


@pytest.mark.parametrize(("digits", "expected"), [(38, 200), (39, 400)])
def test_number_that_dynamodb_cannot_hold_is_refused(table: Table, digits: int, expected: int) -> None:
    """DynamoDB stores 38 significant digits."""
    created_at = "1" * 13 + "." + "1" * (digits - 13)
    answered = table.ask(user_id="u", position=position(created_at=created_at))
    assert expected == answered.status
    assert 200 == expected or answered.code == (400, "invalid_position")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (position(user_id=None), "#/position/user_id"),
        (position(created_at=None), "#/position/created_at"),
        (position(marketing_id="m"), "#/position/marketing_id"),
        (position(user_id=""), "#/position/user_id"),
        (position(user_id=5), "#/position/user_id"),
        (position(created_at=5), "#/position/created_at"),
        (position(created_at="--5"), "#/position/created_at"),
        (position(created_at="1e0"), "#/position/created_at"),
        (position(created_at="5\n"), "#/position/created_at"),
        (position(created_at="\N{ARABIC-INDIC DIGIT FIVE}"), "#/position/created_at"),
        (position(created_at="NaN"), "#/position/created_at"),
        (position(created_at="1" * 41), "#/position/created_at"),
        ([], "#/position"),
        ("5", "#/position"),
    ],
)
def test_position_of_another_shape_is_refused(table: Table, wrong: object, pointer: str) -> None:
    """The contract defines the keys and their form."""
    answered = table.ask(user_id="u", position=wrong)
    assert (400, "invalid_body") == answered.code
    assert pointer in [error["pointer"] for error in answered.body["errors"]]
    assert [] == table.sent


def test_position_of_failures_is_of_failed_rows(table: Table) -> None:
    """The index has rows of other states, which this operation does not read."""
    keys = {"transaction_id": "t", "status": "SENT", "user_id": "u", "created_at": "9"}
    assert (400, "invalid_body") == table.ask(transaction_id="t", position=keys).code


STATES = {"status": ["BOUNCED", "FAILED", "SENT"]}


def test_position_before_the_first_row_of_a_state_is_followed(table: Table) -> None:
    """A page may end where the rows of one state end, at no row of the next one."""
    keys = {"transaction_id": "t"}
    table.put(created_at="1", status="FAILED", **keys)
    table.put(created_at="2", status="SENT", **keys)
    start = {"transaction_id": "t", "status": "FAILED"}
    assert [2, 1] == table.times("query_transaction", **keys, **STATES, position=start)
    assert [2] == table.times("query_transaction", **keys, **STATES, position=start | {"status": "SENT"})


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"status": "DELIVERED"}, "It belongs to another status."),
        ({"user_id": "u"}, "It has only one of user_id and created_at."),
        ({"created_at": "1"}, "It has only one of user_id and created_at."),
        ({"transaction_id": "other"}, "It belongs to another transaction_id."),
    ],
)
def test_position_of_another_state_or_with_half_a_key_is_refused(
    table: Table, changes: dict[str, str], detail: str
) -> None:
    """No page of this query can end there."""
    start = {"transaction_id": "t", "status": "FAILED", **changes}
    answered = table.ask("query_transaction", transaction_id="t", **STATES, position=start)
    assert ((400, "invalid_position"), detail) == (answered.code, answered.body["detail"])
    assert [] == table.sent


def test_filters_may_change_between_pages(table: Table) -> None:
    """A position does not seal the filters; the public cursor does."""
    for number in range(4):
        table.put(created_at=str(number), status="SENT")
    first: dict[str, Any] = table.page(user_id="u", limit=1)
    assert [2, 1, 0] == table.times(user_id="u", position=first["next_position"], status=["SENT"])
