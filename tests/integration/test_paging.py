"""Walks over pages on both engines, against what a plain loop over the same rows finds."""

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.unit.result_lambda.harness import Table, client_of

START = 1_761_998_400_000
BATCH = 25
_partitions = itertools.count(1)


@dataclass(frozen=True)
class Row:
    """A stored row; `user` is the number of its user within the example, None an attribute that it lacks."""

    user: int
    millisecond: int
    fraction: str
    status: str | None
    platform: str | None
    ap_id: str | None
    in_campaign: bool
    in_transaction: bool

    @property
    def created_at(self) -> str:
        """The number as it is sent to the table."""
        return f"{START + self.millisecond}{self.fraction}"

    @property
    def title(self) -> str:
        """What tells the row apart in an answer."""
        return f"{self.user}/{self.created_at}"

    def item(self, partition: str) -> dict[str, Any]:
        """Return the row as DynamoDB takes it."""
        texts = {
            "user_id": f"{partition}-{self.user}",
            "marketing_id": partition if self.in_campaign else None,
            "transaction_id": partition if self.in_transaction else None,
            "status": self.status,
            "platform": self.platform,
            "ap_id": self.ap_id,
            "notification_title": self.title,
        }
        present = {name: {"S": text} for name, text in texts.items() if text is not None}
        return {"created_at": {"N": self.created_at}, **present}


@dataclass(frozen=True)
class Walk:
    """One example: the rows at the start, those that come after the first page, and what is asked."""

    rows: list[Row]
    later: list[Row]
    filters: dict[str, Any]
    limit: int


# Few values, so that ties, neighbours and matches are frequent.
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
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([["FAILED"], ["FAILED", "SENT"], ["SENT", "DELIVERED"], None]),
        "platform": st.sampled_from([["IOS"], ["IOS", "ANDROID"], ["IOS", "ANDROID", "WEBPUSH"], ["WEBPUSH"], None]),
        "ap_id": st.sampled_from(["mobile-app-001", "mobile-app-001", "none", None]),
        "created_from": st.sampled_from([START + 1, START, 0, START + 3, START + 6, None]),
        "created_to": st.sampled_from([START + 6, START + 4, START + 2, START + 7, START, 0, 9_999_999_999_999, None]),
    },
)


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """Draw rows of different keys, some of which are stored while the walk is under way."""
    rows = draw(st.lists(ROWS, min_size=draw(st.sampled_from([0, 25])), max_size=45, unique_by=lambda row: row.title))
    later = draw(st.integers(0, len(rows) // 4))
    filters = draw(st.just({}) | FILTERS)
    return Walk(rows[later:], rows[:later], filters, draw(st.sampled_from([1, 7, 7, 100])))


@pytest.fixture(scope="session")
def table(dynamodb_endpoint: str) -> Iterator[Table]:
    """Return a table of each engine in turn; each example has partitions of its own in it."""
    with contextlib.closing(client_of(dynamodb_endpoint)) as client:
        table = Table(client, "paging-records")
        table.create()
        yield table
        client.delete_table(TableName=table.name)


def store(table: Table, rows: Sequence[Row], partition: str) -> None:
    """Put the rows into the table."""
    for start in range(0, len(rows), BATCH):
        requests = [{"PutRequest": {"Item": row.item(partition)}} for row in rows[start : start + BATCH]]
        table.client.batch_write_item(RequestItems={table.name: requests})


def pages_of(table: Table, name: str, example: Walk, partition: str) -> list[list[str]]:
    """Walk to the end, storing the later rows after the first page; return the titles of each page."""
    filters = {key: value for key, value in example.filters.items() if (name, key) != ("transaction_id", "status")}
    key = f"{partition}-0" if name == "user_id" else partition
    pages: list[list[str]] = []
    for page in table.walk(**{name: key}, limit=example.limit, **filters):
        if not pages:
            store(table, example.later, partition)
        pages.append([record["notification_title"] for record in page["items"]])
    return pages


def is_asked_for(row: Row, name: str, filters: dict[str, Any]) -> bool:
    """Tell whether a row belongs to the partition that is asked and matches the filters: the plain loop's condition."""
    if name == "user_id":
        belongs = row.user == 0
    elif name == "marketing_id":
        belongs = row.in_campaign
    else:
        belongs = row.in_transaction and row.status == "FAILED"
    created_at = Decimal(row.created_at)
    start, end = filters.get("created_from"), filters.get("created_to")
    return (
        belongs
        and (name == "transaction_id" or filters.get("status") is None or row.status in filters["status"])
        and (filters.get("platform") is None or row.platform in filters["platform"])
        and filters.get("ap_id") in (None, row.ap_id)
        and (start is None or created_at >= start)
        and (end is None or created_at < end)
    )


def times(titles: Sequence[str], precision: Callable[[str], Any]) -> list[Any]:
    """Return `created_at` of each title."""
    return [precision(title.partition("/")[2]) for title in titles]


# With CI set, Hypothesis takes its own profile of that name, which is derandomised.
@pytest.mark.parametrize("name", ["user_id", "marketing_id", "transaction_id"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=walks())
def test_walk_returns_each_row_once_and_in_order(table: Table, name: str, example: Walk) -> None:
    """What was there and matches comes once, what is stored meanwhile at most once; only the last page is short."""
    partition = f"p{next(_partitions)}"
    store(table, example.rows, partition)
    pages = pages_of(table, name, example, partition)
    event(f"{min(len(pages), 5)} pages")
    titles = list(itertools.chain.from_iterable(pages))
    expected = {row.title for row in example.rows if is_asked_for(row, name, example.filters)}
    possible = expected | {row.title for row in example.later if is_asked_for(row, name, example.filters)}
    assert len(set(titles)) == len(titles)
    assert expected <= set(titles) <= possible
    assert [example.limit] * (len(pages) - 1) == [len(page) for page in pages[:-1]]
    assert pages[-1] or not expected
    if name == "transaction_id":
        milliseconds = [times(page, lambda text: int(text.partition(".")[0])) for page in pages]
        assert [sorted(page, reverse=True) for page in milliseconds] == milliseconds
    else:
        assert sorted(times(titles, Decimal), reverse=True) == times(titles, Decimal)


@pytest.mark.parametrize("name", ["user_id", "marketing_id", "transaction_id"])
def test_walk_beyond_the_read_budget_finds_the_rare_rows(table: Table, name: str) -> None:
    """A page ends early where 1,000 rows were read for it; the next one goes on there, and no row is lost."""
    partition = f"p{next(_partitions)}"
    common = Row(0, 0, "", "FAILED", "IOS", None, in_campaign=True, in_transaction=True)
    rows = [replace(common, millisecond=number) for number in range(1_300)]
    rare = (0, 1, 299, 300, 1_299)  # by time, the 1,000th row that is read is number 300
    rows = [replace(row, platform="ANDROID") if row.millisecond in rare else row for row in rows]
    store(table, rows, partition)
    pages = pages_of(table, name, Walk(rows, [], {"platform": ["ANDROID"]}, limit=100), partition)
    assert sorted(rows[number].title for number in rare) == sorted(itertools.chain.from_iterable(pages))
    assert len(pages) == 2
