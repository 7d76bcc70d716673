"""What both functions read of an API Gateway proxy event (REST, format 1.0), and the proxy response they give."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Protocol

import orjson

from common import logs, problem, security
from common.access_log import UNKNOWN
from common.problem import ProblemError


class Context(Protocol):
    """What is used of the context object that AWS Lambda hands in."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the call."""


class Request:
    """A proxy event as an HTTP request: header names are in lower case, and nothing in it is taken for granted.

    `route` is the method and the path as the contract writes it. `request_id` is the caller's own where that is
    well-formed, else the gateway's, else a new one.
    """

    def __init__(self, event: object) -> None:
        self._event: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
        headers = self._mapping("headers")
        self.headers = {str(name).lower(): value for name, value in headers.items() if isinstance(value, str)}
        self.route = str(self._event.get("httpMethod")), str(self._event.get("resource"))
        self.request_id = logs.choose_request_id(
            self.headers.get("x-request-id"), self._mapping("requestContext").get("requestId")
        )

    def facts(self) -> dict[str, Any]:
        """Return what a line in the log says of the request: its operation, its route, and the gateway's own id of it.

        The gateway gives the operationId of its contract; the route has the contract's path, and no part of a caller's.
        """
        method, path = self.route
        context = self._mapping("requestContext")
        operation = str(context.get("operationName") or UNKNOWN)
        return {"operation": operation, "method": method, "path": path, "gateway_request_id": context.get("requestId")}

    def body(self) -> bytes:
        """Return the body; raise ProblemError `invalid_json` if it is no text that UTF-8 can carry."""
        text = self._event.get("body") or ""
        try:
            raw = str(text).encode()
            return base64.b64decode(raw, validate=True) if self._event.get("isBase64Encoded") else raw
        except (UnicodeEncodeError, binascii.Error) as exc:
            raise ProblemError("invalid_json", "The body is not text in UTF-8.") from exc

    def _mapping(self, key: str) -> Mapping[str, Any]:
        value = self._event.get(key)
        return value if isinstance(value, Mapping) else {}


def response(status: int, headers: Mapping[str, str], body: str) -> dict[str, Any]:
    """Return a proxy response that API Gateway takes: these keys and no others, `body` a string."""
    return {"statusCode": status, "headers": dict(headers), "body": body}


def refusal(error: ProblemError, request_id: str) -> dict[str, Any]:
    """Return the proxy response that carries `error` as a problem document."""
    headers = {"Content-Type": problem.MEDIA_TYPE, "X-Request-Id": request_id, **security.HEADERS, **error.headers}
    return response(error.status, headers, orjson.dumps(problem.document(error, request_id)).decode())
