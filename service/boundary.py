"""The ASGI layer around Connexion: closes what Connexion and the server leave open, once, before and after it."""

import logging
import time
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import bodies, logs, security
from common.deadline import HEADER, Deadline
from common.problem import ProblemError
from service.calls import Call, current
from service.drain import Drain

log = logging.getLogger(__name__)

MARGIN_SECONDS: Final = 0.25
_TRACE: Final = ("traceparent", "tracestate", "x-amzn-trace-id")
_LONGEST_PATH: Final = 200  # in a log line; a caller may send any
_CALLER_GONE: Final = 499  # in a log line only, as nginx has it
_METHODS_WITH_BODY: Final = ("POST", "PUT", "PATCH")


class Boundary:
    """Gives each request its id and deadline, and each answer its id.

    `path_headers` are added to every answer of a path, failures included. `timeout_seconds` bounds the whole call.
    """

    def __init__(
        self, app: ASGIApp, timeout_seconds: float, path_headers: Mapping[str, Mapping[str, str]], drain: Drain
    ) -> None:
        self._app = app
        self._timeout_seconds = timeout_seconds
        self._path_headers = path_headers
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        headers = Headers(scope=scope)
        call = self._call(headers)
        scope = {**scope, "headers": _readable_headers(scope, headers), "path": _without_slash(scope["path"])}
        added = {"X-Request-Id": call.request_id, **security.HEADERS, **self._path_headers.get(scope["path"], {})}
        if self._drain.has_begun:
            added["Connection"] = "close"
        facts: dict[str, Any] = {"method": scope["method"], "path": scope["path"][:_LONGEST_PATH]}
        token = current.set(call)
        try:
            with logs.bound(request_id=call.request_id):
                try:
                    await self._app(scope, receive, _adding(send, added, facts))
                finally:  # also when the caller has hung up, and the work ended with it: there is no status then
                    elapsed = round((time.monotonic() - started) * 1_000, 1)
                    log.info("request", extra={"status": _CALLER_GONE, **facts, "duration_ms": elapsed})
        finally:
            current.reset(token)

    def _call(self, headers: Headers) -> Call:
        deadline = Deadline(self._timeout_seconds, headers.get(HEADER), margin=MARGIN_SECONDS)
        # Other text could not be sent on, and would fail a request that has nothing to do with it.
        trace = {name: value for name in _TRACE if (value := headers.get(name)) and value.isascii()}
        return Call(logs.choose_request_id(*reversed(headers.getlist("x-request-id"))), deadline, trace)


def _readable_headers(scope: Scope, headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return the headers with a Content-Type that Connexion can read: it fails on some, and behind some checks nothing.

    A missing one counts as JSON, as it does for API Gateway; one that is not JSON in UTF-8 ends as Connexion's 415.
    """
    kept = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    if scope["method"] not in _METHODS_WITH_BODY:
        return kept
    said = headers.getlist("content-type")
    try:
        bodies.require_json(said[-1] if said else None)  # the last one counts, as it does for API Gateway
    except ProblemError:
        return [*kept, (b"content-type", b"application/octet-stream")]
    return [*kept, (b"content-type", b"application/json")]


def _without_slash(path: str) -> str:
    """Return `path` without a slash at its end: API Gateway matches either, Connexion would redirect."""
    return path.rstrip("/") or "/"


def _adding(send: Send, added: Mapping[str, str], facts: MutableMapping[str, Any]) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            facts["status"] = message["status"]
            MutableHeaders(scope=message).update(added)
        await send(message)

    return wrapped
