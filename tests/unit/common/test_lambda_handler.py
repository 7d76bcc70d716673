"""The handler that both functions share: proxy events are read safely, and every outcome becomes a proxy response."""

import base64
import contextlib
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import lambda_handler, security
from common.lambda_handler import MOST_RESPONSE_BYTES, Request, body_fits, body_size
from common.problem import ProblemError
from tests.invocations import Context, invoke, logged, proxy_event

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["httpMethod", "resource", "headers", "requestContext", "body", "isBase64Encoded"]
LOG = logging.getLogger("function")
BUILD = {"version": "1.0.0", "build": "abc"}


def test_event_is_read_as_a_request() -> None:
    """A request has the method, the contract's path, headers by lower-case names, the body and the request id."""
    request = Request(
        {
            "httpMethod": "POST",
            "resource": "/query/user",
            "headers": {"Content-Type": "application/json", "X-REQUEST-ID": "id-1", "X-Null": None},
            "requestContext": {"requestId": "gateway-1"},
            "body": '{"user_id": "使用者"}',
            "isBase64Encoded": False,
        }
    )
    assert ("POST", "/query/user") == request.route
    assert {"content-type": "application/json", "x-request-id": "id-1"} == request.headers
    assert ("id-1", '{"user_id": "使用者"}'.encode()) == (request.request_id, request.body())


@pytest.mark.parametrize(
    ("own", "of_gateway", "expected"),
    [("id-1", "g-1", "id-1"), ("bad id", "g-1", "g-1"), (None, "g-1", "g-1"), (5, "g-1", "g-1")],
)
def test_request_id_is_the_callers_else_the_gateways(own: object, of_gateway: str, expected: str) -> None:
    """An id that is not well-formed is skipped."""
    event = {"headers": {"x-request-id": own}, "requestContext": {"requestId": of_gateway}}
    assert expected == Request(event).request_id


@pytest.mark.parametrize(
    "event", [None, [], "event", 5, {}, {"requestContext": None}, {"requestContext": {"requestId": 5}}]
)
def test_event_without_an_id_gets_a_new_one(event: object) -> None:
    """A direct invocation can lack any part of an event."""
    assert len(Request(event).request_id) == 36


@pytest.mark.parametrize("body", [None, "", b""])
def test_event_without_a_body_has_an_empty_one(body: object) -> None:
    """API Gateway sends null for an empty body."""
    assert b"" == Request({"body": body}).body()


@pytest.mark.parametrize("raw", [b"{}", b"\xff\x00", "é".encode("utf-16"), b""])
def test_binary_body_is_decoded(raw: bytes) -> None:
    """The bytes are those that the caller sent."""
    assert raw == Request({"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}).body()


@pytest.mark.parametrize(
    ("body", "encoded"), [("\ud800", False), ("not base64!", True), ("e30", True), ("e30=\n", True), ("é", True)]
)
def test_body_that_cannot_be_decoded_is_refused(body: str, *, encoded: bool) -> None:
    """The caller gets a 400, not a 500."""
    with pytest.raises(ProblemError) as caught:
        Request({"body": body, "isBase64Encoded": encoded}).body()
    assert caught.value.code == "invalid_json"


@given(st.dictionaries(st.sampled_from(NAMES), JSON) | JSON)
def test_any_json_can_be_an_event(event: Any) -> None:  # noqa: ANN401  # any JSON
    """Reading an event raises nothing but a ProblemError for its body."""
    request = Request(event)
    assert all(name == name.lower() and isinstance(value, str) for name, value in request.headers.items())
    assert all(isinstance(part, str) for part in request.route)
    with contextlib.suppress(ProblemError):
        assert isinstance(request.body(), bytes)


def test_response_is_returned_with_the_headers_of_every_response() -> None:
    """A proxy response has the three keys that API Gateway accepts."""
    handler = lambda_handler.create(
        LOG, lambda *_: lambda_handler.response(200, {"X-Own": "a"}, "{}"), build=BUILD, headers={"X-All": "b"}
    )
    answered = handler(proxy_event("GET", "/health"), Context())
    assert {"statusCode": 200, "headers": {"X-Own": "a", "X-All": "b"}, "body": "{}"} == answered


def test_problem_error_becomes_a_problem_document() -> None:
    """It has the error's own headers, the security headers and the headers of every response."""

    def respond(*_: object) -> lambda_handler.Response:
        raise ProblemError("service_unavailable", "Later.", headers={"Retry-After": "1"})

    event = proxy_event("GET", "/health", headers={"x-request-id": "id-1"})
    answer = lambda_handler.create(LOG, respond, build=BUILD, headers={"X-All": "b"})(event, Context())
    assert 503 == answer["statusCode"]
    own = {"Content-Type": "application/problem+json", "X-Request-Id": "id-1", "Retry-After": "1", "X-All": "b"}
    assert own | security.HEADERS == answer["headers"]
    assert ("service_unavailable", "id-1") == tuple(json.loads(answer["body"])[name] for name in ("code", "request_id"))


def test_other_exceptions_are_logged_and_answered_with_500() -> None:
    """The caller gets a problem document without the exception; the log has the traceback."""

    def respond(*_: object) -> lambda_handler.Response:
        raise LookupError("internal detail")

    with logged("function") as lines:
        answered = invoke(lambda_handler.create(LOG, respond, build=BUILD), proxy_event("GET", "/health"))
    assert (500, "internal_error") == answered.code
    assert "internal detail" not in answered.text
    unexpected, request = lines()
    assert ("unexpected_error", True) == (unexpected["event"], "internal detail" in unexpected["exception"])
    assert ("internal_error", 500) == (request["code"], request["status"])


def test_first_line_alone_has_the_cold_start() -> None:
    """A cold start is counted once for each environment of the function."""
    handler = lambda_handler.create(LOG, lambda *_: lambda_handler.response(200, {}, ""), build=BUILD)
    with logged("function") as lines:
        for _ in range(3):
            handler(proxy_event("GET", "/health"), Context())
    assert [1, None, None] == [line.get("cold_start") for line in lines()]
    assert [BUILD] * 3 == [{name: line[name] for name in BUILD} for line in lines()]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_body_size_is_the_size_that_lambda_counts(text: str) -> None:
    """The runtime sends the body as a JSON string in which all but ASCII is escaped."""
    assert len(json.dumps(text).encode()) == body_size(text.encode())
    assert len(json.dumps(text).encode()) <= 6 * len(text.encode()) + 2


@pytest.mark.parametrize(("character", "size"), [("a", 1), ('"', 2), ("\\", 2), ("手", 6), ("😀", 12), ("\x7f", 6)])
def test_body_fits_up_to_the_limit(character: str, size: int) -> None:
    """Each character counts with its escaped length, and the quotes around the body count too."""
    most = (MOST_RESPONSE_BYTES - 2) // size
    assert body_fits((character * most).encode())
    assert not body_fits((character * (most + 1)).encode())
