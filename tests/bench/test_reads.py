"""The read units of a page do not depend on the size of its partition."""

import math

import pytest

from lab.bench import reads
from lab.bench.rows import FAILED, size
from result_lambda.operations import EXPLAINED_ROWS
from tools.local.tables import create_tables, dynamodb_client


@pytest.fixture(scope="module")
def pages(dynamodb_local_endpoint: str) -> dict[tuple[str, str, int], dict[str, float]]:
    """Give the cost of each kind of page in two partitions, one five times the other, by index, kind and size."""
    create_tables(dynamodb_client(dynamodb_local_endpoint))
    found = reads.cost_of(dynamodb_local_endpoint, [1_000, 5_000], lambda _line: None)
    return {(page["index"], page["page"], page["rows"]): page for page in found}


@pytest.mark.parametrize("kind", reads.PAGES)
@pytest.mark.parametrize("index", ["user", "campaign", "transaction"])
def test_read_units_are_the_same_in_a_large_partition(
    pages: dict[tuple[str, str, int], dict[str, float]], index: str, kind: str
) -> None:
    """First, deep and filtered pages of every index."""
    small, large = (pages[index, kind, size] for size in (1_000, 5_000))
    assert small["read_units"] == pytest.approx(large["read_units"], rel=0.1)
    assert large["items"] > 0


@pytest.mark.parametrize("index", reads.INDEXES)
def test_a_filtered_page_stays_within_the_read_budget(
    pages: dict[tuple[str, str, int], dict[str, float]], index: str
) -> None:
    """1,000 rows, even if few of them pass the filter."""
    assert pages[index, "filtered", 5_000]["rows_read"] <= 1_000


def test_failures_of_a_campaign_cost_their_own_rows(pages: dict[tuple[str, str, int], dict[str, float]]) -> None:
    """Half a unit for 4 KB: the rows that have not failed are not read."""
    rows = [reads.row_of(5_000, number) for number in range(0, 5_000, FAILED)]
    found = pages["failures", "first", 5_000]
    assert (len(rows), len(rows)) == (found["rows_read"], found["items"])
    assert math.ceil(sum(map(size, rows)) / 4_096) / 2 == found["read_units"]


def test_an_explanation_stays_within_the_read_budget(pages: dict[tuple[str, str, int], dict[str, float]]) -> None:
    """Of a user with more rows; one row more tells whether there are any."""
    assert pages["user", "explained", 5_000]["rows_read"] <= EXPLAINED_ROWS + 1
