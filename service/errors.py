"""The one place where a failed request becomes an answer: whatever was raised, a problem document goes out."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from common import logs, problem
from common.problem import ProblemError
from service import context

log = logging.getLogger(__name__)

# What the framework raises by itself, by status.
_OWN_WORDS = {
    400: ("bad_request", "The request is malformed."),
    404: ("not_found", "Check the path."),
    415: ("unsupported_media_type", "Send the body as application/json, in UTF-8."),
}


class Renderer:
    """Turns exceptions into answers; `methods` are the contract's methods by path, for 405."""

    def __init__(self, methods: Mapping[str, list[str]]) -> None:
        self._methods = methods

    async def problem(self, _request: ConnexionRequest, error: ProblemError) -> ConnexionResponse:
        """Answer what was refused on purpose."""
        return _response(error)

    async def framework(self, request: ConnexionRequest, error: ProblemException | HTTPException) -> ConnexionResponse:
        """Answer what Connexion or Starlette refused, in our own words."""
        status = error.status if isinstance(error, ProblemException) else error.status_code
        if status == 405:  # noqa: PLR2004  # Method Not Allowed
            allow = ", ".join(self._methods.get(request.scope["path"], []))
            return _response(ProblemError("method_not_allowed", f"This path has {allow}.", headers={"Allow": allow}))
        if status >= 500:  # noqa: PLR2004  # theirs, not the caller's
            return await self.unexpected(request, error)
        code, detail = _OWN_WORDS.get(status, _OWN_WORDS[400])
        return _response(ProblemError(code, detail))

    async def gone(self, _request: ConnexionRequest, _error: ClientDisconnect) -> ConnexionResponse:
        """Note that the caller hung up before its request had ended; nobody is there to read the answer."""
        return _response(ProblemError("bad_request", "The request was not sent to its end."))

    async def unexpected(self, _request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """Answer a fault of ours; the log alone knows what it was."""
        log.error("unexpected_error", exc_info=error)
        return _response(ProblemError("internal_error", "The fault is ours and has been logged."))


def _response(error: ProblemError) -> ConnexionResponse:
    if (call := context.current.get(None)) is not None:
        call.facts["code"] = error.code
    return ConnexionResponse(
        status_code=error.status,
        mimetype=problem.MEDIA_TYPE,
        headers=error.headers,
        body=body(error),
    )


def body(error: ProblemError) -> bytes:
    """Return the problem document of `error` as it goes over the wire."""
    call = context.current.get(None)
    request_id = call.request_id if call is not None else logs.choose_request_id()
    document: dict[str, Any] = problem.document(error, request_id)
    return orjson.dumps(document)
