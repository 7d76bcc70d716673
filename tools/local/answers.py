"""What a Lambda function returns, as the HTTP answer that API Gateway makes of it (proxy integration, format 1.0)."""

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from tools.local.integrations import Mock
from tools.local.media_types import JSON, is_binary
from tools.local.request import Call

_MEMBERS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_REMAPPED = frozenset({"connection", "content-length", "date", "server", "www-authenticate"})
# The gateway sets these itself; what a function says of them is lost.
_OVERWRITTEN = frozenset({"transfer-encoding", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"})
BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class MalformedResultError(ValueError):
    """A function returned what is no proxy response: 502 for the caller."""


class BadBase64Error(ValueError):
    """A function declared its body as base64, a binary answer was asked for, and it is none: 500 for the caller."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer; header names are in lower case, as ASGI wants them."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def from_result(result: Any, *, accept: str | None, binary_media_types: Collection[str]) -> Answer:  # noqa: ANN401  # JSON
    """Check the JSON that a function returned, and make the answer of it.

    `accept` is the caller's `Accept` header: its first type decides whether base64 is decoded.
    Raises MalformedResultError if the result breaks the contract of proxy responses, BadBase64Error if its body is
    not what `isBase64Encoded` says.
    """
    if not isinstance(result, dict):
        raise MalformedResultError("the result is not an object")
    if unknown := result.keys() - _MEMBERS:
        raise MalformedResultError(f"the result has unknown members: {', '.join(sorted(unknown))}")
    status = _status(result.get("statusCode"))
    headers = tuple(_headers(result))
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", JSON), *headers)
    body = _body(result, decode=is_binary(accept, binary_media_types))
    return Answer(status=status, headers=headers, body=b"" if status in BODILESS else body)


def from_mock(mock: Mock) -> Answer:
    """Make the answer of a mock integration, which has no body."""
    return Answer(status=mock.status, headers=(("content-type", JSON), *mock.headers), body=b"")


def with_gateway_headers(answer: Answer, call: Call) -> Answer:
    """Add the ids that every answer of API Gateway carries."""
    ids = (("x-amzn-requestid", call.request_id), ("x-amz-apigw-id", call.extended_request_id))
    return replace(answer, headers=(*answer.headers, *ids))


def with_trace_id(answer: Answer, call: Call) -> Answer:
    """Add the trace id, which only the answers of an integration carry."""
    return replace(answer, headers=(*answer.headers, ("x-amzn-trace-id", call.trace_id)))


def _status(value: Any) -> int:  # noqa: ANN401  # JSON
    if value is None:
        return HTTPStatus.OK
    if isinstance(value, str) and re.fullmatch(r"[0-9]+", value, re.ASCII):
        value = int(value)
    if type(value) is not int or not HTTPStatus.OK <= value <= 599:  # noqa: PLR2004  # the last status there is
        raise MalformedResultError("statusCode is not an HTTP status")
    return value


def _headers(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the headers as they are sent: of a name in both members, the values of `multiValueHeaders` first."""
    for name, values in _members(result, "multiValueHeaders"):
        if not isinstance(values, list):
            raise MalformedResultError(f"multiValueHeaders: {name} is not a list")
        for value in values:
            yield from _header(name, value)
    for name, value in _members(result, "headers"):
        yield from _header(name, value)


def _members(result: Mapping[str, Any], member: str) -> Iterator[tuple[str, Any]]:
    headers = result.get(member)
    if headers is None:
        return
    if not isinstance(headers, dict):
        raise MalformedResultError(f"{member} is not an object")
    yield from headers.items()


def _header(name: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # JSON
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value) or not _HEADER_NAME.fullmatch(name):
        raise MalformedResultError(f"the header {name} cannot be sent")
    name = name.lower()
    if name in _REMAPPED:
        yield f"x-amzn-remapped-{name}", value
    elif name not in _OVERWRITTEN:
        yield name, value


def _body(result: Mapping[str, Any], *, decode: bool) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResultError("body is not a string")
    encoded = result.get("isBase64Encoded")
    if encoded is not None and not isinstance(encoded, bool):
        raise MalformedResultError("isBase64Encoded is not a boolean")
    if not (encoded and decode):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as exc:
        raise BadBase64Error("body is not base64") from exc
