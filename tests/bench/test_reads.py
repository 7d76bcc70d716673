"""The read units of a page do not depend on the size of its partition."""

import pytest

from lab.bench import reads
from tools.local.tables import create_tables, dynamodb_client


@pytest.fixture(scope="module")
def pages(dynamodb_local_endpoint: str) -> dict[tuple[str, str, int], dict[str, float]]:
    """Give the cost of each kind of page in two partitions, one five times the other, by index, kind and size."""
    create_tables(dynamodb_client(dynamodb_local_endpoint))
    found = reads.cost_of(dynamodb_local_endpoint, [1_000, 5_000], lambda _line: None)
    return {(page["index"], page["page"], page["rows"]): page for page in found}


@pytest.mark.parametrize("kind", reads.PAGES)
@pytest.mark.parametrize("index", reads.INDEXES)
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
