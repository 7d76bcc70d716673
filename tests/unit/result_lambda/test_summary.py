"""The counts of a campaign."""

import zlib
from collections import Counter
from typing import Any

import pytest
from botocore.stub import Stubber

from common.request import Deadline
from result_lambda.client import take_rows
from result_lambda.operations import COUNT_CALLS, FIRST_COUNT_CALLS
from result_lambda.queries import MARKETING, Query
from result_lambda.repository import NotificationRecords
from result_lambda.summary import MOST_CELLS, MOST_CHARACTERS, Tally
from tests.hostile import answer, serving
from tests.unit.result_lambda.harness import Table, client_of, item, part
from tools.local.tables import dynamodb_client

HOUR = 3_600_000
DAY = 24 * HOUR
OPERATION = "summarize_marketing"
GONE = "APNs 410 Unregistered: the device token is no longer active"


def row(number: int, **texts: str) -> dict[str, Any]:
    """Return a row as DynamoDB answers it."""
    attributes = {"user_id": f"u{number}", "marketing_id": "m", **texts}
    return {"created_at": {"N": str(number)}, **{name: {"S": text} for name, text in attributes.items()}}


def count(*rows: dict[str, Any], interval: str | None = None) -> dict[str, Any]:
    """Return the counts of some rows."""
    tally = Tally(interval)
    assert len(rows) == tally.add(rows)
    return tally.counts()


def test_rows_are_counted_by_state_platform_reason_and_application() -> None:
    """The largest first; a value that the rows lack is absent, and only a failure has a reason."""
    counts = count(
        row(1, status="SENT", platform="IOS", ap_id="a"),
        row(2, status="FAILED", platform="IOS", ap_id="a", error_msg=GONE),
        row(3, status="SENT", platform="IOS", ap_id="a", error_msg=GONE),
        row(4, status="BOUNCED"),
        row(5),
    )
    assert [
        {"status": "SENT", "platform": "IOS", "ap_id": "a", "rows": 2},
        {"status": "FAILED", "platform": "IOS", "reason": "TOKEN_UNREGISTERED", "ap_id": "a", "rows": 1},
        {"status": "BOUNCED", "rows": 1},
        {"rows": 1},
    ] == counts["cells"]
    assert (5, False) == (counts["rows"], "series" in counts)


@pytest.mark.parametrize(("interval", "width"), [("hour", HOUR), ("day", DAY)])
def test_rows_are_counted_over_time(interval: str, width: int) -> None:
    """Intervals begin at the full hour or day (UTC), also before 1970, and those without rows are left out."""
    times = [0, width - 1, width, 3 * width + 5, -1]
    counts = count(*(row(time, status="SENT") for time in times), row(7, status="FAILED"), interval=interval)
    assert [(-width, 1), (0, 3), (width, 1), (3 * width, 1)] == [
        (start, sum(point["rows"] for point in counts["series"] if point["start"] == start))
        for start in sorted({point["start"] for point in counts["series"]})
    ]
    assert {"start": 0, "status": "FAILED", "rows": 1} in counts["series"]


def test_few_transactions_are_counted_too() -> None:
    """By state; those of a campaign that sends one to each user are left out."""
    few = count(row(1, transaction_id="t", status="SENT"), row(2, transaction_id="t", status="SENT"), row(3))
    assert [{"transaction_id": "t", "status": "SENT", "rows": 2}, {"rows": 1}] == few["transactions"]
    many = count(*(row(number, transaction_id=str(number)) for number in range(MOST_CELLS + 1)))
    assert ("transactions" in many, many["rows"]) == (False, MOST_CELLS + 1)


@pytest.mark.parametrize("interval", [None, "hour"])
def test_an_answer_ends_before_it_has_too_many_counts(interval: str | None) -> None:
    """No counts are merged: the row without room is left for the next answer."""
    tally = Tally(interval)
    kinds = [{"ap_id": str(number)} if interval is None else {} for number in range(MOST_CELLS + 1)]
    rows = [row(number * HOUR, **kind) for number, kind in enumerate(kinds)]
    assert MOST_CELLS == tally.add(rows)
    assert 0 == tally.add(rows[MOST_CELLS:])
    assert MOST_CELLS == tally.add(rows[:MOST_CELLS]), "rows of known kinds have room"
    assert 2 * MOST_CELLS == tally.counts()["rows"]


def test_long_values_are_cut() -> None:
    """A stored text may have 400 KB; an answer of many has to fit into a response of Lambda."""
    (cell,) = count(row(1, ap_id="x" * 100_000))["cells"]
    assert MOST_CHARACTERS == len(cell["ap_id"])


def test_a_summary_reads_only_what_it_counts(table: Table) -> None:
    """Titles are not read: parsing is most of the time."""
    table.put(created_at="1", marketing_id="m", status="SENT", notification_title="no")
    assert 1 == table.post(OPERATION, marketing_id="m")["rows"]
    assert "notification_title" not in table.sent[0]["ExpressionAttributeNames"].values()
    assert "Limit" not in table.sent[0]


def test_the_window_that_was_counted_is_declared() -> None:
    """Without a bound it is open; between two answers is the time of the last row of the first one."""
    table = Table(client_of())
    last = {name: item(7)[name] for name in ("marketing_id", "user_id", "created_at")}
    with Stubber(table.client) as stubber:
        stubber.add_response("query", part([9, 8, 7], more=True) | {"LastEvaluatedKey": last})
        first = table.post(OPERATION, marketing_id="m", created_from=0, created_to=5_000)
        stubber.add_response("query", part([6], more=False))
        second = table.post(
            OPERATION, marketing_id="m", created_from=0, created_to=5_000, position=first["next_position"]
        )
        stubber.add_response("query", part([6], more=False))
        whole = table.post(OPERATION, marketing_id="m")
    assert (3, 1_007, 5_000) == (first["rows"], first["counted_from"], first["counted_to"])
    assert (1, 0, 1_008) == (second["rows"], second["counted_from"], second["counted_to"])
    assert "next_position" not in second
    assert whole.keys() & {"counted_from", "counted_to"} == set()


def test_throttle_in_the_first_call_is_503() -> None:
    """Nothing is counted yet, so nothing is said."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_client_error("query", "ThrottlingException", http_status_code=400)
        assert (503, "service_unavailable") == table.ask(OPERATION, marketing_id="m").code


def test_throttle_in_a_later_call_ends_the_answer() -> None:
    """What was counted is said, and the position goes on from there."""
    table = Table(client_of())
    more = part([9, 8, 7], more=True) | {"LastEvaluatedKey": {name: item(7)[name] for name in MARKETING.keys}}
    with Stubber(table.client) as stubber:
        stubber.add_response("query", more)
        first = table.post(OPERATION, marketing_id="m")
        stubber.add_response("query", more)
        stubber.add_client_error("query", "ThrottlingException", http_status_code=400)
        second = table.post(OPERATION, marketing_id="m", position=first["next_position"])
    assert (3, first["next_position"]) == (second["rows"], second["next_position"])


def test_a_window_that_ends_before_it_starts_is_empty_without_a_call(table: Table) -> None:
    """As in the lists."""
    found = table.post(OPERATION, marketing_id="m", created_from=2, created_to=1, interval="day")
    assert {"marketing_id": "m", "rows": 0, "cells": [], "series": [], "transactions": []} == {
        name: value for name, value in found.items() if not name.startswith("counted_")
    }
    assert [] == table.sent


def test_budget_of_calls_ends_an_answer() -> None:
    """Each call is a megabyte at most. The first answer comes after a few, so that numbers are seen soon."""
    table = Table(client_of())
    last = {name: item(7)[name] for name in ("marketing_id", "user_id", "created_at")}
    with Stubber(table.client) as stubber:
        for _ in range(FIRST_COUNT_CALLS + COUNT_CALLS):
            stubber.add_response("query", part([9, 8, 7], more=True) | {"LastEvaluatedKey": last})
        first = table.post(OPERATION, marketing_id="m")
        second = table.post(OPERATION, marketing_id="m", position=first["next_position"])
        stubber.assert_no_pending_responses()
    assert [3 * FIRST_COUNT_CALLS, 3 * COUNT_CALLS] == [first["rows"], second["rows"]]
    assert "next_position" in second


def test_budget_of_time_ends_an_answer() -> None:
    """A call is not started with less time left than one needs."""
    now = [0.0]
    more = part([9, 8, 7], more=True) | {"LastEvaluatedKey": {n: item(7)[n] for n in MARKETING.keys}}
    table = Table(client_of())
    table.client.meta.events.register("provide-client-params.dynamodb.Query", lambda **_: now.append(now.pop() + 1))
    with Stubber(table.client) as stubber:
        for _ in range(3):
            stubber.add_response("query", more)
        tally = Tally()
        records = NotificationRecords(table.client, table.name)
        deadline = Deadline(3, clock=lambda: now[0])
        page = records.count(Query(index=MARKETING, key="m", limit=0), tally, deadline, COUNT_CALLS)
        stubber.assert_no_pending_responses()
    assert (9, "1007") == (tally.counts()["rows"], (page.next_position or {})["created_at"])


def test_rows_are_parsed_apart_from_botocore() -> None:
    """An answer over the wire has the same rows as from botocore's parser, and its other fields."""
    body = '{"Items": [{"created_at": {"N": "1"}, "status": {"S": "手"}}], "Count": 1, "ScannedCount": 3}'.encode()
    whole = answer(200, body, "application/x-amz-json-1.0")
    with serving(lambda exchange: exchange.send(whole)) as server:
        found = Table(client_of(server.url)).post(OPERATION, marketing_id="m")
    assert [{"status": "手", "rows": 1}] == found["cells"]


def test_rows_are_taken_once_in_every_retry_mode() -> None:
    """DynamoDB sends a checksum of the whole body, which botocore's default mode compares with what is left of it."""
    body = b'{"Items": [{"created_at": {"N": "1"}}], "Count": 1, "ScannedCount": 1}'
    whole = answer(200, body, "application/x-amz-json-1.0", f"x-amz-crc32: {zlib.crc32(body)}")
    with serving(lambda exchange: exchange.send(whole)) as server:
        client = dynamodb_client(server.url)
        take_rows(client, (1.0, 3.5))
        found = Table(client).post(OPERATION, marketing_id="m")
        assert 1 == len(server.received)
    assert 1 == found["rows"]


def test_cells_add_up_to_the_rows(table: Table) -> None:
    """In each kind of count, every row is counted once."""
    for number in range(60):
        table.put(
            created_at=str(number * HOUR // 4),
            marketing_id="m",
            user_id=f"u{number}",
            status=["SENT", "FAILED", "DELIVERED"][number % 3],
            platform=["IOS", "ANDROID"][number % 2],
        )
    found = table.post(OPERATION, marketing_id="m", interval="hour")
    sums = {name: sum(each["rows"] for each in found[name]) for name in ("cells", "series", "transactions")}
    assert {"cells": 60, "series": 60, "transactions": 60} == sums
    assert Counter({"SENT": 20, "FAILED": 20, "DELIVERED": 20}) == by_status(found)


def by_status(found: dict[str, Any]) -> Counter[str]:
    """Return the counts by state."""
    counts: Counter[str] = Counter()
    for cell in found["cells"]:
        counts[cell["status"]] += cell["rows"]
    return counts
