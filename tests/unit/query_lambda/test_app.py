"""What goes through the proxy, in both directions."""

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


def decent(exchange: Exchange) -> None:
    """Answer as the service does."""
    exchange.send(answer(body=b'{"items":[],"count":0}'))


def received(proxy: Proxy, event: dict[str, Any], context: Context | None = None) -> Received:
    """Return what reaches the service of an event."""
    handler, server = proxy(decent)
    assert invoke(handler, event, context or Context()).status == 200
    (request,) = server.received
    return request


def test_request_is_forwarded_unchanged(proxy: Proxy) -> None:
    """Method, path and each byte of the body are the caller's."""
    request = received(proxy, proxy_event("POST", "/query/user", BODY))
    assert ("POST", "/query/user", BODY.encode()) == (request.method, request.target, request.body)
    assert ["application/json"] == request.header("content-type")


def test_body_in_base64_is_decoded(proxy: Proxy) -> None:
    """A gateway with binary media types sends the body so."""
    event = proxy_event("POST", "/query/user", base64.b64encode(BODY.encode()).decode(), isBase64Encoded=True)
    assert BODY.encode() == received(proxy, event).body


def test_path_is_put_below_the_address_of_the_service() -> None:
    """The address may have a path of its own; its stage, which is in `path`, is not the service's."""
    with serving(decent) as server:
        handler = create_handler(Settings(query_service_url=f"{server.url}/base"))
        invoke(handler, proxy_event("GET", "/health", path="/v1/health"))
    assert ("GET", "/base/health", b"") == (
        server.received[0].method,
        server.received[0].target,
        server.received[0].body,
    )


FOR_PAGES = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Deprecation,Link,Retry-After,Sunset,X-Request-Id",
}


@pytest.mark.parametrize("sent", ["X-Amzn-Trace-Id", "x-amzn-trace-id"])
def test_tracing_is_forwarded_whatever_the_case_of_its_names(proxy: Proxy, sent: str) -> None:
    """One trace runs through all hops."""
    parent = f"00-{'ab' * 16}-{'cd' * 8}-01"
    trace = {sent: "Root=1-67891233-abcdef012345678912345678", "traceparent": parent, "TraceState": "a=1"}
    request = received(proxy, proxy_event("POST", "/query/user", BODY, trace))
    assert ["Root=1-67891233-abcdef012345678912345678"] == request.header("x-amzn-trace-id")
    assert [parent] == request.header("traceparent")
    assert ["a=1"] == request.header("tracestate")


def test_what_is_the_callers_and_the_gateways_own_is_not_forwarded(proxy: Proxy) -> None:
    """The service learns no key and no credentials, and its Host is its own."""
    secret = ("x-api-key", "Authorization", "Cookie", "X-Forwarded-For", "Host", "X-Custom", "Accept-Encoding")
    request = received(proxy, proxy_event("POST", "/query/user", BODY, dict.fromkeys(secret, "of-the-caller")))
    assert [] == [name for name, value in request.headers if value == "of-the-caller"]
    assert request.header("host")[0].startswith("127.0.0.1:")


def test_header_that_http_can_not_carry_is_made_one_that_it_can(proxy: Proxy) -> None:
    """A caller's odd User-Agent is neither a fault of ours nor a second header."""
    odd = {"User-Agent": "貓\r\nx-api-key: 1\ud800", "Content-Type": "application/json"}
    request = received(proxy, proxy_event("POST", "/query/user", BODY, odd))
    assert ["???x-api-key: 1?"] == request.header("user-agent")


@pytest.mark.parametrize(
    ("own", "expected"),
    [("caller-1", "caller-1"), ("two words", GATEWAY_ID), ("x" * 129, GATEWAY_ID), ("", GATEWAY_ID)],
)
def test_request_id_is_the_callers_or_else_the_gateways(proxy: Proxy, own: str, expected: str) -> None:
    """It is the same towards the service and the caller."""
    handler, server = proxy(decent)
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY, {"x-request-id": own}))
    assert [expected] == server.received[0].header("x-request-id")
    assert expected == answered.headers["x-request-id"]


@pytest.mark.parametrize("said", [None, "4000", "60000", "soon"])
def test_service_is_told_less_time_than_is_left(proxy: Proxy, said: str | None) -> None:
    """It is to answer before the setting or Lambda gives up; a caller of the public API has no say in it."""
    headers = {} if said is None else {"X-Request-Timeout-Ms": said}
    request = received(proxy, proxy_event("POST", "/query/user", BODY, headers), Context(10_000))
    (told,) = request.header("x-request-timeout-ms")
    assert 9_100 <= int(told) <= 9_500


def test_setting_shortens_the_time_too(problem: Problem) -> None:
    """REQUEST_TIMEOUT is the most, even where Lambda would leave more."""
    with serving(lambda exchange: exchange.hang()) as server:
        settings = Settings(query_service_url=server.url, request_timeout_seconds=0.8)
        answered = invoke(create_handler(settings), proxy_event("POST", "/query/user", BODY))
    assert (504, "gateway_timeout") == problem(answered)


def test_one_connection_serves_many_calls(proxy: Proxy) -> None:
    """No call pays for a new connection."""
    handler, server = proxy(decent)
    for _ in range(20):
        assert invoke(handler, proxy_event("POST", "/query/user", BODY)).status == 200
    assert {1} == {request.connection for request in server.received}
    assert len(server.received) == 20


def test_answer_goes_back_unchanged(proxy: Proxy) -> None:
    """Status, body and the service's own headers; not those of the connection between."""
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
        **FOR_PAGES,
    } == answered.headers


def test_problem_of_the_service_goes_back_unchanged(proxy: Proxy) -> None:
    """What the service found wrong is the caller's to know, and so is when to come again."""
    body = b'{"code":"too_many_requests"}'
    handler, _ = proxy(lambda exchange: exchange.send(answer(429, body, "application/problem+json", "retry-after: 3")))
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY))
    assert (429, body.decode(), "3") == (answered.status, answered.text, answered.headers["retry-after"])


@pytest.mark.parametrize("own", [(), ("Access-Control-Allow-Origin: https://example.com",)])
@pytest.mark.parametrize("status", [200, 404, 302])
def test_page_of_any_origin_may_read_every_answer(proxy: Proxy, status: int, own: tuple[str, ...]) -> None:
    """The service's answers, its refusals and those of this function; the service has no say in it."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(status, b"{}", "application/json", *own)))
    answered = invoke(handler, proxy_event("POST", "/query/user", BODY))
    assert FOR_PAGES == {name: answered.headers[name] for name in FOR_PAGES}


@pytest.mark.parametrize("lines_of_it", [("x-request-id: a", "X-REQUEST-ID: b"), ("x-ReQuest-iD: c",), ()])
def test_request_id_stands_once_in_the_answer(proxy: Proxy, lines_of_it: tuple[str, ...]) -> None:
    """However the service spells or doubles it."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(200, b"{}", "application/json", *lines_of_it)))
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
def test_garbage_is_answered_and_never_raised(proxy: Proxy, problem: Problem, event: object) -> None:
    """The gateway would answer a function's own fault with a 502 that says nothing."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(404, b"", "text/plain")))
    problem(invoke(handler, event))
    assert (500, "internal_error") == problem(invoke(handler, event, None))


@pytest.mark.parametrize("method", ["PO ST\r\n", "POST /x HTTP/1.1\r\n", "", "post", "\ud800", "GÉT", "X" * 17])
def test_method_that_no_gateway_sends_is_400(proxy: Proxy, problem: Problem, method: str) -> None:
    """A direct invocation can have any method; the service does not get it."""
    handler, server = proxy(decent)
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
    handler, _ = proxy(decent)
    event = proxy_event(method, resource, BODY, requestContext={"operationName": "made up"})
    invoke(handler, event)
    assert expected == lines()[0]["operation"]


def test_log_line_tells_what_happened_and_not_to_whom(proxy: Proxy, lines: Callable[[], list[dict[str, Any]]]) -> None:
    """One line a request, without its body or its key."""
    handler, _ = proxy(decent)
    invoke(handler, proxy_event("POST", "/query/user", BODY, {"x-api-key": "key-of-portal"}))
    (line,) = lines()
    assert ("query_lambda", "request", GATEWAY_ID) == (line["hop"], line["event"], line["request_id"])
    assert ("POST", "/query/user", 200) == (line["method"], line["path"], line["status"])
    assert 0 <= line["duration_ms"] < 5_000
    assert "使用者" not in str(line)
    assert "key-of-portal" not in str(line)
