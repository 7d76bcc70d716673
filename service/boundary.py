"""The ASGI layer around Connexion: closes what Connexion and the server leave open, once, before and after it."""

import logging
from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import bodies, logs, security, trace
from common.access_log import UNKNOWN, AccessLog
from common.deadline import HEADER, Deadline
from common.problem import ProblemError
from service.context import Call, current
from service.contract import Contract
from service.drain import Drain

log = logging.getLogger(__name__)

MARGIN_SECONDS: Final = 0.25
_DEADLINE: Final = HEADER.lower()
_CALLER_GONE: Final = 499  # in a log line only, as nginx has it
_METHODS_WITH_BODY: Final = ("POST", "PUT", "PATCH")

RawHeaders = list[tuple[bytes, bytes]]


class Boundary:
    """Gives each request its id and deadline, each answer its id, and each of both its line in the log.

    `contract` says which answers announce the end of their path. `timeout_seconds` bounds the whole call.
    """

    def __init__(self, app: ASGIApp, contract: Contract, timeout_seconds: float, drain: Drain) -> None:
        self._app = app
        self._contract = contract
        self._timeout_seconds = timeout_seconds
        self._drain = drain
        self._added = {path: _raw({**security.HEADERS, **said}) for path, said in contract.deprecations.items()}
        self._added_always = _raw(security.HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        line = AccessLog(log)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = _without_slash(scope["path"])
        call = self._call(headers, line)
        line.facts |= self._asked_for(scope["method"], path)
        scope = {**scope, "headers": _readable_headers(scope, headers), "path": path}
        answer = _Answer(send, [*self._added.get(path, self._added_always), *self._own_headers(call)])
        token = current.set(call)
        try:
            with logs.bound(request_id=call.request_id, trace_id=trace.trace_id(headers)):
                try:
                    await self._app(scope, receive, answer.send)
                finally:  # also when the caller has hung up, and the work ended with it
                    line.write(answer.status)
        finally:
            current.reset(token)

    def _call(self, headers: Mapping[str, str], line: AccessLog) -> Call:
        deadline = Deadline(self._timeout_seconds, headers.get(_DEADLINE), margin=MARGIN_SECONDS)
        request_id = logs.choose_request_id(headers.get("x-request-id"))
        return Call(request_id, deadline, trace.passed_on(headers), line.facts)

    def _asked_for(self, method: str, path: str) -> dict[str, str]:
        operation = self._contract.operation_ids.get((method, path), UNKNOWN)
        return {"operation": operation, "method": method, "path": path if path in self._contract.methods else UNKNOWN}

    def _own_headers(self, call: Call) -> RawHeaders:
        own = [(b"x-request-id", call.request_id.encode())]
        return [*own, (b"connection", b"close")] if self._drain.has_begun else own


class _Answer:
    """The way back to the caller: notes the status, and adds headers."""

    def __init__(self, send: Send, added: RawHeaders) -> None:
        self.status = _CALLER_GONE
        self._send = send
        self._added = added

    async def send(self, message: Message) -> None:
        """Send one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._added]
        await self._send(message)


def _raw(headers: Mapping[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _readable_headers(scope: Scope, headers: Mapping[str, str]) -> RawHeaders:
    """Return the headers with a Content-Type that Connexion can read: it fails on some, and behind some checks nothing.

    A missing one counts as JSON, as it does for API Gateway; one that is not JSON in UTF-8 ends as Connexion's 415.
    """
    kept = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    if scope["method"] not in _METHODS_WITH_BODY:
        return kept
    try:
        bodies.require_json(headers.get("content-type"))  # of several the last one, as for API Gateway
    except ProblemError:
        return [*kept, (b"content-type", b"application/octet-stream")]
    return [*kept, (b"content-type", b"application/json")]


def _without_slash(path: str) -> str:
    """Return `path` without a slash at its end: API Gateway matches either, Connexion would redirect."""
    return path.rstrip("/") or "/"
