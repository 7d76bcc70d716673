"""The edge: the outermost ASGI layer. Every request passes it first, and every answer last.

In the order in which a request meets them: request id, deadline, access log, load shedding; inside it routing, body
check and operation; then the problem document of an exception, and the headers of every answer.
"""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import orjson
from connexion.exceptions import ProblemException
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import logs, problem, security
from common.logs import UNKNOWN, AccessLog
from common.problem import ProblemError
from common.request import (
    DEADLINE_HEADER,
    Deadline,
    RequestContext,
    choose_request_id,
    current_request,
    trace_headers,
    trace_id,
)
from service.dispatch import ConcurrencyLimit, Contract

log = logging.getLogger(__name__)

# Kept back from the caller's deadline, so that the answer arrives before the caller gives up.
MARGIN_SECONDS: Final = 0.25
_CLIENT_CLOSED_REQUEST: Final = 499  # nginx's status for a caller that hung up; it stands in the access log only
_PROBLEM: Final = problem.MEDIA_TYPE.encode()
_HEALTH: Final = "/health"  # never shed: the load balancer asks whether the process lives, not whether it is busy
# Refusals by Connexion and Starlette, by status.
_REFUSALS: Final = {
    400: ("bad_request", "The request is malformed."),
    404: ("not_found", "Check the path."),
    415: ("unsupported_media_type", "Send the body as application/json, in UTF-8."),
}

RawHeaders = list[tuple[bytes, bytes]]


class Edge:
    """Gives a request its context, and turns every exception into a problem document.

    `timeout_seconds` bounds a whole call. `build` are fields of every access-log line. While `is_draining`, answers
    carry `Connection: close`.
    """

    def __init__(
        self,
        app: ASGIApp,
        contract: Contract,
        limit: ConcurrencyLimit,
        timeout_seconds: float,
        *,
        build: Mapping[str, str] | None = None,
        is_draining: Callable[[], bool] = lambda: False,
    ) -> None:
        self._app = app
        self._contract = contract
        self._limit = limit
        self._timeout_seconds = timeout_seconds
        self._build = build
        self._is_draining = is_draining
        self._headers = {path: _raw({**security.HEADERS, **each}) for path, each in contract.announcements.items()}
        self._common_headers = _raw(security.HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        line = AccessLog(log, self._build)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        # API Gateway matches a path with or without a slash at its end; Connexion would redirect.
        path = scope["path"].rstrip("/") or "/"
        line.facts |= {
            "operation": self._contract.operation_ids.get((scope["method"], path), UNKNOWN),
            "method": scope["method"],
            "path": path if path in self._contract.methods else UNKNOWN,
        }
        request = RequestContext(
            request_id=choose_request_id(headers.get("x-request-id")),
            deadline=Deadline(self._timeout_seconds, headers.get(DEADLINE_HEADER), margin=MARGIN_SECONDS),
            trace=trace_headers(headers),
            facts=line.facts,
        )
        own_headers = [(b"x-request-id", request.request_id.encode())]
        if self._is_draining():
            own_headers.append((b"connection", b"close"))
        response = _Response(send, [*self._headers.get(path, self._common_headers), *own_headers])
        token = current_request.set(request)
        try:
            with logs.bound(request_id=request.request_id, trace_id=trace_id(headers)):
                try:
                    await self._answer({**scope, "path": path}, receive, response)
                finally:
                    line.write(response.status)
        finally:
            current_request.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, response: "_Response") -> None:
        try:
            if scope["path"] != _HEALTH:
                self._limit.check()  # also before the body is read, so that a shed request costs next to nothing
            await self._app(scope, receive, response.send)
        except ClientDisconnect:
            return  # nobody reads an answer
        except Exception as exc:  # noqa: BLE001  # the outermost layer: a bug is a problem document too
            await response.send_problem(self._as_problem(exc, scope["path"]))

    def _as_problem(self, exc: Exception, path: str) -> ProblemError:
        """Return the problem that `exc` means for the caller; log one that is our own fault."""
        if isinstance(exc, ProblemError):
            return exc
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        if isinstance(exc, ProblemException):
            status = exc.status
        elif isinstance(exc, HTTPException):
            status = exc.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("unexpected_error", exc_info=exc)
            return ProblemError("internal_error", "The fault is ours and has been logged.")
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            allow = ", ".join(self._contract.methods.get(path, []))
            return ProblemError("method_not_allowed", f"This path has {allow}.", headers={"Allow": allow})
        return ProblemError(*_REFUSALS.get(status, _REFUSALS[400]))


class _Response:
    """Sends the answer with the headers that every answer has, and keeps its status."""

    def __init__(self, send: Send, headers: RawHeaders) -> None:
        self.status = _CLIENT_CLOSED_REQUEST
        self._send = send
        self._headers = headers

    async def send(self, message: Message) -> None:
        """Send one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._headers]
        await self._send(message)

    async def send_problem(self, error: ProblemError) -> None:
        """Send `error` as a problem document: the only place where the service writes one."""
        request = current_request.get()
        request.facts["code"] = error.code
        body = orjson.dumps(problem.document(error, request.request_id))
        headers = [(b"content-type", _PROBLEM), (b"content-length", b"%d" % len(body)), *_raw(error.headers)]
        await self.send({"type": "http.response.start", "status": error.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _raw(headers: Mapping[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
