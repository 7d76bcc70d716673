"""Walks over pages on both engines, compared with a plain loop over the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.integration.paging import (
    OWN,
    REASONS,
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

# Few values, so that ties and matches are frequent.
ROWS = st.builds(
    Row,
    user=st.sampled_from([0, 0, 0, 1, 2]),
    millisecond=st.integers(0, 6),
    fraction=st.sampled_from(["", ".1", ".25", ".2500000000000000000000001", ".9999999999999999999999999"]),
    status=st.sampled_from(["FAILED", "FAILED", "FAILED", "SENT", "DELIVERED", "BOUNCED", None]),
    platform=st.sampled_from(["IOS", "IOS", "ANDROID", "WEBPUSH", "SMS", None]),
    ap_id=st.sampled_from(["mobile-app-001", "mobile-app-001", "web-portal-001", None]),
    in_campaign=st.sampled_from([True, True, True, False]),
    in_transaction=st.sampled_from([True, True, True, False]),
    error_msg=st.sampled_from(list(REASONS)),
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([["FAILED"], ["FAILED", "SENT"], ["SENT", "DELIVERED"], ["BOUNCED"], None])
        | st.permutations(["FAILED", "SENT", "DELIVERED", "BOUNCED", "NONE"]),
        "platform": st.sampled_from([["IOS"], ["IOS", "ANDROID"], ["IOS", "ANDROID", "SMS"], ["WEBPUSH"], None]),
        "reason": st.sampled_from([["UNKNOWN"], ["TOKEN_UNREGISTERED", "UNKNOWN"], ["NETWORK"], None]),
        "ap_id": st.sampled_from(["mobile-app-001", "mobile-app-001", "none", None]),
        "transaction_id": st.sampled_from([OWN, OWN, "none", None]),
        "marketing_id": st.sampled_from([OWN, OWN, "none", None]),
        "created_from": st.sampled_from([START + 1, START, 0, START + 3, START + 6, None]),
        "created_to": st.sampled_from([START + 6, START + 4, START + 2, START + 7, START, 0, 9_999_999_999_999, None]),
    },
)
# Their indexes are not sorted by time.
UNSORTED = {"query_transaction", "query_fail", "query_marketing_fail"}


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """Draw rows of different keys, some of which are stored or deleted while the walk is under way."""
    rows = draw(st.lists(ROWS, min_size=draw(st.sampled_from([0, 25])), max_size=45, unique_by=lambda row: row.title))
    later, gone = draw(st.integers(0, len(rows) // 4)), draw(st.integers(0, len(rows) // 4))
    filters = draw(st.just({}) | FILTERS)
    return Walk(rows[later:], rows[:later], filters, gone=rows[later : later + gone])


def times(titles: Sequence[str], precision: Callable[[str], Any]) -> list[Any]:
    """Return `created_at` of each title."""
    return [precision(title.partition("/")[2]) for title in titles]


def walked(table: Table, operation: str, example: Walk, limit: int) -> list[list[str]]:
    """Walk, and return the titles of each page, after a check that the right rows came and in order.

    Each initial row that matches comes once, each row that is stored later or deleted at most once.
    """
    partition = new_partition()
    store(table, example.rows, partition)
    pages = pages_of(table, operation, example, partition, limit=limit)
    event(f"{min(len(pages), 5)} pages")
    titles = titles_of(pages)
    expected = {row.title for row in example.rows if is_asked_for(row, operation, example.filters)}
    possible = expected | {row.title for row in example.later if is_asked_for(row, operation, example.filters)}
    assert len(set(titles)) == len(titles)
    assert expected - {row.title for row in example.gone} <= set(titles) <= possible
    for number, page in enumerate(pages):
        later = [record["created_at"] for each in pages[number + 1 :] for record in each["items"]]
        fresh = {row.created_at.partition(".")[0] for row in example.later}
        assert all(time < page.get("searched_until", time + 1) for time in later if str(time) not in fresh)
        assert operation not in UNSORTED or "searched_until" not in page
    assert "searched_until" not in pages[-1]
    if operation in UNSORTED:
        milliseconds = [[record["created_at"] for record in page["items"]] for page in pages]
        assert [sorted(page, reverse=True) for page in milliseconds] == milliseconds
    else:
        assert sorted(times(titles, Decimal), reverse=True) == times(titles, Decimal)
    return [titles_of([page]) for page in pages]


# With CI set, Hypothesis takes its own profile of that name, which is derandomised.
@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("limit", [1, 7, 100])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=walks())
def test_walk_returns_each_row_once_and_in_order(table: Table, operation: str, limit: int, example: Walk) -> None:
    """Only the last page is short while the read budget lasts."""
    pages = walked(table, operation, example, limit)
    assert [limit] * (len(pages) - 1) == [len(page) for page in pages[:-1]]
    assert len(pages) == 1 or pages[-1] or example.gone


@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("most_rows", [1, 2, 5])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=walks())
def test_walk_of_short_answers_loses_no_row(table: Table, operation: str, most_rows: int, example: Walk) -> None:
    """DynamoDB may end an answer after any row, and the read budget a page, within a state or between two."""
    table.most_rows = most_rows
    try:
        walked(table, operation, example, limit=7)
    finally:
        table.most_rows = 1_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=walks())
def test_failures_are_the_failed_part_of_the_whole(table: Table, example: Walk) -> None:
    """`query_fail` finds what `query_transaction` finds with the status FAILED, page by page."""
    partition = new_partition()
    store(table, example.rows, partition)
    filters = filters_of("query_fail", example.filters)
    failed = {**filters, "status": ["FAILED"]}
    assert pages_of(table, "query_fail", Walk([], [], filters), partition, limit=7) == pages_of(
        table, "query_transaction", Walk([], [], failed), partition, limit=7
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=walks())
def test_failures_of_a_campaign_are_its_failed_rows(table: Table, example: Walk) -> None:
    """`query_marketing_fail` finds the rows that `query_marketing` finds with the status FAILED."""
    partition = new_partition()
    store(table, example.rows, partition)
    filters = filters_of("query_marketing_fail", example.filters)
    failures = pages_of(table, "query_marketing_fail", Walk([], [], filters), partition, limit=7)
    failed = {**filters, "status": ["FAILED"]}
    filtered = pages_of(table, "query_marketing", Walk([], [], failed), partition, limit=7)
    assert sorted(titles_of(failures)) == sorted(titles_of(filtered))


@pytest.mark.parametrize("operation", LISTS)
def test_walk_beyond_the_read_budget_finds_the_rare_rows(table: Table, operation: str) -> None:
    """A page ends after 1,000 rows read; the next page continues there, and no row is lost."""
    partition = new_partition()
    common = Row(0, 0, "", "FAILED", "IOS", None, in_campaign=True, in_transaction=True)
    rows = [replace(common, millisecond=number) for number in range(1_300)]
    rare = (0, 1, 299, 300, 1_299)  # by time, the 1,000th row that is read is number 300
    rows = [replace(row, platform="ANDROID") if row.millisecond in rare else row for row in rows]
    store(table, rows, partition)
    pages = pages_of(table, operation, Walk(rows, [], {"platform": ["ANDROID"]}), partition, limit=100)
    assert sorted(rows[number].title for number in rare) == sorted(titles_of(pages))
    assert len(pages) == 2
