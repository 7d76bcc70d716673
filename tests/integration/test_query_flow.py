"""A request through all six hops, from the caller to rows in DynamoDB and back."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import httpx
import pytest

from result_lambda.contract import VERSION
from result_lambda.reasons import reason
from tests.invocations import logged
from tools.local.sample import sample_rows
from tools.local.stack import Stack
from tools.local.tables import NOTIFICATION_RECORDS, table, write

SEALED = re.compile(r"[A-Za-z0-9_-]{60,}")


def rows(matches: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Return the sample rows that match, newest first, as the contract's records."""
    found = [row for row in sample_rows() if matches(row)]
    found.sort(key=lambda row: row["created_at"], reverse=True)
    return [{**row, "created_at": int(row["created_at"]), **_reason(row)} for row in found]


def _reason(row: dict[str, Any]) -> dict[str, str]:
    failed = row.get("status") == "FAILED"
    return {"reason": reason(row.get("error_msg", ""), row.get("platform", ""))} if failed else {}


def walk(client: httpx.Client, path: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the records of every page."""
    cursor = None
    while True:
        answer = client.post(path, json={**body, "cursor": cursor})
        assert httpx.codes.OK == answer.status_code, answer.text
        page = answer.json()
        assert len(page["items"]) == page["count"]
        yield from page["items"]
        cursor = page.get("next_cursor")
        if cursor is None:
            return


def test_a_user_gets_the_newest_rows_first(public: httpx.Client) -> None:
    """The guide's user query gives ten rows, newest first, and a sealed cursor."""
    answer = public.post("/query/user", json={"user_id": "test_user_001", "limit": 10})
    page = answer.json()
    assert rows(lambda row: row["user_id"] == "test_user_001")[:10] == page["items"]
    assert SEALED.fullmatch(page["next_cursor"])


def test_the_default_page_of_a_user_has_ten_rows(public: httpx.Client) -> None:
    """A missing limit and a null one both mean the contract's default."""
    sizes = [
        public.post("/query/user", json=body).json()["count"]
        for body in ({"user_id": "test_user_001"}, {"user_id": "test_user_001", "limit": None})
    ]
    assert [10, 10] == sizes


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_the_pages_of_a_user_hold_every_row_once(public: httpx.Client, limit: int) -> None:
    """Walking the pages gives each row exactly once, in order."""
    walked = list(walk(public, "/query/user", {"user_id": "test_user_001", "limit": limit}))
    assert rows(lambda row: row["user_id"] == "test_user_001") == walked


def test_a_campaign_is_walked_whole(public: httpx.Client) -> None:
    """A campaign of many pages comes back whole, newest first."""
    walked = list(walk(public, "/query/marketing", {"marketing_id": "campaign_2026_spring"}))
    expected = rows(lambda row: row.get("marketing_id") == "campaign_2026_spring")
    assert [row["created_at"] for row in expected] == [row["created_at"] for row in walked]
    assert sorted(map(repr, _sorted_items(expected))) == sorted(map(repr, _sorted_items(walked)))


def test_a_page_of_a_campaign_has_up_to_1000_records(public: httpx.Client) -> None:
    """The largest pages hold the same records in the same order; a larger limit, and one over 100 of a user, is 400."""
    body = {"marketing_id": "campaign_2026_spring"}
    first = public.post("/query/marketing", json={**body, "limit": 1_000}).json()
    assert 1_000 == first["count"]
    assert list(walk(public, "/query/marketing", {**body, "limit": 1_000})) == list(
        walk(public, "/query/marketing", body)
    )
    refused = [
        ("/query/marketing", {**body, "limit": 1_001}),
        ("/query/user", {"user_id": "test_user_001", "limit": 101}),
    ]
    assert [400, 400] == [public.post(path, json=each).status_code for path, each in refused]


def test_filters_reach_the_table(public: httpx.Client) -> None:
    """Every filter of the contract narrows the rows, alone and together."""
    body = {"marketing_id": "campaign_2026_spring", "status": ["FAILED"], "platform": ["IOS", "WEBPUSH"]}
    walked = list(walk(public, "/query/marketing", body))
    expected = rows(
        lambda row: (
            row.get("marketing_id") == "campaign_2026_spring"
            and row.get("status") == "FAILED"
            and row.get("platform") in {"IOS", "WEBPUSH"}
        )
    )
    assert expected
    assert sorted(map(repr, _sorted_items(expected))) == sorted(map(repr, _sorted_items(walked)))


@pytest.mark.parametrize("path", ["/query/fail", "/query/failures", "/failed"])
def test_the_failed_rows_of_a_transaction_have_three_names(public: httpx.Client, path: str) -> None:
    """The names before the move give the same rows; they and only they announce their end."""
    answer = public.post(path, json={"transaction_id": "tx_002"})
    expected = rows(lambda row: row.get("transaction_id") == "tx_002" and row.get("status") == "FAILED")
    assert expected == answer.json()["items"]
    assert (path != "/query/fail") == ("deprecation" in answer.headers)


def test_a_cursor_holds_for_either_name(public: httpx.Client) -> None:
    """A consumer may change to the new name between two pages."""
    first = public.post("/failed", json={"transaction_id": "tx_002", "limit": 1}).json()
    second = public.post(
        "/query/fail", json={"transaction_id": "tx_002", "limit": 1, "cursor": first["next_cursor"]}
    ).json()
    assert first["items"] != second["items"]
    assert 1 == second["count"]


def test_a_row_of_an_unknown_status_is_returned(public: httpx.Client) -> None:
    """Responses are open: the caller gets the values of the table."""
    odd = rows(lambda row: row.get("status") not in {"SENT", "DELIVERED", "FAILED"})
    assert odd
    answer = public.post("/query/user", json={"user_id": odd[0]["user_id"], "limit": 100})
    assert odd[0] in answer.json()["items"]


def test_a_cursor_of_another_query_is_refused(public: httpx.Client) -> None:
    """A cursor opens only for the query that it was made for."""
    cursor = public.post("/query/user", json={"user_id": "test_user_001", "limit": 1}).json()["next_cursor"]
    changed = [
        public.post("/query/user", json={"user_id": "user_0001", "cursor": cursor}),
        public.post("/query/user", json={"user_id": "test_user_001", "status": ["SENT"], "cursor": cursor}),
        public.post("/query/fail", json={"transaction_id": "tx_002", "cursor": cursor}),
    ]
    assert ["invalid_cursor"] * 3 == [answer.json()["code"] for answer in changed]


def test_one_request_id_is_known_at_every_hop(public: httpx.Client) -> None:
    """The caller's id comes back, and stands in the one line that each hop logs of the request."""
    with ExitStack() as collecting:
        hops = {hop: collecting.enter_context(logged(hop)) for hop in ("query_lambda", "service", "result_lambda")}
        answer = public.post("/query/user", json={"user_id": "test_user_001"}, headers={"X-Request-Id": "ticket-7"})
        lines = {hop: [line["request_id"] for line in _requests(read)] for hop, read in hops.items()}
    assert "ticket-7" == answer.headers["x-request-id"]
    assert {hop: ["ticket-7"] for hop in hops} == lines


def test_a_walk_passes_rows_that_no_request_could_name(public: httpx.Client, stack: Stack) -> None:
    """A campaign's cursor can hold any key of the last row, and the next page follows."""
    users = ["u" * 300, "\N{PACKAGE}" * 500, "\x01" * 2_048, "first\nsecond", "a\ufffd"]
    moments = [Decimal(-5), Decimal("1" * 17), Decimal(5)]
    same = {"marketing_id": "odd rows", "transaction_id": "odd rows", "status": "FAILED"}
    written = [{"user_id": user, "created_at": moment, **same} for user in users for moment in moments]
    write(table(stack.dynamodb_url, NOTIFICATION_RECORDS), written)
    expected = [{**row, **_reason(row)} for row in written]
    for path, key in (("/query/marketing", "marketing_id"), ("/query/fail", "transaction_id")):
        walked = list(walk(public, path, {key: "odd rows", "limit": 1}))
        assert sorted(map(repr, _sorted_items(expected))) == sorted(
            repr(items)
            for items in _sorted_items([{**row, "created_at": Decimal(row["created_at"])} for row in walked])
        )


def test_health_needs_no_key(stack: Stack) -> None:
    """Both gateways and the service report their health to any caller."""
    urls = (stack.public_url, stack.internal_url, stack.service_url)
    answers = [httpx.get(f"{url}/health", trust_env=False) for url in urls]
    assert [{"status": "ok", "version": VERSION, "build": "development"}] * 3 == [answer.json() for answer in answers]
    head = httpx.head(f"{stack.public_url}/health", trust_env=False)
    assert (httpx.codes.OK, b"") == (head.status_code, head.content)


def test_the_internal_gateway_takes_signed_requests_only(stack: Stack) -> None:
    """Nobody but the service's role gets to the records."""
    answer = httpx.post(f"{stack.internal_url}/query/user", json={"user_id": "test_user_001"}, trust_env=False)
    assert (httpx.codes.FORBIDDEN, "missing_authentication_token") == (answer.status_code, answer.json()["code"])


def _requests(read: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Wait for a hop's access-log lines, which it writes after it has sent its response."""
    end = time.monotonic() + 30
    while not (lines := [line for line in read() if line["event"] == "request"]) and time.monotonic() < end:
        time.sleep(0.01)
    return lines


def _sorted_items(records: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    return [sorted(record.items()) for record in records]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Amzn-Trace-Id", f"Root=1-12345678-123456789012345678901234;x={'y' * 9_000}"),
        ("tracestate", f"a={'x' * 9_700}"),
    ],
)
def test_trace_headers_of_any_length_fail_no_request(public: httpx.Client, name: str, value: str) -> None:
    """They are dropped at the first hop, and so do not use up the limits of the further ones."""
    answer = public.post("/query/user", json={"user_id": "test_user_001"}, headers={name: value})
    assert httpx.codes.OK == answer.status_code, answer.text
