"""Summaries on both engines, compared with a plain loop over the same rows and with the list of the same window."""

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.integration.paging import START, Row, is_asked_for, new_partition, store
from tests.integration.test_paging import FILTERS, ROWS
from tests.unit.result_lambda.harness import Table

OPERATION = "summarize_marketing"
HOUR = 3_600_000
KINDS = ("cells", "series", "transactions")


@dataclass(frozen=True)
class Example:
    """Rows, the query, and how little a call and an answer count.

    After the first answer `later` are stored, and `gone`, a part of `rows`, are deleted.
    """

    rows: list[Row]
    later: list[Row]
    filters: dict[str, Any]
    rows_a_call: int
    calls: int
    gone: list[Row] = field(default_factory=list)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Draw rows of one campaign and of none, and budgets from one row and one call up."""
    rows = draw(st.lists(ROWS, max_size=30, unique_by=lambda row: row.title))
    filters = draw(st.just({}) | FILTERS)
    kept = {name: value for name, value in filters.items() if name in {"ap_id", "created_from", "created_to"}}
    later, gone = draw(st.integers(0, len(rows) // 4)), draw(st.integers(0, len(rows) // 4))
    a_call, calls = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    return Example(rows[later:], rows[:later], kept, a_call, calls, gone=rows[later : later + gone])


@contextmanager
def small_budget(table: Table, example: Example) -> Iterator[list[int]]:
    """Let a call read few rows, and throttle those over the budget of an answer; the list has the calls of this one."""
    made = [0]

    def narrow(params: dict[str, Any], **_: object) -> None:
        made[0] += 1
        if made[0] > example.calls:
            raise ClientError({"Error": {"Code": "ThrottlingException"}, **_STATUS}, "Query")
        params["Limit"] = example.rows_a_call

    table.client.meta.events.register("provide-client-params.dynamodb.Query", narrow)
    yield made
    table.client.meta.events.unregister("provide-client-params.dynamodb.Query", narrow)


_STATUS: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 400}}


def answers(table: Table, example: Example, partition: str) -> Iterator[dict[str, Any]]:
    """Yield the answers from the first to the last."""
    body = {"marketing_id": partition, "interval": "hour", **example.filters}
    with small_budget(table, example) as made:
        while True:
            made[0] = 0
            answer = table.post(OPERATION, **body)
            yield answer
            if "next_position" not in answer:
                return
            body["position"] = answer["next_position"]


def summed(found: list[dict[str, Any]], kind: str) -> Counter[tuple[Any, ...]]:
    """Return the sum of one kind of counts."""
    total: Counter[tuple[Any, ...]] = Counter()
    for answer in found:
        for each in answer[kind]:
            total[tuple(sorted((name, value) for name, value in each.items() if name != "rows"))] += each["rows"]
    return total


def counted(rows: list[Row], filters: dict[str, Any], partition: str) -> dict[str, Counter[tuple[Any, ...]]]:
    """Count the rows in a plain loop."""
    result: dict[str, Counter[tuple[Any, ...]]] = {kind: Counter() for kind in KINDS}
    for row in rows:
        if is_asked_for(row, "query_marketing", filters):
            start = (START + row.millisecond) // HOUR * HOUR
            keys = {
                "cells": {"status": row.status, "platform": row.platform, "reason": row.reason, "ap_id": row.ap_id},
                "series": {"start": start, "status": row.status},
                "transactions": {"transaction_id": partition if row.in_transaction else None, "status": row.status},
            }
            for kind, key in keys.items():
                result[kind][tuple(sorted((name, value) for name, value in key.items() if value is not None))] += 1
    return result


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=examples())
def test_the_sum_of_the_answers_is_the_count(table: Table, example: Example) -> None:
    """Of all rows of the window, each once, however little an answer counts; and as many as the list has."""
    partition = new_partition()
    rows = example.rows + example.later
    store(table, rows, partition)
    found = list(answers(table, example, partition))
    event(f"{min(len(found), 5)} answers")
    expected = counted(rows, example.filters, partition)
    assert expected == {kind: summed(found, kind) for kind in KINDS}
    pages = table.walk("query_marketing", marketing_id=partition, limit=100, **example.filters)
    walked = [page["count"] for page in pages]
    assert [sum(walked)] * 4 == [sum(answer["rows"] for answer in found), *(each.total() for each in expected.values())]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(example=examples())
def test_rows_that_come_or_go_while_it_counts_are_counted_once_or_not_at_all(table: Table, example: Example) -> None:
    """Each row that is there from the first answer to the last is counted, each other one at most once."""
    partition = new_partition()
    store(table, example.rows, partition)
    found = []
    for answer in answers(table, example, partition):
        if not found:
            store(table, example.later, partition, example.gone)
        found.append(answer)
    least = counted([row for row in example.rows if row not in example.gone], example.filters, partition)
    most = counted(example.rows + example.later, example.filters, partition)
    for kind in KINDS:
        assert least[kind] <= summed(found, kind) <= most[kind]


@pytest.mark.parametrize("calls", [1, 2])
def test_each_answer_declares_what_it_counted(table: Table, calls: int) -> None:
    """The windows of the answers meet, and cover the window that was asked for."""
    partition = new_partition()
    rows = [Row(n, n, "", "SENT", "IOS", None, in_campaign=True, in_transaction=True) for n in range(7)]
    store(table, rows, partition)
    window = {"created_from": START + 1, "created_to": START + 6}
    found = list(answers(table, Example(rows, [], window, 2, calls), partition))
    assert (START + 6, START + 1) == (found[0]["counted_to"], found[-1]["counted_from"])
    for before, after in itertools.pairwise(found):
        assert before["counted_from"] == after["counted_to"] - 1
    assert 5 == sum(answer["rows"] for answer in found)
