"""Every combination of filters, and rows with unusual keys, on both engines."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.paging import (
    OWN,
    START,
    Row,
    Walk,
    filters_of,
    is_asked_for,
    new_partition,
    pages_of,
    store,
    titles_of,
)
from tests.unit.result_lambda.harness import LISTS, Table

MATCHING = Row(0, 5, "", "FAILED", "IOS", "mobile-app-001", in_campaign=True, in_transaction=True)
# Two rows that match all filters, and for each filter one row that only it excludes.
ROWS = [
    MATCHING,
    replace(MATCHING, millisecond=6, fraction=".25"),
    replace(MATCHING, millisecond=7, status="SENT"),
    replace(MATCHING, millisecond=8, platform="ANDROID"),
    replace(MATCHING, millisecond=3, ap_id=None),
    replace(MATCHING, millisecond=3, fraction=".5", error_msg="410 Unregistered"),
    replace(MATCHING, millisecond=1, fraction=".9999999999999999999999999"),
    replace(MATCHING, millisecond=9),
    replace(MATCHING, millisecond=4, in_campaign=False),
    replace(MATCHING, millisecond=4, fraction=".5", in_transaction=False),
]
FILTERS: dict[str, Any] = {
    "status": ["FAILED", "DELIVERED"],
    "platform": ["IOS", "WEBPUSH"],
    "reason": ["UNKNOWN", "NETWORK"],
    "ap_id": "mobile-app-001",
    "transaction_id": OWN,
    "marketing_id": OWN,
    "created_from": START + 2,
    "created_to": START + 9,
}
ODD_USERS = {
    "300 characters": "u" * 300,
    "2,000 bytes": "\N{PACKAGE}" * 500,
    "newline": "first\nsecond",
    "control character": "a\x01\x1f\x7f",
    "replacement character": "a\ufffd",
    "plain": "u",
}
ODD_TIMES = {"negative": "-5", "negative fraction": "-5.25", "17 digits": "1" * 17, "38 digits": "9" * 38, "plain": "5"}


def combinations(names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the filters of every subset of `names`."""
    for present in itertools.product([False, True], repeat=len(names)):
        yield {name: FILTERS[name] for name, is_present in zip(names, present, strict=True) if is_present}


@pytest.mark.parametrize("operation", LISTS)
def test_every_combination_of_filters_finds_what_a_plain_loop_finds(table: Table, operation: str) -> None:
    """All filters apply together; without any one of them, one more row is found. Sizes of pages take turns."""
    partition = new_partition()
    store(table, ROWS, partition)
    limits = itertools.cycle([1, 7, 100])
    for filters, limit in zip(combinations(list(filters_of(operation, FILTERS))), limits, strict=False):
        expected = [row.title for row in ROWS if is_asked_for(row, operation, filters)]
        pages = pages_of(table, operation, Walk(ROWS, [], filters), partition, limit=limit)
        assert (filters, sorted(expected)) == (filters, sorted(titles_of(pages)))


@pytest.mark.parametrize("operation", [name for name in LISTS if name != "query_user"])
def test_walk_passes_rows_that_no_request_could_name(table: Table, operation: str) -> None:
    """A page may end at a row with any keys; the next page continues after it."""
    partition = new_partition()
    same = {"marketing_id": partition, "transaction_id": partition, "status": "FAILED"}
    titles = []
    for (user, user_id), (time, created_at) in itertools.product(ODD_USERS.items(), ODD_TIMES.items()):
        titles.append(f"{user}, {time}")
        table.put(created_at=created_at, user_id=user_id, **same, notification_title=titles[-1])
    walked = [page["items"] for page in table.walk(operation, **{LISTS[operation]: partition}, limit=1)]
    assert sorted(titles) == sorted(record["notification_title"] for (record,) in walked)


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("bound", [START, START + 1])
@pytest.mark.parametrize("operation", [name for name in LISTS if name != "query_user"])
def test_walk_goes_on_between_rows_of_the_windows_first_millisecond(
    table: Table, operation: str, bound: int, limit: int
) -> None:
    """A campaign's rows often share a millisecond; a page may end among those at the very bound of the window."""
    partition = new_partition()
    rows = [replace(MATCHING, user=user, millisecond=number) for user in range(3) for number in range(3)]
    store(table, rows, partition)
    for filters in (
        {"created_from": bound},
        {"created_to": bound + 1},
        {"created_from": bound, "created_to": bound + 1},
    ):
        expected = sorted(row.title for row in rows if is_asked_for(row, operation, filters))
        pages = pages_of(table, operation, Walk(rows, [], filters), partition, limit=limit)
        assert (filters, expected) == (filters, sorted(titles_of(pages)))
