"""Explanations of pushes on both engines, compared with a plain loop over the same rows."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.integration.paging import Row, new_partition, store
from tests.integration.test_paging import FILTERS, ROWS
from tests.unit.result_lambda.harness import Table

OPERATION = "explain_push"
# The verdict of each state, the best for the user first; any other state is undecided.
VERDICTS = {"DELIVERED": "DELIVERED", "SENT": "HANDED_OVER", "FAILED": "FAILED"}
IDS = {"transaction_id": lambda row: row.in_transaction, "marketing_id": lambda row: row.in_campaign}


def state(steps: list[Row]) -> str | None:
    """Return the state of one push: its last end, else SENT if it was sent, else that of its last row."""
    ends = [row for row in steps if row.status in ("DELIVERED", "FAILED")]
    sent = [row for row in steps if row.status == "SENT"]
    return max(ends or sent or steps, key=lambda row: Decimal(row.created_at)).status


def verdict(rows: list[Row]) -> str:
    """Return the verdict of the rows of a user that belong to the transaction or the campaign."""
    pushes: dict[Any, list[Row]] = {}
    for row in rows:
        pushes.setdefault((row.platform, row.in_transaction), []).append(row)
    states = {state(steps) for steps in pushes.values()}
    return next((verdict for name, verdict in VERDICTS.items() if name in states), "UNDECIDED")


def in_window(row: Row, window: dict[str, int]) -> bool:
    """Return whether a row lies in the time window."""
    at = Decimal(row.created_at)
    return window.get("created_from", at) <= at and ("created_to" not in window or at < window["created_to"])


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("most_rows", [1, 3, 1_000])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROWS, max_size=12, unique_by=lambda row: row.title), filters=FILTERS)
def test_verdict_is_that_of_a_plain_loop(
    table: Table, name: str, most_rows: int, rows: list[Row], filters: dict[str, Any]
) -> None:
    """From a budget of two rows up: rows that were not read are never called absent."""
    partition = new_partition()
    store(table, rows, partition)
    window = {key: filters[key] for key in ("created_from", "created_to") if filters.get(key) is not None}
    table.most_rows = most_rows
    try:
        found = table.post(OPERATION, user_id=f"{partition}-0", **{name: partition}, **window)
    finally:
        table.most_rows = 1_000
    event(found["verdict"])
    of_push = [row for row in rows if row.user == 0 and IDS[name](row) and in_window(row, window)]
    shown = {step["notification_title"] for push in found["pushes"] for step in push["steps"]}
    read = [row for row in of_push if row.title in shown]
    assert shown == {row.title for row in read}
    if not found["complete"]:
        assert {row for row in of_push if Decimal(row.created_at) >= found["searched_until"]} <= set(read)
        assert verdict(read) == found["verdict"]
        return
    assert of_push == read
    # The index of transactions is sorted by state: it has no row without one.
    is_known = any(IDS[name](row) and (name == "marketing_id" or row.status) for row in rows)
    absent = "NOT_ADDRESSED" if is_known else "UNKNOWN_TRANSACTION"
    assert (verdict(read) if read else absent) == found["verdict"]
