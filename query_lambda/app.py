"""The handler: forwards a proxy event of the public gateway to the service, and the service's response back."""

import json
import logging
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from common import lambda_handler, problem
from common.lambda_handler import Handler, Request, Response
from common.logs import UNKNOWN, since
from common.problem import ProblemError
from common.request import DEADLINE_HEADER, Deadline, trace_headers
from query_lambda.settings import Settings
from query_lambda.upstream import Answer, Outgoing, Upstream

log = logging.getLogger(__name__)

CONTRACT: Final = Path(__file__).with_name("contract.json")
MARGIN_SECONDS: Final = 0.5

# Headers of the caller that the service gets; above all not x-api-key.
_FORWARDED: Final[tuple[str, ...]] = ("accept", "content-encoding", "content-type", "user-agent")
# Headers of the service that describe the connection to it; and the request id, which is set here.
_DROPPED: Final = (
    *("connection", "content-length", "date", "keep-alive", "server", "trailer", "transfer-encoding", "upgrade"),
    "x-request-id",
    "x-subject-hmac",
)
# The HMAC of the id that was asked for (`service/dispatch.py`), and the field of the access log that keeps it.
_SUBJECT: Final = ("x-subject-hmac", "subject_hmac")
# CORS: pages of any origin may read responses, errors included; openapi/preflight.yaml explains why that is safe.
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Deprecation,Link,Retry-After,Sunset,X-Request-Id",
}
_METHOD: Final = re.compile(r"[A-Z]{1,16}", re.ASCII)
_NOT_PRINTABLE: Final = re.compile(r"[^ -~]", re.ASCII)
_SUCCESS: Final = range(200, 300)
_FAILURE: Final = range(400, 600)
# A load balancer's own responses are HTML. These statuses of it have a code of their own.
_CODES: Final = {503: "service_unavailable", 504: "gateway_timeout"}


def create_handler(settings: Settings) -> Handler:
    """Return the Lambda handler, with one pooled client for the service."""
    upstream = Upstream(settings.service_url)
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    operations = {(operation["method"], operation["path"]): name for name, operation in contract["operations"].items()}
    build = {"version": contract["version"], "build": settings.build_id}

    def respond(request: Request, seconds: float, facts: dict[str, Any]) -> Response:
        facts["operation"] = operations.get(request.route, UNKNOWN)
        if request.api_key_id is not None:
            facts["api_key_id"] = request.api_key_id
        # X-Request-Timeout-Ms of a public caller is ignored.
        deadline = Deadline(min(settings.request_timeout_seconds, seconds), margin=MARGIN_SECONDS)
        return _forward(upstream, request, deadline, facts)

    return lambda_handler.create(log, respond, build=build, headers=_CORS)


def _forward(upstream: Upstream, request: Request, deadline: Deadline, facts: dict[str, Any]) -> Response:
    method, path = request.route
    if not _METHOD.fullmatch(method) or not path.startswith("/"):
        raise ProblemError("bad_request", "This is not an event of API Gateway's proxy integration.")
    headers = _request_headers(request, deadline)
    outgoing = Outgoing(method=method, path=path, headers=headers, body=request.body())
    started = time.monotonic()
    try:
        answer = upstream.call(outgoing, deadline)
    finally:
        facts["upstream_ms"] = since(started)
    header, field = _SUBJECT
    if header in answer.headers:
        facts[field] = answer.headers[header]
    if answer.status in _FAILURE:
        facts["code"] = problem.code(answer.content) or UNKNOWN
    return _response(answer, request.request_id)


def _request_headers(request: Request, deadline: Deadline) -> dict[str, str]:
    headers = {name: _printable(request.headers[name]) for name in _FORWARDED if name in request.headers}
    own = {"x-request-id": request.request_id, DEADLINE_HEADER: deadline.header()}
    return {**headers, **trace_headers(request.headers), **own}


def _response(answer: Answer, request_id: str) -> Response:
    """Return the service's response; raise ProblemError if it comes from something else or cannot be passed on."""
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
    if not lambda_handler.body_fits(answer.content):
        raise ProblemError("bad_gateway", "The answer is too large.")
    headers = _response_headers(answer.headers)
    return lambda_handler.response(answer.status, headers | {"X-Request-Id": request_id}, body)


def _response_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.title(): _printable(value) for name, value in headers.items() if name not in _DROPPED}


def _is_of_service(status: int, media_type: str) -> bool:
    """Tell whether a response fits the contract: JSON for a success, a problem document for an error."""
    if media_type == problem.MEDIA_TYPE:
        return status in _FAILURE
    return media_type == "application/json" and status in _SUCCESS


def _printable(value: str) -> str:
    """Return a header value as one line of printable ASCII."""
    return _NOT_PRINTABLE.sub("?", value)
