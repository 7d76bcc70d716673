"""Reading within a budget, and a DynamoDB that is busy, gone, slow or not ours to read."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from result_lambda.repository import MOST_CALLS
from tests.hostile import Exchange, answer, refused_port, serving
from tests.invocations import Context
from tests.unit.result_lambda.harness import Table, client_of

ROWS = 1_300
SECRET = "User: arn:aws:iam::111122223333:role/reader is not authorized"


def fill(table: Table, count: int = ROWS) -> None:
    """Store rows of one user, campaign and transaction, of which the oldest one alone is an Android's."""
    for start in range(0, count, 25):
        table.client.batch_write_item(
            RequestItems={
                table.name: [{"PutRequest": {"Item": item(number)}} for number in range(start, min(start + 25, count))]
            }
        )


def item(number: int) -> dict[str, Any]:
    """Return a row as DynamoDB has it; numbers rise with time."""
    texts = {
        "user_id": "u",
        "marketing_id": "m",
        "transaction_id": "t",
        "status": "FAILED",
        "platform": "IOS" if number else "ANDROID",
    }
    return {"created_at": {"N": str(1_000 + number)}, **{name: {"S": text} for name, text in texts.items()}}


def stubbed(*answers: dict[str, Any]) -> Table:
    """Return a table whose client gives these answers in turn."""
    table = Table(client_of())
    stubber = Stubber(table.client)
    for given in answers:
        stubber.add_response("query", given)
    stubber.activate()
    return table


def part(numbers: list[int], *, more: bool) -> dict[str, Any]:
    """Return what DynamoDB answers when it stops after these rows."""
    last = {name: item(numbers[-1])[name] for name in ("user_id", "created_at")}
    part = {"Items": [item(number) for number in numbers], "Count": len(numbers), "ScannedCount": len(numbers)}
    return part | ({"LastEvaluatedKey": last} if more else {})


@pytest.mark.parametrize(("limit", "calls"), [(10, 4), (100, 2)])
@pytest.mark.parametrize("body", [{"user_id": "u"}, {"marketing_id": "m"}, {"transaction_id": "t", "created_to": 1001}])
def test_budget_of_rows_ends_a_page_early_and_the_walk_goes_on(
    table: Table, body: dict[str, Any], limit: int, calls: int
) -> None:
    """1,000 rows are read for one page; where they ended the next one begins, and what matches is found."""
    fill(table)
    pages = list(table.walk(**body, limit=limit, platform=["ANDROID"]))
    found = [[record["created_at"] for record in page["items"]] for page in pages]
    if "transaction_id" in body:
        found.sort(key=len)  # all of these rows have one key in the index, and each engine has an order of its own
    assert [[], [1000]] == found
    assert "next_position" in pages[0]
    assert 1_000 == sum(sent["Limit"] for sent in table.sent[:calls])


def test_budget_of_calls_ends_a_page_early() -> None:
    """DynamoDB may stop after any row, as it does after a megabyte."""
    table = stubbed(*(part([50 - call], more=True) for call in range(MOST_CALLS)))
    page = table.page(user_id="u", limit=10)
    assert [1050, 1049, 1048, 1047] == [record["created_at"] for record in page["items"]]
    assert {"user_id": "u", "created_at": "1047"} == page["next_position"]
    assert [11, 10, 9, 8] == [sent["Limit"] for sent in table.sent]
    assert "1048" == table.sent[3]["ExclusiveStartKey"]["created_at"]["N"]


def test_page_is_full_though_dynamodb_stopped_in_between() -> None:
    """A short answer of DynamoDB is not a short page; the one row too many is left for the next."""
    table = stubbed(part([9, 8], more=True), part([7, 6], more=True))
    page = table.page(user_id="u", limit=3)
    assert [1009, 1008, 1007] == [record["created_at"] for record in page["items"]]
    assert "1007" == page["next_position"]["created_at"]


def test_empty_answer_with_more_to_come_is_read_on() -> None:
    """Behind a filter DynamoDB may answer no row at all and still not be done."""
    nothing = {
        "Items": [],
        "Count": 0,
        "ScannedCount": 22,
        "LastEvaluatedKey": part([9], more=True)["LastEvaluatedKey"],
    }
    table = stubbed(nothing, part([3], more=False))
    page = table.page(user_id="u", limit=10, platform=["IOS"])
    assert ([1003], False) == ([record["created_at"] for record in page["items"]], "next_position" in page)


def test_time_that_ends_in_a_later_call_ends_the_page() -> None:
    """A slow second call does not cost the rows of the first."""
    first = answer(200, json.dumps(part([9, 8], more=True)).encode(), "application/x-amz-json-1.0")
    asked: list[Exchange] = []

    def once(exchange: Exchange) -> None:
        asked.append(exchange)
        if len(asked) == 1:
            exchange.send(first)
        else:
            exchange.hang()

    with serving(once) as server:
        started = time.monotonic()
        answered = Table(client_of(server.url)).ask(Context(800), user_id="u", limit=10)
        assert time.monotonic() - started < 0.8
    assert (200, "1008") == (answered.status, answered.body["next_position"]["created_at"])


@pytest.mark.parametrize("end", [Exchange.cut, Exchange.reset], ids=["ended", "reset"])
def test_kept_connection_that_is_found_dead_is_replaced(end: Callable[[Exchange], None]) -> None:
    """A frozen function misses that its connection ends; the request that finds out is sent on a new one."""
    whole = answer(200, json.dumps(part([9], more=False)).encode(), "application/x-amz-json-1.0")
    with serving(lambda exchange: end(exchange) if exchange.number == 2 else exchange.send(whole)) as server:
        table = Table(client_of(server.url))
        assert [200, 200] == [table.ask(user_id="u").status for _ in range(2)]
        assert [1, 1, 2] == [request.connection for request in server.received]


@pytest.mark.parametrize("at_once", ["", "\r\n\r\n"], ids=["head", "body"])
def test_dynamodb_that_drips_is_504_in_time(at_once: str) -> None:
    """Each byte comes soon enough; the whole does not, whether it is the head that drips or the body."""
    whole = answer(200, json.dumps(part([9, 8], more=False)).encode(), "application/x-amz-json-1.0")
    head = whole[: whole.index(at_once.encode()) + len(at_once)]
    with serving(lambda exchange: exchange.drip(whole[len(head) :], 0.1, after=head)) as server:
        started = time.monotonic()
        assert (504, "gateway_timeout") == Table(client_of(server.url)).ask(Context(1_000), user_id="u").code
        assert time.monotonic() - started < 1


@pytest.mark.parametrize("said", ["0", "200"])
def test_no_time_left_is_504_without_a_call(table: Table, said: str) -> None:
    """Nobody waits for the answer any more."""
    assert (504, "gateway_timeout") == table.ask(Context(int(said)), user_id="u").code
    assert [] == table.sent


def test_dynamodb_that_hangs_is_504_in_time() -> None:
    """The client's own timeouts are longer than what may be left."""
    with serving(lambda exchange: exchange.hang()) as server:
        table = Table(client_of(server.url))
        started = time.monotonic()
        assert (504, "gateway_timeout") == table.ask(Context(1_000), user_id="u").code
        assert time.monotonic() - started < 1


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
    """The same request may be sent again, soon; the log names DynamoDB's word."""
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
    """What AWS says of our rights and roles is for the log."""
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
    """As when it is being restored, or its name is mistyped."""
    missing = Table(table.client, "no-such-table")
    assert (503, "service_unavailable") == missing.ask(user_id="u").code


def test_unreachable_dynamodb_is_503() -> None:
    """Nothing listens."""
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
    """What stands between us and DynamoDB may fail for a moment as well."""
    with serving(behaviour) as server:
        assert (503, "service_unavailable") == Table(client_of(server.url)).ask(user_id="u").code
        assert 1 == len(server.received), "a failing table is asked once: retries are the service's, within its budget"
