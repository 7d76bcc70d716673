"""What a function returns becomes an HTTP answer by the recorded rules of AWS."""

from typing import Any

import pytest

from tools.local.answers import Answer, BadBase64Error, MalformedResultError, from_result

PLAIN = (("content-type", "application/json"),)


def answer(result: Any, *, accept: str | None = None, binary: tuple[str, ...] = ()) -> Answer:  # noqa: ANN401  # any JSON
    """Make the answer of a result."""
    return from_result(result, accept=accept, binary_media_types=binary)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, Answer(status=200, headers=PLAIN, body=b"")),
        ({"statusCode": 200}, Answer(status=200, headers=PLAIN, body=b"")),
        ({"statusCode": None, "body": None}, Answer(status=200, headers=PLAIN, body=b"")),
        ({"statusCode": "201"}, Answer(status=201, headers=PLAIN, body=b"")),
        ({"statusCode": 404, "body": "é"}, Answer(status=404, headers=PLAIN, body="é".encode())),
        ({"headers": None, "multiValueHeaders": None}, Answer(status=200, headers=PLAIN, body=b"")),
        (
            {"headers": {"Test-Header": "value", "header-bool": True, "other": False}},
            Answer(
                status=200,
                headers=(*PLAIN, ("test-header", "value"), ("header-bool", "true"), ("other", "false")),
                body=b"",
            ),
        ),
        (
            {"headers": {"CONTENT-TYPE": "application/problem+json"}},
            Answer(status=200, headers=(("content-type", "application/problem+json"),), body=b""),
        ),
        (
            {"multiValueHeaders": {"tesT-Multi": ["value-multi", "more"]}, "headers": {"test-multi": "value-solo"}},
            Answer(
                status=200,
                headers=(*PLAIN, ("test-multi", "value-multi"), ("test-multi", "more"), ("test-multi", "value-solo")),
                body=b"",
            ),
        ),
    ],
)
def test_result_is_answered(result: dict[str, Any], expected: Answer) -> None:
    """Every member may be missing or null; both kinds of headers are sent, those with many values first."""
    assert expected == answer(result)


@pytest.mark.parametrize("name", ["Connection", "Content-Length", "Date", "Server", "WWW-Authenticate"])
def test_header_of_the_gateway_is_remapped(name: str) -> None:
    """A header that API Gateway keeps for itself reaches the caller under another name."""
    assert (f"x-amzn-remapped-{name.lower()}", "value") in answer({"headers": {name: "value"}}).headers


@pytest.mark.parametrize("name", ["Transfer-Encoding", "x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id"])
def test_header_that_the_gateway_sets_is_dropped(name: str) -> None:
    """What a function says of the connection or the ids is lost."""
    assert PLAIN == answer({"headers": {name: "value"}}).headers


@pytest.mark.parametrize("status", [204, 205, 304])
def test_answer_that_has_no_body_is_sent_without(status: int) -> None:
    """HTTP knows no body for these, so the server must not be given one."""
    assert b"" == answer({"statusCode": status, "body": "text"}).body


@pytest.mark.parametrize(
    ("accept", "binary", "expected"),
    [
        (None, (), b"AP8="),
        ("application/octet-stream", (), b"AP8="),
        ("application/octet-stream", ("application/octet-stream",), b"\x00\xff"),
        ("Application/Octet-Stream;q=1, text/plain", ("application/octet-stream",), b"\x00\xff"),
        ("text/plain, application/octet-stream", ("application/octet-stream",), b"AP8="),
        ("*/*", ("application/octet-stream",), b"AP8="),
        (None, ("*/*",), b"\x00\xff"),
    ],
)
def test_base64_is_decoded_when_the_first_accepted_type_is_binary(
    accept: str | None, binary: tuple[str, ...], expected: bytes
) -> None:
    """Otherwise the text is sent as it is, whatever `isBase64Encoded` says."""
    result = {"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}
    assert expected == answer(result, accept=accept, binary=binary).body


def test_text_stays_text_where_binary_is_accepted() -> None:
    """Only a body that is declared as base64 is decoded."""
    assert b"AP8=" == answer({"body": "AP8=", "isBase64Encoded": False}, binary=("*/*",)).body


def test_broken_base64_is_told_apart() -> None:
    """AWS takes a body that cannot be decoded for a fault of the configuration, not of the function."""
    with pytest.raises(BadBase64Error):
        answer({"body": "?", "isBase64Encoded": True}, binary=("*/*",))


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (None, "the result is not an object"),
        ({"b": 1, "a": 1}, "the result has unknown members: a, b"),
        ({"statusCode": "20x"}, "statusCode is not an HTTP status"),
        ({"statusCode": "٢٠٠"}, "statusCode is not an HTTP status"),
        ({"statusCode": 0}, "statusCode is not an HTTP status"),
        ({"multiValueHeaders": {"a": "1"}}, "multiValueHeaders: a is not a list"),
        ({"multiValueHeaders": "a"}, "multiValueHeaders is not an object"),
        ({"headers": {"a": None}}, "the header a cannot be sent"),
        ({"headers": {"a": "手機"}}, "the header a cannot be sent"),
        ({"body": 1}, "body is not a string"),
        ({"body": "", "isBase64Encoded": 1}, "isBase64Encoded is not a boolean"),
    ],
)
def test_malformed_result_says_why(result: Any, reason: str) -> None:  # noqa: ANN401  # any JSON
    """The reason goes to the log, for the caller learns nothing of it."""
    with pytest.raises(MalformedResultError) as raised:
        answer(result)
    assert str(raised.value) == reason
