"""A DynamoDB that throttles, is gone, is slow or denies access."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.hostile import Exchange, answer, refused_port, serving
from tests.invocations import Context
from tests.unit.result_lambda.harness import Table, client_of, part

SECRET = "User: arn:aws:iam::111122223333:role/reader is not authorized"


@pytest.mark.parametrize("status", [400, 503])
def test_throttle_in_a_later_call_keeps_the_rows_already_read(status: int) -> None:
    """The page ends there, with the position of its last row."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_response("query", part([9, 8], more=True))
        stubber.add_client_error("query", "ThrottlingException", http_status_code=status)
        page = table.page(user_id="u", limit=10, platform=["IOS"])
    assert [1009, 1008] == [record["created_at"] for record in page["items"]]
    assert {"user_id": "u", "created_at": "1008"} == page["next_position"]


def test_throttle_before_any_match_keeps_the_progress() -> None:
    """The page is empty, and its position is the last row that DynamoDB read."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_response("query", {**part([9], more=True), "Items": [], "Count": 0})
        stubber.add_client_error("query", "ThrottlingException", http_status_code=400)
        page = table.page(user_id="u", limit=10, platform=["IOS"])
    assert ([], "1009") == (page["items"], page["next_position"]["created_at"])


def test_fault_of_ours_in_a_later_call_is_500() -> None:
    """A page that hides a missing permission would hide it from its owners too."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_response("query", part([9, 8], more=True))
        stubber.add_client_error("query", "AccessDeniedException", http_status_code=400)
        assert (500, "internal_error") == table.ask(user_id="u", limit=10).code


def dynamodb_answer(numbers: list[int], *, more: bool) -> bytes:
    """Return the HTTP response of DynamoDB for these rows."""
    return answer(200, json.dumps(part(numbers, more=more)).encode(), "application/x-amz-json-1.0")


def test_timeout_in_a_later_call_keeps_the_rows_already_read() -> None:
    """A call ends after 3.5 s without an answer, and so does the page."""

    def once(exchange: Exchange) -> None:
        exchange.send(dynamodb_answer([9, 8], more=True)) if exchange.number == 1 else exchange.hang()

    with serving(once) as server:
        answered = Table(client_of(server.url)).ask(user_id="u", limit=10)
    assert (200, "1008") == (answered.status, answered.body["next_position"]["created_at"])


def test_later_call_is_not_started_with_less_than_its_time_left() -> None:
    """The first call leaves 0.35 s: the page has its rows, and DynamoDB gets no second call."""

    def slow(exchange: Exchange) -> None:
        exchange.stopping.wait(2.4)
        exchange.send(dynamodb_answer([9, 8], more=True))

    with serving(slow) as server:
        answered = Table(client_of(server.url)).ask(context=Context(3_000), user_id="u", limit=10)
        assert 1 == len(server.received)
    assert (200, "1008") == (answered.status, answered.body["next_position"]["created_at"])


@pytest.mark.parametrize("milliseconds", [0, 200, 700])
def test_too_little_time_left_is_504_without_a_call(table: Table, milliseconds: int) -> None:
    """The margin for the response and the time for one call have to be left."""
    assert (504, "gateway_timeout") == table.ask(context=Context(milliseconds), user_id="u").code
    assert [] == table.sent


def test_dynamodb_that_hangs_is_504() -> None:
    """It ends before the service gives up its attempt after 4 s."""
    with serving(lambda exchange: exchange.hang()) as server:
        assert (504, "gateway_timeout") == Table(client_of(server.url)).ask(user_id="u").code
        assert 1 == len(server.received)


def test_connection_that_dynamodb_closed_when_idle_is_replaced() -> None:
    """The connection ends between two calls, as it does while the function is frozen."""
    closed = threading.Event()

    def close(exchange: Exchange) -> None:
        exchange.cut(after=dynamodb_answer([9], more=False))
        closed.set()

    with serving(close) as server:
        table = Table(client_of(server.url))
        assert 200 == table.ask(user_id="u").status
        assert closed.wait(20)
        assert 200 == table.ask(user_id="u").status
        assert [1, 2] == [request.connection for request in server.received]


@pytest.mark.parametrize("end", [Exchange.cut, Exchange.reset], ids=["ended", "reset"])
def test_kept_connection_that_breaks_is_503_to_be_retried_at_once(end: Callable[[Exchange], None]) -> None:
    """The service's retry gets a new connection, and has nothing to wait for."""
    whole = dynamodb_answer([9], more=False)
    with serving(lambda exchange: end(exchange) if exchange.number == 2 else exchange.send(whole)) as server:
        table = Table(client_of(server.url))
        first, second, third = (table.ask(user_id="u") for _ in range(3))
        assert [1, 1, 2] == [request.connection for request in server.received]
    assert ((503, "service_unavailable"), "0") == (second.code, second.headers["retry-after"])
    assert (200, 200) == (first.status, third.status)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestLimitExceeded", 400),
        ("ResourceNotFoundException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_busy_dynamodb_is_503(lines: Callable[[], list[dict[str, Any]]], code: str, status: int) -> None:
    """The answer has Retry-After; the log has DynamoDB's code."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_client_error("query", code, SECRET, http_status_code=status)
        answered = table.ask(user_id="u")
    assert (503, "service_unavailable") == answered.code
    assert "1" == answered.headers["retry-after"]
    assert SECRET not in answered.text
    assert ("dynamodb_unavailable", code) == (lines()[0]["event"], lines()[0]["reason"])


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "UnrecognizedClientException"])
def test_fault_of_ours_is_500_and_says_nothing_more(lines: Callable[[], list[dict[str, Any]]], code: str) -> None:
    """AWS's message, which names roles, goes to the log and not to the caller."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_client_error("query", code, SECRET, http_status_code=400)
        answered = table.ask(user_id="u")
    assert (500, "internal_error") == answered.code
    assert "111122223333" not in answered.text
    assert "retry-after" not in answered.headers
    unexpected, request = lines()
    assert ("error", "unexpected_error") == (unexpected["level"], unexpected["event"])
    assert SECRET in unexpected["exception"]
    assert ("internal_error", 500) == (request["code"], request["status"])


def test_missing_table_is_503(table: Table) -> None:
    """A table is missing while it is restored, or if its name is mistyped."""
    missing = Table(table.client, "no-such-table")
    assert (503, "service_unavailable") == missing.ask(user_id="u").code


@pytest.mark.parametrize(
    "message",
    [
        "The table does not have the specified index: marketing_id-status-index",
        "Cannot read from backfilling global secondary index: marketing_id-status-index",
    ],
)
def test_index_that_is_missing_or_being_filled_is_503(message: str) -> None:
    """DynamoDB says ValidationException; a new index takes minutes or hours, so the caller comes back in a minute."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_client_error("query", "ValidationException", message, http_status_code=400)
        answered = table.ask("query_marketing_fail", marketing_id="m")
    assert ((503, "service_unavailable"), "60") == (answered.code, answered.headers["retry-after"])


def test_table_without_the_index_is_503(table: Table) -> None:
    """Each engine says so in DynamoDB's words; the other operations answer."""
    index = {"Delete": {"IndexName": "marketing_id-status-index"}}
    table.client.update_table(TableName=table.name, GlobalSecondaryIndexUpdates=[index])
    assert (503, "service_unavailable") == table.ask("query_marketing_fail", marketing_id="m").code
    assert 200 == table.ask("query_marketing", marketing_id="m").status


def test_unreachable_dynamodb_is_503() -> None:
    """No process listens at the endpoint."""
    table = Table(client_of(f"http://127.0.0.1:{refused_port()}"))
    assert (503, "service_unavailable") == table.ask(user_id="u").code


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda exchange: exchange.send(answer(503, b"<html>", "text/html")), id="html 503"),
        pytest.param(lambda exchange: exchange.send(answer(502, b"", None)), id="bare 502"),
        pytest.param(lambda exchange: exchange.cut(), id="hangs up"),
        pytest.param(lambda exchange: exchange.cut(after=answer(body=b'{"Items": []}')[:-4]), id="cut"),
        pytest.param(lambda exchange: exchange.send(answer(200, b"<html>", "text/html")), id="html"),
    ],
)
def test_broken_answer_is_503(behaviour: Callable[[Exchange], None]) -> None:
    """A proxy between the function and DynamoDB may fail too."""
    with serving(behaviour) as server:
        assert (503, "service_unavailable") == Table(client_of(server.url)).ask(user_id="u").code
        assert 1 == len(server.received), "one attempt: retries are the service's, within its budget"
