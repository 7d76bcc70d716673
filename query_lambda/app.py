"""Builds the handler: a proxy event of the public gateway in, the service's answer out; a proxy and nothing else."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any, Final

from common import events, logs, problem, trace
from common.access_log import UNKNOWN, AccessLog, since
from common.deadline import HEADER, Deadline
from common.events import Context, Request
from common.problem import ProblemError
from query_lambda.settings import Settings
from query_lambda.upstream import Answer, Outgoing, Upstream

log = logging.getLogger(__name__)

MARGIN_SECONDS: Final = 0.5

# What the service may know of the caller's request; above all not x-api-key.
_FORWARDED: Final = ("accept", "content-type", "user-agent", *trace.HEADERS)
# What describes the connection to the service, not its answer; and the request's id, which is known here.
_DROPPED: Final = frozenset(
    {
        "connection",
        "content-length",
        "date",
        "keep-alive",
        "server",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-request-id",
    }
)
# What lets a page of any origin read an answer (CORS), whoever made it; openapi/preflight.yaml says why it may.
_FOR_PAGES: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Deprecation,Link,Retry-After,Sunset,X-Request-Id",
}
_NOT_PRINTABLE: Final = re.compile(r"[^ -~]", re.ASCII)
_SUCCESS: Final = range(200, 300)
_FAILURE: Final = range(400, 600)
# A load balancer's own answers are HTML; these of its statuses say something about the service.
_CODES: Final = {503: "service_unavailable", 504: "gateway_timeout"}


def create_handler(settings: Settings) -> Callable[[object, Context], dict[str, Any]]:
    """Return the Lambda handler with its one pooled client; it raises nothing, whatever the event."""
    upstream = Upstream(settings.query_service_url)
    starts = iter([{"cold_start": 1}])

    def handler(event: object, context: Context) -> dict[str, Any]:
        line = AccessLog(log)
        request = Request(event)
        line.facts |= request.facts() | next(starts, {})
        with logs.bound(request_id=request.request_id, trace_id=trace.trace_id(request.headers)):
            answer = _outcome(upstream, settings, request, context=context, facts=line.facts)
            answer["headers"] |= _FOR_PAGES
            line.write(answer["statusCode"])
        return answer

    return handler


def _outcome(
    upstream: Upstream, settings: Settings, request: Request, *, context: Context, facts: dict[str, Any]
) -> dict[str, Any]:
    """Return the proxy response, and put into `facts` what to log of it."""
    try:
        left = min(settings.request_timeout_seconds, context.get_remaining_time_in_millis() / 1_000)
        deadline = Deadline(left, margin=MARGIN_SECONDS)  # a public caller has no say in it
        return _forward(upstream, request, deadline, facts)
    except ProblemError as error:
        refusal = error
    except Exception:  # the Lambda boundary: a fault of ours is a problem document too
        log.exception("unexpected_error")
        refusal = ProblemError("internal_error", "The fault is ours and has been logged.")
    facts["code"] = refusal.code
    return events.refusal(refusal, request.request_id)


def _forward(upstream: Upstream, request: Request, deadline: Deadline, facts: dict[str, Any]) -> dict[str, Any]:
    method, path = request.route
    if not path.startswith("/"):
        raise ProblemError("bad_request", "This is no event of API Gateway's proxy integration.")
    headers = _request_headers(request, deadline)
    outgoing = Outgoing(method=method, path=path, headers=headers, body=request.body())
    started = time.monotonic()
    try:
        answer = upstream.call(outgoing, deadline)
    finally:
        facts["upstream_ms"] = since(started)
    if answer.status in _FAILURE:
        facts["code"] = problem.code(answer.content) or UNKNOWN
    return _response(answer, request.request_id)


def _request_headers(request: Request, deadline: Deadline) -> dict[str, str]:
    headers = {name: _printable(request.headers[name]) for name in _FORWARDED if name in request.headers}
    return headers | {"x-request-id": request.request_id, HEADER.lower(): deadline.header()}


def _response(answer: Answer, request_id: str) -> dict[str, Any]:
    """Return the service's answer as a proxy response; what is not the service's becomes a problem document."""
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _is_of_service(answer.status, media_type):
        log.warning("foreign_answer", extra={"upstream_status": answer.status, "media_type": media_type})
        code = _CODES.get(answer.status, "bad_gateway")
        retry = {"Retry-After": "1"} if code == "service_unavailable" else {}
        raise ProblemError(code, "Something in front of the service answered in its place.", headers=retry)
    try:
        body = answer.content.decode()
    except UnicodeDecodeError as exc:
        raise ProblemError("bad_gateway", "The service's answer is not UTF-8.") from exc
    headers = {name.title(): _printable(value) for name, value in answer.headers.items() if name not in _DROPPED}
    return events.response(answer.status, headers | {"X-Request-Id": request_id}, body)


def _is_of_service(status: int, media_type: str) -> bool:
    """Tell whether an answer is one that the contract has: JSON, and a problem document when it failed."""
    if media_type == problem.MEDIA_TYPE:
        return status in _FAILURE
    return media_type == "application/json" and status in _SUCCESS


def _printable(value: str) -> str:
    """Return a header's value as every hop takes it: one line of printable ASCII."""
    return _NOT_PRINTABLE.sub("?", value)
