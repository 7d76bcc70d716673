"""The service's client of the internal API: raw responses, strict types, and the shared runtime."""

import asyncio
import json
from typing import Any

import httpx
import msgspec
import pytest

from generated_client.internal_query_client import AsyncInternalQueryClient
from generated_client.runtime import (
    ApiResponse,
    AsyncExchange,
    Attempt,
    Outgoing,
    RawResponse,
    ResponseDecodeError,
    ServiceUnavailableError,
)
from tests.sdk.harness import RECORD, FakeClock
from tools.contract.bundle import bundle, operations

POSITION = {"user_id": "u1", "created_at": "1.5"}
PAGE: dict[str, Any] = {"items": [RECORD], "count": 1}


class Scripted(AsyncExchange):
    """Answers with these responses in order and keeps the requests."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.requests: list[Outgoing] = []

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the next response."""
        self.requests.append(outgoing)
        answer = self.answers.pop(0)
        attempt.add(answer.content)
        return attempt.finished(answer.status_code, answer.headers)

    async def aclose(self) -> None:
        """Hold no connections."""


def ask(exchange: Scripted, operation: str = "query_user", **body: Any) -> ApiResponse[Any]:  # noqa: ANN401  # any JSON
    """Return the response to one call."""

    async def go() -> ApiResponse[Any]:
        async with AsyncInternalQueryClient("http://api.test/v1", exchange=exchange, clock=FakeClock(0.0)) as client:
            response: ApiResponse[Any] = await getattr(client, operation)(body, timeout=10, request_id="ours")
            return response

    return asyncio.run(go())


def parse(body: object) -> Any:  # noqa: ANN401  # a page
    """Return the parsed page of a response with this body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(Scripted(httpx.Response(200, content=content)), user_id="u1").parse()


def test_there_is_a_method_for_each_operation() -> None:
    """The client has the operations of the contract, deprecated ones excepted."""
    offered = {each["operationId"] for each in operations(bundle("internal")).values() if not each.get("deprecated")}
    assert offered <= set(dir(AsyncInternalQueryClient))


def test_body_is_sent_as_given() -> None:
    """The request holds the given fields, in JSON, at the path of the operation."""
    exchange = Scripted(httpx.Response(200, json=PAGE))
    ask(exchange, "query_fail", transaction_id="t1", limit=5, position=POSITION)
    method, url, headers, content = exchange.requests[0]
    assert ("POST", "http://api.test/v1/query/fail", "application/json", "ours") == (
        method,
        url,
        headers["content-type"],
        headers["x-request-id"],
    )
    assert {"transaction_id": "t1", "limit": 5, "position": POSITION} == json.loads(content or b"")


def test_response_is_raw() -> None:
    """The content is the received bytes; the items of the parsed page are theirs too, unknown fields included."""
    body = {"items": [RECORD | {"added": {"deep": [1, None]}}], "count": 1, "next_position": POSITION, "added": 1}
    response = ask(Scripted(httpx.Response(200, json=body)), user_id="u1")
    page = response.parse()
    assert body == json.loads(response.content)
    assert (body["items"], 1, POSITION) == (json.loads(bytes(page.items)), page.count, page.next_position)


def test_last_page_has_no_position() -> None:
    """An absent position is UNSET."""
    assert parse(PAGE).next_position is msgspec.UNSET


@pytest.mark.parametrize(
    "body",
    [
        PAGE | {"count": -1},
        PAGE | {"count": 10**6},
        PAGE | {"next_position": None},
        PAGE | {"next_position": {}},
        {"items": [RECORD] * 1_001, "count": 100},
        {"items": [RECORD | {"created_at": 2**63}], "count": 1},
        {"items": [RECORD | {"ap_id": None}], "count": 1},
        {"items": [{}], "count": 1},
        {"items": None, "count": 0},
        b'{"items":[],"count":0,"added":"\xff"}',
        b'{"items":[{"added":' + b"[" * 100_000,
        b"",
    ],
    ids=lambda body: repr(body)[:40],
)
def test_types_are_as_strict_as_the_contract(body: object) -> None:
    """Null, bounds, an empty position, a missing field and invalid UTF-8 are decode errors."""
    with pytest.raises(ResponseDecodeError):
        parse(body)


def test_each_attempt_announces_the_time_it_has() -> None:
    """X-Request-Timeout-Ms shrinks from attempt to attempt."""
    exchange = Scripted(httpx.Response(503, headers={"Retry-After": "2"}), httpx.Response(200, json=PAGE))
    assert 2 == ask(exchange, user_id="u1").attempts
    assert ["10000", "8000"] == [request.headers["x-request-timeout-ms"] for request in exchange.requests]


def test_errors_are_those_of_the_runtime() -> None:
    """A status raises its error after the retries."""
    exchange = Scripted(*[httpx.Response(503)] * 3)
    with pytest.raises(ServiceUnavailableError) as caught:
        ask(exchange, user_id="u1")
    assert (3, "ours") == (caught.value.attempts, caught.value.request_id)
