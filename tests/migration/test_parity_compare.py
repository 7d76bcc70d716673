"""Each real difference is reported in one line; other changes are not reported."""

import dataclasses
import itertools
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.migration.sides import Edit, Record, Service, side
from tools.migration.parity.compare import IGNORED, compare
from tools.migration.parity.queries import Query, query

USER = query("/query/user", {"user_id": "u1", "limit": None})
FAIL = query("/query/fail", {"transaction_id": "tx_1"})
ROWS = [
    {
        "transaction_id": "tx_1",
        "user_id": "u1",
        "created_at": 1000 + number // 2,  # two rows of each time
        "status": "FAILED" if number % 3 else "DELIVERED",
        "notification_title": "您的訂單已出貨",
        "platform": ("IOS", "ANDROID")[number % 2],
    }
    for number in range(30)
]


def differences(asked: Query, old: Service, new: Service, *, pages: bool = True, **options: Any) -> list[str]:  # noqa: ANN401  # options of `ask` and `compare`
    """Query both services and return the differences as they are printed."""
    rows = options.pop("rows", 200)
    before, after = side("old", old, pages=pages).ask(asked, rows=rows), side("new", new).ask(asked, rows=rows)
    assert [None, None] == [before.failure, after.failure]
    return [str(one) for one in compare(asked, before, after, **options)]


def on_row(number: int, act: Callable[[Record], Any]) -> Edit:
    """Make an edit that changes one row of the first page."""

    def edit(answer: Record) -> Record:
        if len(answer["items"]) > number and answer.get("next_cursor") == "10":
            act(answer["items"][number])
        return answer

    return edit


def on_answer(act: Callable[[Record], Any]) -> Edit:
    """Make an edit that changes the first page."""

    def edit(answer: Record) -> Record:
        if answer.get("next_cursor") == "10":
            act(answer)
        return answer

    return edit


def one_more(answer: Record) -> None:
    """Add a row that shares few fields with other rows."""
    answer["items"].insert(3, {"transaction_id": "tx_1", "user_id": "u9", "created_at": 1013, "status": "SENT"})
    answer["count"] += 1


def twice(answer: Record) -> None:
    """Repeat a row."""
    answer["items"].insert(3, answer["items"][3])
    answer["count"] += 1


def one_less(answer: Record) -> None:
    """Remove a row."""
    del answer["items"][3]
    answer["count"] -= 1


def swap(answer: Record) -> None:
    """Swap two rows with different times."""
    items = answer["items"]
    items[0], items[5] = items[5], items[0]


PLANTED = {
    "a row is missing": (on_answer(one_less), "row tx_1 u1 1013 .*: present -> absent"),
    "a row too many": (on_answer(one_more), "row tx_1 u9 1013 SENT: absent -> present"),
    "a row twice": (on_answer(twice), "row tx_1 u1 1013 .*: absent -> present"),
    "another status": (on_row(0, lambda r: r.update(status="SENT")), 'status: "FAILED" -> "SENT"'),
    "a status in lower case": (on_row(0, lambda r: r.update(status="failed")), 'status: "FAILED" -> "failed"'),
    "another title": (on_row(0, lambda r: r.update(notification_title="您的订单已出货")), "notification_title: "),
    "a title as bytes": (on_row(0, lambda r: r.update(notification_title="æ¨ç")), "notification_title: "),
    "a time as text": (on_row(0, lambda r: r.update(created_at="1014")), 'created_at: 1014 -> "1014"'),
    "a time with a fraction": (on_row(0, lambda r: r.update(created_at=1014.0)), r"created_at: 1014 -> 1014\.0"),
    "a time in seconds": (on_row(0, lambda r: r.update(created_at=1)), "created_at: 1014 -> 1$"),
    "a field is missing": (on_row(0, lambda r: r.pop("platform")), 'platform: "IOS" -> absent'),
    "a field too many": (on_row(0, lambda r: r.update(device_token="x")), 'device_token: absent -> "x"'),
    "null for a value": (on_row(0, lambda r: r.update(platform=None)), 'platform: "IOS" -> null'),
    "another user": (on_row(0, lambda r: r.update(user_id="u2")), 'user_id: "u1" -> "u2"'),
    "the wrong order": (on_answer(swap), "order: place 1: "),
    "a wrong count": (on_answer(lambda a: a.update(count=7)), "count: 30 -> 27"),
    "no count": (lambda a: {k: v for k, v in a.items() if k != "count"}, "count: 30 -> absent"),
    "the pages end too soon": (on_answer(lambda a: a.pop("next_cursor")), "row tx_1 u1 1009 .*: present -> absent"),
    "a new field beside the items": (lambda a: {**a, "total": 30}, "total: absent -> 30"),
    "nothing at all": (lambda _a: {"items": [], "count": 0}, "row tx_1 u1 1014 .*: present -> absent"),
    "refused": (lambda _a: httpx.Response(403, json={"code": "forbidden"}), "status: 200 -> 403"),
    "another content type": (
        lambda a: httpx.Response(200, json=a, headers={"content-type": "text/plain"}),
        'content type: "application/json" -> "text/plain"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_difference_is_found(name: str) -> None:
    """The first line describes it."""
    edit, line = PLANTED[name]
    found = differences(USER, Service(rows=ROWS, page=10), Service(rows=ROWS, page=10, edit=edit))
    assert found
    assert re.search(line, found[0]), found


def test_a_changed_field_is_one_line() -> None:
    """The line has the row's identifying fields and the changed field."""
    edit = on_row(0, lambda row: row.update(status="SENT"))
    found = differences(USER, Service(rows=ROWS, page=10), Service(rows=ROWS, page=10, edit=edit))
    assert ['tx_1 u1 1014 FAILED status: "FAILED" -> "SENT"'] == found


@pytest.mark.parametrize("pages", list(itertools.product([1, 7, 100], repeat=2)))
def test_the_page_size_does_not_matter(pages: tuple[int, int]) -> None:
    """Only rows are compared, not page boundaries."""
    old, new = (Service(rows=ROWS, page=size) for size in pages)
    assert [] == differences(USER, old, new)
    assert [] == differences(FAIL, old, new)


def test_rows_with_the_same_time_may_come_in_any_order() -> None:
    """Neither side promises an order among them."""
    for size in (100, 7):
        assert [] == differences(USER, Service(rows=ROWS, page=size), Service(rows=ROWS[::-1], page=size))


def test_failures_may_come_in_any_order() -> None:
    """The index has no time in its key."""

    def turned(answer: Record) -> Record:
        return {**answer, "items": answer["items"][::-1]}

    assert [] == differences(FAIL, Service(rows=ROWS), Service(rows=ROWS, edit=turned))


def test_a_side_without_paging_is_compared_up_to_its_last_row() -> None:
    """The ten rows of the old side equal the first ten of the new side, which has thirty."""
    old = Service(rows=ROWS, page=None)
    assert [] == differences(USER, old, Service(rows=ROWS, page=10), pages=False)
    assert [] == differences(USER, old, Service(rows=ROWS[::-1], page=3), pages=False)


def test_fewer_rows_than_the_limit_are_complete() -> None:
    """An additional row of the new side behind them is reported."""
    found = differences(USER, Service(rows=ROWS[:8], page=None), Service(rows=ROWS[:9], page=3), pages=False)
    assert 1 == len(found)
    assert "absent ->" in found[0]


def test_rows_after_the_last_page_are_not_compared() -> None:
    """Pages are followed up to the number of rows."""
    assert [] == differences(USER, Service(rows=ROWS, page=10), Service(rows=ROWS[2:], page=10), rows=20)
    assert [] != differences(USER, Service(rows=ROWS, page=10), Service(rows=ROWS[2:], page=10), rows=30)


def test_ignored_fields_may_differ() -> None:
    """In rows and in the other fields of the page."""
    rows: list[Record] = [{**row, "ap_id": "mobile-app-001"} for row in ROWS]
    old = Service(rows=ROWS, edit=lambda answer: {"items": answer["items"]})
    new = Service(rows=rows)
    assert 11 == len(differences(USER, old, new, pages=False))
    assert [] == differences(USER, old, new, ignored=(*IGNORED, "ap_id", "count"), pages=False)


def test_two_errors_are_compared_by_their_code() -> None:
    """Request ids differ; another code is a difference, but an error without a code is not."""
    empty = Query("/query/user", "{}")
    new = Service(rows=[])
    assert [] == differences(empty, new, new)
    other = side("old", new).ask(empty, rows=1)
    assert 400 == other.status
    coded, plain = ({"code": "bad_request"}, {"message": "no"})
    asked = [compare(empty, dataclasses.replace(other, fields=fields), other) for fields in (coded, plain)]
    assert [['code: "bad_request" -> "invalid_body"'], []] == [[str(one) for one in found] for found in asked]
