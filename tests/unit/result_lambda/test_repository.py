"""The read budget of a page."""

from typing import Any

import pytest
from botocore.stub import Stubber

from result_lambda.repository import MOST_CALLS
from tests.unit.result_lambda.harness import Table, client_of, item, part

ROWS = 1_300


def fill(table: Table, count: int = ROWS) -> None:
    """Store rows of one user, campaign and transaction; only the oldest is of platform ANDROID."""
    for start in range(0, count, 25):
        table.client.batch_write_item(
            RequestItems={
                table.name: [{"PutRequest": {"Item": item(number)}} for number in range(start, min(start + 25, count))]
            }
        )


def stubbed(*answers: dict[str, Any]) -> Table:
    """Return a table whose client gives these answers in turn."""
    table = Table(client_of())
    stubber = Stubber(table.client)
    for given in answers:
        stubber.add_response("query", given)
    stubber.activate()
    return table


@pytest.mark.parametrize(("limit", "calls"), [(10, 4), (100, 2)])
@pytest.mark.parametrize("body", [{"user_id": "u"}, {"marketing_id": "m"}, {"transaction_id": "t", "created_to": 1001}])
def test_budget_of_rows_ends_a_page_early_and_the_walk_goes_on(
    table: Table, body: dict[str, Any], limit: int, calls: int
) -> None:
    """A page ends after 1,000 rows read; the next page begins there and finds the matching row."""
    fill(table)
    pages = list(table.walk(**body, limit=limit, platform=["ANDROID"]))
    found = [[record["created_at"] for record in page["items"]] for page in pages]
    if "transaction_id" in body:
        found.sort(key=len)  # all of these rows have one key in the index, and each engine has an order of its own
    assert [[], [1000]] == found
    assert "next_position" in pages[0]
    assert 1_000 == sum(sent["Limit"] for sent in table.sent[:calls])


def test_budget_of_calls_ends_a_page_early() -> None:
    """DynamoDB may end an answer after any row, as it does after a megabyte; a page takes four answers."""
    table = stubbed(*(part([50 - call], more=True) for call in range(MOST_CALLS)))
    page = table.page(user_id="u", limit=10)
    assert [1050, 1049, 1048, 1047] == [record["created_at"] for record in page["items"]]
    assert {"user_id": "u", "created_at": "1047"} == page["next_position"]
    assert [11, 10, 9, 8] == [sent["Limit"] for sent in table.sent]
    assert "1048" == table.sent[3]["ExclusiveStartKey"]["created_at"]["N"]


def test_page_is_filled_by_several_answers() -> None:
    """A short answer of DynamoDB does not make a short page; the surplus row is left for the next page."""
    table = stubbed(part([9, 8], more=True), part([7, 6], more=True))
    page = table.page(user_id="u", limit=3)
    assert [1009, 1008, 1007] == [record["created_at"] for record in page["items"]]
    assert "1007" == page["next_position"]["created_at"]


def test_reading_goes_on_after_an_empty_answer() -> None:
    """With a filter DynamoDB may return no row and a LastEvaluatedKey."""
    nothing = {
        "Items": [],
        "Count": 0,
        "ScannedCount": 22,
        "LastEvaluatedKey": part([9], more=True)["LastEvaluatedKey"],
    }
    table = stubbed(nothing, part([3], more=False))
    page = table.page(user_id="u", limit=10, platform=["IOS"])
    assert ([1003], False) == ([record["created_at"] for record in page["items"]], "next_position" in page)


def test_filtered_page_says_how_far_it_has_looked() -> None:
    """Rows of the millisecond of the last row may follow; of the next millisecond none does."""
    table = stubbed(*(part([50 - call], more=True) | {"Items": []} for call in range(MOST_CALLS)))
    page = table.page(user_id="u", platform=["IOS"])
    assert ("1047", 1048) == (page["next_position"]["created_at"], page["searched_until"])


def test_page_without_filters_or_of_the_end_has_looked_at_all() -> None:
    """Its last row, or its being the last page, says so already."""
    assert "searched_until" not in stubbed(part([9, 8, 7], more=True)).page(user_id="u", limit=2)
    assert "searched_until" not in stubbed(part([9], more=False)).page(user_id="u", platform=["IOS"])
