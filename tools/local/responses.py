"""The HTTP response that API Gateway makes of a Lambda function's result (proxy integration, format 1.0)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from starlette.types import Send

from tools.local.integrations import Mock
from tools.local.request import JSON, GatewayRequest

_MEMBERS = frozenset({"statusCode", "headers", "body", "isBase64Encoded"})
_REMAPPED = frozenset({"connection", "content-length", "date", "server", "www-authenticate"})
# The gateway sets these itself, in place of a function's value.
_OVERWRITTEN = frozenset({"transfer-encoding", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"})
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class MalformedResultError(ValueError):
    """A function's result is not a proxy response; the caller gets 502."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """An HTTP response; header names are in lower case, as ASGI requires."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def from_result(result: Any) -> Response:  # noqa: ANN401  # JSON
    """Return the response for the JSON that a function returned; raise MalformedResultError if it is not valid.

    Base64 is not decoded: without binary media types, API Gateway sends such a body as it is.
    """
    if not isinstance(result, dict):
        raise MalformedResultError("the result is not an object")
    if unknown := result.keys() - _MEMBERS:
        raise MalformedResultError(f"the result has unknown members: {', '.join(sorted(unknown))}")
    status = _status(result.get("statusCode"))
    headers = tuple(_headers(result))
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", JSON), *headers)
    body = _body(result)
    return Response(status=status, headers=headers, body=b"" if status in _BODILESS else body)


def from_mock(mock: Mock) -> Response:
    """Return the response of a mock integration, which has no body."""
    return Response(status=mock.status, headers=(("content-type", JSON), *mock.headers), body=b"")


def with_gateway_headers(response: Response, request: GatewayRequest) -> Response:
    """Add the ids that every response of API Gateway carries."""
    ids = (("x-amzn-requestid", request.request_id), ("x-amz-apigw-id", request.extended_request_id))
    return replace(response, headers=(*response.headers, *ids))


def with_trace_id(response: Response, request: GatewayRequest) -> Response:
    """Add the trace id, which only the responses of an integration carry."""
    return replace(response, headers=(*response.headers, ("x-amzn-trace-id", request.trace_id)))


async def send_to(send: Send, response: Response) -> None:
    """Send a response through ASGI."""
    length = [("content-length", str(len(response.body)))] if response.status not in _BODILESS else []
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in [*response.headers, *length]]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def _status(value: Any) -> int:  # noqa: ANN401  # JSON
    if value is None:
        return HTTPStatus.OK
    if isinstance(value, str) and re.fullmatch(r"[0-9]+", value, re.ASCII):
        value = int(value)
    if type(value) is not int or not HTTPStatus.OK <= value <= 599:  # noqa: PLR2004  # the highest HTTP status
        raise MalformedResultError("statusCode is not an HTTP status")
    return value


def _headers(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    headers = result.get("headers")
    if headers is not None and not isinstance(headers, dict):
        raise MalformedResultError("headers is not an object")
    for name, value in (headers or {}).items():
        yield from _header(name, value)


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


def _body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body")
    if not isinstance(body, str | None):
        raise MalformedResultError("body is not a string")
    if not isinstance(result.get("isBase64Encoded"), bool | None):
        raise MalformedResultError("isBase64Encoded is not a boolean")
    return (body or "").encode()
