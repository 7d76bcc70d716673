"""The Lambda handler that both functions share: an API Gateway proxy event in, a proxy response out.

Events and responses have format 1.0, which REST APIs use.
"""

import base64
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import orjson

from common import logs, problem, security
from common.logs import AccessLog
from common.problem import ProblemError
from common.request import choose_request_id, trace_id

# Lambda rejects a response over 6,291,556 bytes. The difference is for headers and for the service's part of a page.
MOST_RESPONSE_BYTES: Final = 6_000_000
_MOST_GROWTH: Final = 6  # a byte can become \\uXXXX


class Context(Protocol):
    """The part of Lambda's context object that the functions use."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the call."""


class Request:
    """A proxy event as an HTTP request; accepts any JSON, since a direct invocation can send anything.

    Header names are in lower case. `route` is the method and the path as the contract writes it. `request_id` is the
    caller's id if it is well-formed, else the gateway's, else a new one. `api_key_id` names the caller's API key; it is
    not the key.
    """

    def __init__(self, event: object) -> None:
        self._event: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
        headers = self._mapping("headers")
        self.headers = {str(name).lower(): value for name, value in headers.items() if isinstance(value, str)}
        self.route = str(self._event.get("httpMethod")), str(self._event.get("resource"))
        context = self._mapping("requestContext")
        self.gateway_id = context.get("requestId")
        identity = context.get("identity")
        self.api_key_id = identity.get("apiKeyId") if isinstance(identity, Mapping) else None
        self.request_id = choose_request_id(self.headers.get("x-request-id"), self.gateway_id)

    def body(self) -> bytes:
        """Return the body; raise ProblemError `invalid_json` if it is not UTF-8 text or not valid base64."""
        text = self._event.get("body") or ""
        try:
            raw = str(text).encode()
            return base64.b64decode(raw, validate=True) if self._event.get("isBase64Encoded") else raw
        except ValueError as exc:
            raise ProblemError("invalid_json", "The body is not text in UTF-8.") from exc

    def _mapping(self, key: str) -> Mapping[str, Any]:
        value = self._event.get(key)
        return value if isinstance(value, Mapping) else {}


Response = dict[str, Any]
Handler = Callable[[object, Context], Response]
# `(request, seconds left, fields of the access log)` to a response; raises ProblemError.
Respond = Callable[[Request, float, dict[str, Any]], Response]


def response(status: int, headers: Mapping[str, str], body: str) -> Response:
    """Return a proxy response. API Gateway answers 502 if it has other keys or `body` is not a string."""
    return {"statusCode": status, "headers": dict(headers), "body": body}


def body_size(body: bytes) -> int:
    """Return how many bytes a body takes in a response, where Lambda's runtime sends it as an ASCII JSON string.

    The runtimes before Python 3.12 escape characters that are not ASCII. Later ones do not, so that less is used.
    """
    return len(json.dumps(body.decode()))


def body_fits(body: bytes) -> bool:
    """Tell whether a body takes at most MOST_RESPONSE_BYTES."""
    return len(body) * _MOST_GROWTH < MOST_RESPONSE_BYTES - 1 or body_size(body) <= MOST_RESPONSE_BYTES


def create(
    log: logging.Logger, respond: Respond, *, build: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Handler:
    """Return a Lambda handler that calls `respond`, and answers with a problem document if that raises.

    The handler never raises. It writes one access-log line for each event to `log`, with the fields of `build`, and
    adds `headers` to each response.
    """
    starts = iter([{"cold_start": 1}])

    def handle(event: object, context: Context) -> Response:
        line = AccessLog(log, build)
        request = Request(event)
        method, path = request.route
        line.facts |= {"method": method, "path": path, "gateway_request_id": request.gateway_id, **next(starts, {})}
        with logs.bound(request_id=request.request_id, trace_id=trace_id(request.headers)):
            answer = _answer(log, respond, request, context, line.facts)
            answer["headers"] |= headers or {}
            line.write(answer["statusCode"])
        return answer

    return handle


def _answer(
    log: logging.Logger, respond: Respond, request: Request, context: Context, facts: dict[str, Any]
) -> Response:
    try:
        return respond(request, context.get_remaining_time_in_millis() / 1_000, facts)
    except ProblemError as exc:
        error = exc
    except Exception:  # Lambda would answer 502 without a problem document
        log.exception("unexpected_error")
        error = ProblemError("internal_error", "The fault is ours and has been logged.")
    facts["code"] = error.code
    own = {"Content-Type": problem.MEDIA_TYPE, "X-Request-Id": request.request_id, **security.HEADERS}
    document = orjson.dumps(problem.document(error, request.request_id)).decode()
    return response(error.status, {**own, **error.headers}, document)
