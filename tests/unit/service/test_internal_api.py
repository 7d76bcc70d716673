"""The requests and connections of the client to the internal gateway, over a real socket."""

import asyncio
import inspect
from typing import Any

import httpx
import pytest

from common.request import Deadline, RequestContext, current_request
from service.internal_api import InternalApiClient
from tests.unit.service.gateways import Gateway, gateway, http
from tests.unit.service.harness import RECORD, Upstream

ANSWER = http(200, {"items": [RECORD], "count": 1})
TRACE = {
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "x-amzn-trace-id": "Root=1-67891233-a",
}


def exchange(*calls: Any, call: RequestContext | None = None) -> Gateway:  # noqa: ANN401  # callables of a client
    """Make calls one after another on one client; return the gateway that answered them."""

    async def run() -> Gateway:
        token = current_request.set(call) if call else None
        async with gateway(ANSWER) as (served, url), InternalApiClient(url, 5) as client:
            for each in calls:
                await each(client)
        if token:
            current_request.reset(token)
        return served

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("operation", "key", "path"),
    [
        ("query_user", "user_id", "/v1/query/user"),
        ("query_marketing", "marketing_id", "/v1/query/marketing"),
        ("query_fail", "transaction_id", "/v1/query/fail"),
    ],
)
def test_interface_of_the_guide(operation: str, key: str, path: str) -> None:
    """By place or by name, with or without `limit`, and outside of any request."""
    served = exchange(
        lambda client: getattr(client, operation)("x"),
        lambda client: getattr(client, operation)("x", 5),
        lambda client: getattr(client, operation)("x", limit=None),
        lambda client: getattr(client, operation)(**{key: "x", "limit": 5}),
    )
    bodies = [{key: "x"}, {key: "x", "limit": 5}] * 2
    assert [(f"POST {path} HTTP/1.1", body) for body in bodies] == [(line, body) for line, _, body in served.requests]


def test_signatures_are_those_of_the_guide() -> None:
    """`InternalApiClient(base_url, timeout)`, and `query_fail(transaction_id)`."""
    client = InternalApiClient(base_url="http://127.0.0.1:1", timeout=2)
    assert list(inspect.signature(InternalApiClient).parameters)[:2] == ["base_url", "timeout"]
    assert list(inspect.signature(client.query_user).parameters)[:2] == ["user_id", "limit"]
    assert list(inspect.signature(client.query_marketing).parameters)[:2] == ["marketing_id", "limit"]
    assert next(iter(inspect.signature(client.query_fail).parameters)) == "transaction_id"
    asyncio.run(client.aclose())


def test_filters_are_sent_as_they_are() -> None:
    """Each field of the contract, and none that has no value."""
    position = {"user_id": "u", "created_at": "1761998400123.5"}
    filters = {"status": ["FAILED"], "platform": ["ANDROID", "IOS"], "ap_id": "a", "created_from": 0, "created_to": 5}
    served = exchange(lambda client: client.query_user("u", 5, position=position, **filters))
    assert {"user_id": "u", "limit": 5, "position": position} | filters == served.requests[0][2]
    served = exchange(lambda client: client.query_user("u", None, position=None, **dict.fromkeys(filters)))
    assert {"user_id": "u"} == served.requests[0][2]


def test_positions_of_indexes_are_sent_as_they_are() -> None:
    """The position of a page is sent with the next request."""
    of_campaign = {"user_id": "u", "created_at": "1", "marketing_id": "m"}
    of_failures = {"user_id": "u", "created_at": "1", "transaction_id": "t", "status": "FAILED"}
    served = exchange(
        lambda client: client.query_marketing("m", position=of_campaign),
        lambda client: client.query_fail("t", position=of_failures),
    )
    assert [of_campaign, of_failures] == [body["position"] for _, _, body in served.requests]


def test_one_connection_serves_many_calls() -> None:
    """A connection costs more than the query."""
    served = exchange(*[lambda client: client.query_user("u")] * 20)
    assert (1, 20) == (served.connections, len(served.requests))


def test_request_goes_on_under_its_own_id_time_and_trace() -> None:
    """Every hop logs the same id, works no longer than is left, and belongs to the caller's trace."""
    call = RequestContext(request_id="id-1", deadline=Deadline(3, clock=lambda: 0.0), trace=TRACE)
    _, headers, _ = exchange(lambda client: client.query_user("u"), call=call).requests[0]
    assert TRACE | {"x-request-id": "id-1"} == {name: headers[name] for name in [*TRACE, "x-request-id"]}
    assert 2_000 < int(headers["x-request-timeout-ms"]) <= 3_000


def test_call_outside_of_a_request_has_its_own_id_and_time() -> None:
    """Each call is one request of its own."""
    served = exchange(*[lambda client: client.query_user("u")] * 2)
    ids = {headers["x-request-id"] for _, headers, _ in served.requests}
    assert (2, 36) == (len(ids), len(min(ids)))
    assert {"4000"} == {headers["x-request-timeout-ms"] for _, headers, _ in served.requests}


def test_the_environment_has_no_influence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable would send signed requests through somebody else's hands."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert len(exchange(lambda client: client.query_user("u")).requests) == 1


def test_exchange_of_the_callers_own() -> None:
    """Tests give one, and so can a client of another network."""
    upstream = Upstream()
    upstream.reply = lambda _: httpx.Response(503)
    client = InternalApiClient("http://internal.test/v1/", transport=upstream)
    with pytest.raises(Exception, match="busy"):
        asyncio.run(client.query_user("u"))
