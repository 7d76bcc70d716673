"""The result of a function becomes an HTTP response by the recorded rules of AWS."""

from typing import Any

import pytest

from tools.local.responses import MalformedResultError, Response, from_result

PLAIN = (("content-type", "application/json"),)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, Response(status=200, headers=PLAIN, body=b"")),
        ({"statusCode": 200}, Response(status=200, headers=PLAIN, body=b"")),
        ({"statusCode": None, "body": None}, Response(status=200, headers=PLAIN, body=b"")),
        ({"statusCode": "201"}, Response(status=201, headers=PLAIN, body=b"")),
        ({"statusCode": 404, "body": "é"}, Response(status=404, headers=PLAIN, body="é".encode())),
        ({"headers": None}, Response(status=200, headers=PLAIN, body=b"")),
        (
            {"headers": {"Test-Header": "value", "header-bool": True, "other": False}},
            Response(
                status=200,
                headers=(*PLAIN, ("test-header", "value"), ("header-bool", "true"), ("other", "false")),
                body=b"",
            ),
        ),
        (
            {"headers": {"CONTENT-TYPE": "application/problem+json"}},
            Response(status=200, headers=(("content-type", "application/problem+json"),), body=b""),
        ),
        (
            {"body": "AP8=", "isBase64Encoded": True},
            Response(status=200, headers=PLAIN, body=b"AP8="),
        ),
    ],
)
def test_result_becomes_a_response(result: dict[str, Any], expected: Response) -> None:
    """Every member may be missing or null; base64 is not decoded, since no media type is binary."""
    assert expected == from_result(result)


@pytest.mark.parametrize("name", ["Connection", "Content-Length", "Date", "Server", "WWW-Authenticate"])
def test_header_of_the_gateway_is_remapped(name: str) -> None:
    """A header that API Gateway reserves reaches the caller under another name."""
    assert (f"x-amzn-remapped-{name.lower()}", "value") in from_result({"headers": {name: "value"}}).headers


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (None, "the result is not an object"),
        ({"b": 1, "a": 1}, "the result has unknown members: a, b"),
        ({"statusCode": "20x"}, "statusCode is not an HTTP status"),
        ({"statusCode": "٢٠٠"}, "statusCode is not an HTTP status"),
        ({"statusCode": 0}, "statusCode is not an HTTP status"),
        ({"multiValueHeaders": {}}, "the result has unknown members: multiValueHeaders"),
        ({"headers": "a"}, "headers is not an object"),
        ({"headers": {"a": None}}, "the header a cannot be sent"),
        ({"headers": {"a": "手機"}}, "the header a cannot be sent"),
        ({"body": 1}, "body is not a string"),
        ({"body": "", "isBase64Encoded": 1}, "isBase64Encoded is not a boolean"),
    ],
)
def test_malformed_result_says_why(result: Any, reason: str) -> None:  # noqa: ANN401  # any JSON
    """The reason is for the log; the caller does not see it."""
    with pytest.raises(MalformedResultError) as raised:
        from_result(result)
    assert str(raised.value) == reason
