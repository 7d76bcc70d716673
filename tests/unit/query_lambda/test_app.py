"""Requests and responses that query_lambda forwards, and those that it answers itself."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from query_lambda.app import create_handler
from query_lambda.settings import Settings
from tests.hostile import Exchange, Received, answer, serving
from tests.invocations import GATEWAY_ID, Context, invoke, proxy_event
from tests.unit.query_lambda.harness import Problem, Proxy

BODY = '{"user_id": "使用者 1",\t"limit": null}'


def page(exchange: Exchange) -> None:
    """Answer as the service does."""
    exchange.send(answer(body=b'{"items":[],"count":0}'))


def received(proxy: Proxy, event: dict[str, Any], context: Context | None = None) -> Received:
    """Return the request that reaches the service for an event."""
    handler, server = proxy(page)
    assert invoke(handler, event, context or Context()).status == 200
    (request,) = server.received
    return request


def test_request_is_forwarded_unchanged(proxy: Proxy) -> None:
    """Method, path and body are the caller's."""
    request = received(proxy, proxy_event("POST", "/query/user", BODY))
    assert ("POST", "/query/user", BODY.encode()) == (request.method, request.target, request.body)
    assert ["application/json"] == request.header("content-type")


def test_body_in_base64_is_decoded(proxy: Proxy) -> None:
    """A gateway with binary media types encodes the body."""
    event = proxy_event("POST", "/query/user", base64.b64encode(BODY.encode()).decode(), isBase64Encoded=True)
    assert BODY.encode() == received(proxy, event).body


def test_path_is_put_below_the_address_of_the_service() -> None:
    """The address may have a path; the stage, which is in the event's `path`, is not forwarded."""
    with serving(page) as server:
        handler = create_handler(Settings(service_url=f"{server.url}/base"))
        invoke(handler, proxy_event("GET", "/health", path="/v1/health"))
    assert ("GET", "/base/health", b"") == (
        server.received[0].method,
        server.received[0].target,
        server.received[0].body,
    )


CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Deprecation,Link,Retry-After,Sunset,X-Request-Id",
}


@pytest.mark.parametrize("sent", ["X-Amzn-Trace-Id", "x-amzn-trace-id"])
def test_trace_headers_are_forwarded_in_any_case(proxy: Proxy, sent: str) -> None:
    """Trace headers go to the service, so that one trace covers all hops."""
    parent = f"00-{'ab' * 16}-{'cd' * 8}-01"
    trace = {sent: "Root=1-67891233-abcdef012345678912345678", "traceparent": parent, "TraceState": "a=1"}
    request = received(proxy, proxy_event("POST", "/query/user", BODY, trace))
    assert ["Root=1-67891233-abcdef012345678912345678"] == request.header("x-amzn-trace-id")
    assert [parent] == request.header("traceparent")
    assert ["a=1"] == request.header("tracestate")


def test_credentials_and_other_headers_are_not_forwarded(proxy: Proxy) -> None:
    """The service gets no API key and no credentials, and its own Host."""
    secret = ("x-api-key", "Authorization", "Cookie", "X-Forwarded-For", "Host", "X-Custom", "Accept-Encoding")
    request = received(proxy, proxy_event("POST", "/query/user", BODY, dict.fromkeys(secret, "of-the-caller")))
    assert [] == [name for name, value in request.headers if value == "of-the-caller"]
    assert request.header("host")[0].startswith("127.0.0.1:")


def test_characters_that_a_header_cannot_hold_are_replaced(proxy: Proxy) -> None:
    """An odd User-Agent causes no error and no second header."""
    odd = {"User-Agent": "貓\r\nx-api-key: 1\ud800", "Content-Type": "application/json"}
    request = received(proxy, proxy_event("POST", "/query/user", BODY, odd))
    assert ["???x-api-key: 1?"] == request.header("user-agent")


@pytest.mark.parametrize(
    ("own", "expected"),
    [("caller-1", "caller-1"), ("two words", GATEWAY_ID), ("x" * 129, GATEWAY_ID), ("", GATEWAY_ID)],
)
def test_request_id_is_the_callers_or_else_the_gateways(proxy: Proxy, own: str, expected: str) -> None:
    """The service and the caller get the same id."""
    handler, server = proxy(page)
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY, {"x-request-id": own}))
    assert [expected] == server.received[0].header("x-request-id")
    assert expected == answered.headers["x-request-id"]


@pytest.mark.parametrize("sent", [None, "4000", "60000", "soon"])
def test_service_gets_less_time_than_is_left(proxy: Proxy, sent: str | None) -> None:
    """The margin is kept back; X-Request-Timeout-Ms of a public caller is ignored."""
    headers = {} if sent is None else {"X-Request-Timeout-Ms": sent}
    request = received(proxy, proxy_event("POST", "/query/user", BODY, headers), Context(10_000))
    (seconds,) = request.header("x-request-timeout-ms")
    assert 9_000 <= int(seconds) <= 9_500


def test_setting_shortens_the_time_too(problem: Problem) -> None:
    """REQUEST_TIMEOUT limits the call even if Lambda leaves more."""
    with serving(lambda exchange: exchange.hang()) as server:
        settings = Settings(service_url=server.url, request_timeout_seconds=0.8)
        answered = invoke(create_handler(settings), proxy_event("POST", "/query/user", BODY))
    assert (504, "gateway_timeout") == problem(answered)


def test_one_connection_serves_many_calls(proxy: Proxy) -> None:
    """Calls reuse the kept connection."""
    handler, server = proxy(page)
    for _ in range(20):
        assert invoke(handler, proxy_event("POST", "/query/user", BODY)).status == 200
    assert {1} == {request.connection for request in server.received}
    assert len(server.received) == 20


def test_answer_goes_back_unchanged(proxy: Proxy) -> None:
    """Status, body and headers are the service's, without those that describe the connection."""
    body = '{"items": [], "title": "您的訂單"}'.encode()
    own = ("DEPRECATION: @1793491200", "Link: <fail>", "link: <user>", "Keep-Alive: timeout=5", "Server: uvicorn")
    handler, _ = proxy(lambda exchange: exchange.send(answer(200, body, "application/json; charset=utf-8", *own)))
    answered = invoke(handler, proxy_event("POST", "/query/failures", BODY))
    assert (200, body.decode()) == (answered.status, answered.text)
    assert {
        "content-type": "application/json; charset=utf-8",
        "deprecation": "@1793491200",
        "link": "<fail>, <user>",
        "x-request-id": GATEWAY_ID,
        **CORS,
    } == answered.headers


def test_problem_of_the_service_goes_back_unchanged(proxy: Proxy) -> None:
    """The problem document and its Retry-After are the service's."""
    body = b'{"code":"too_many_requests"}'
    handler, _ = proxy(lambda exchange: exchange.send(answer(429, body, "application/problem+json", "retry-after: 3")))
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY))
    assert (429, body.decode(), "3") == (answered.status, answered.text, answered.headers["retry-after"])


@pytest.mark.parametrize("own", [(), ("Access-Control-Allow-Origin: https://example.com",)])
@pytest.mark.parametrize("status", [200, 404, 302])
def test_every_response_has_the_cors_headers(proxy: Proxy, status: int, own: tuple[str, ...]) -> None:
    """Successes and problems have the same ones, also if the service sends others."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(status, b"{}", "application/json", *own)))
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY))
    assert CORS == {name: answered.headers[name] for name in CORS}


@pytest.mark.parametrize("own", [("x-request-id: a", "X-REQUEST-ID: b"), ("x-ReQuest-iD: c",), ()])
def test_request_id_stands_once_in_the_answer(proxy: Proxy, own: tuple[str, ...]) -> None:
    """The service's own header is replaced, in any case and number."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(200, b"{}", "application/json", *own)))
    assert GATEWAY_ID == invoke(handler, proxy_event("POST", "/query/user", BODY)).headers["x-request-id"]


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "event",
        {},
        {"headers": 5},
        {"headers": {"x-request-id": 5}, "requestContext": [], "httpMethod": "POST", "resource": "/x"},
        {"httpMethod": "POST"},
        {"httpMethod": "POST", "resource": "@127.0.0.1/x"},
        {"httpMethod": "POST", "resource": "/x", "body": "\ud800"},
        {"httpMethod": "POST", "resource": "/x", "body": "no base64!", "isBase64Encoded": True},
        {"httpMethod": "PO ST\r\n", "resource": "/x", "body": {"a": 1}},
    ],
)
def test_any_event_is_answered_with_a_problem(proxy: Proxy, problem: Problem, event: object) -> None:
    """If the function raised, the caller would get a 502 without a reason."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(404, b"", "text/plain")))
    problem(invoke(handler, event))
    assert (500, "internal_error") == problem(invoke(handler, event, None))


@pytest.mark.parametrize("method", ["PO ST\r\n", "POST /x HTTP/1.1\r\n", "", "post", "\ud800", "GÉT", "X" * 17])
def test_method_that_no_gateway_sends_is_400(proxy: Proxy, problem: Problem, method: str) -> None:
    """A direct invocation can have any method; the service does not get it."""
    handler, server = proxy(page)
    assert (400, "bad_request") == problem(invoke(handler, proxy_event(method, "/query/user", BODY)))
    assert [] == server.received


@pytest.mark.parametrize(
    ("method", "resource", "expected"),
    [
        ("POST", "/query/user", "query_user"),
        ("POST", "/failed", "failed"),
        ("GET", "/query/user", "unknown"),
        ("POST", "/x", "unknown"),
    ],
)
def test_operation_in_the_log_is_one_of_the_contract(
    proxy: Proxy, lines: Callable[[], list[dict[str, Any]]], method: str, resource: str, expected: str
) -> None:
    """It is a dimension of metrics, so that a direct invocation must not choose it."""
    handler, _ = proxy(page)
    event = proxy_event(method, resource, BODY, requestContext={"operationName": "made up"})
    invoke(handler, event)
    assert expected == lines()[0]["operation"]


def test_log_line_has_no_personal_data(proxy: Proxy, lines: Callable[[], list[dict[str, Any]]]) -> None:
    """There is one line for each request, without its body and API key."""
    handler, _ = proxy(page)
    invoke(handler, proxy_event("POST", "/query/user", BODY, {"x-api-key": "key-of-portal"}))
    (line,) = lines()
    assert ("query_lambda", "request", GATEWAY_ID) == (line["hop"], line["event"], line["request_id"])
    assert ("POST", "/query/user", 200) == (line["method"], line["path"], line["status"])
    assert 0 <= line["duration_ms"] < 5_000
    assert "使用者" not in str(line)
    assert "key-of-portal" not in str(line)


def test_log_line_says_who_asked_for_whom(proxy: Proxy, lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The id of the API key and the HMAC of the service, which the caller does not get; never the key itself."""

    def reply(exchange: Exchange) -> None:
        exchange.send(answer(200, b"{}", "application/json", "X-Subject-Hmac: 5eed"))

    handler, _ = proxy(reply)
    identity = {"identity": {"apiKey": "key-of-portal", "apiKeyId": "k1"}}
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY, requestContext=identity))
    (line,) = lines()
    assert ("k1", "5eed") == (line["api_key_id"], line["subject_hmac"])
    assert "x-subject-hmac" not in answered.headers
    assert "key-of-portal" not in str(line)


@pytest.mark.parametrize("identity", [None, "text", {}, {"apiKeyId": None}])
def test_a_call_without_a_key_has_no_id_of_one(
    proxy: Proxy, lines: Callable[[], list[dict[str, Any]]], identity: object
) -> None:
    """Such as the operations that need none, and direct invocations."""
    handler, _ = proxy(page)
    invoke(handler, proxy_event("POST", "/query/user", BODY, requestContext={"identity": identity}))
    assert {"api_key_id", "subject_hmac"}.isdisjoint(lines()[0])
