"""A proxy event is read as it comes, and nothing in it is taken for granted."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import events, security
from common.events import Request
from common.problem import ProblemError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["httpMethod", "resource", "headers", "requestContext", "body", "isBase64Encoded"]


def test_event_is_a_request() -> None:
    """Method, path as the contract writes it, headers by lower-case names, body, id."""
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
def test_id_is_the_callers_or_the_gateways(own: object, of_gateway: str, expected: str) -> None:
    """In this order, as long as it is well-formed."""
    event = {"headers": {"x-request-id": own}, "requestContext": {"requestId": of_gateway}}
    assert expected == Request(event).request_id


@pytest.mark.parametrize(
    "event", [None, [], "event", 5, {}, {"requestContext": None}, {"requestContext": {"requestId": 5}}]
)
def test_event_without_an_id_gets_a_new_one(event: object) -> None:
    """Whatever invoked the function."""
    assert len(Request(event).request_id) == 36


@pytest.mark.parametrize("body", [None, "", b""])
def test_event_without_a_body_has_an_empty_one(body: object) -> None:
    """API Gateway sends null for none."""
    assert b"" == Request({"body": body}).body()


@pytest.mark.parametrize("raw", [b"{}", b"\xff\x00", "é".encode("utf-16"), b""])
def test_binary_body_is_decoded(raw: bytes) -> None:
    """Byte for byte: what it means is for the reader of JSON to say."""
    assert raw == Request({"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}).body()


@pytest.mark.parametrize(
    ("body", "encoded"), [("\ud800", False), ("not base64!", True), ("e30", True), ("e30=\n", True), ("é", True)]
)
def test_body_that_is_no_text_is_refused(body: str, *, encoded: bool) -> None:
    """As a bad body, not as a fault of ours."""
    with pytest.raises(ProblemError) as caught:
        Request({"body": body, "isBase64Encoded": encoded}).body()
    assert caught.value.code == "invalid_json"


@given(st.dictionaries(st.sampled_from(NAMES), JSON) | JSON)
def test_no_event_is_an_exception(event: Any) -> None:  # noqa: ANN401  # any JSON
    """Tests in consoles and wrong integrations send anything."""
    request = Request(event)
    assert all(name == name.lower() and isinstance(value, str) for name, value in request.headers.items())
    assert all(isinstance(part, str) for part in request.route)
    with contextlib.suppress(ProblemError):
        assert isinstance(request.body(), bytes)


def test_response_has_what_api_gateway_takes() -> None:
    """These keys and no others: another one is a 502 there."""
    headers = {"X-Request-Id": "id-1"}
    answer = events.response(200, headers, "{}")
    assert {"statusCode": 200, "headers": {"X-Request-Id": "id-1"}, "body": "{}"} == answer
    assert answer["headers"] is not headers


def test_refusal_is_a_problem_document() -> None:
    """With the error's own headers beside."""
    error = ProblemError("service_unavailable", "Later.", headers={"Retry-After": "1"})
    answer = events.refusal(error, "id-1")
    assert 503 == answer["statusCode"]
    own = {"Content-Type": "application/problem+json", "X-Request-Id": "id-1", "Retry-After": "1"}
    assert own | security.HEADERS == answer["headers"]
    assert ("service_unavailable", "id-1") == (
        json.loads(answer["body"])["code"],
        json.loads(answer["body"])["request_id"],
    )
