"""The ASGI layer that lets in so many requests at a time and no more; the others are told at once to come again."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from common import problem
from common.problem import ProblemError
from service import calls, errors

_HEALTH: Final = "/health"  # the load balancer's question is whether the process lives, not whether it is busy
_FULL: Final = ProblemError(
    "service_unavailable", "Too many requests are being answered just now.", headers={"Retry-After": "1"}
)
_MEDIA_TYPE: Final = problem.MEDIA_TYPE.encode()


class Admission:
    """Sheds requests beyond `limit` that are being answered at once, before anything is read of their bodies.

    A queue would only make all of them late: what is let in is answered about as fast as at any other time.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http" or scope["path"] == _HEALTH:
            await self._app(scope, receive, send)
            return
        if self._running >= self._limit:
            calls.current.get().facts.update(shed=1, code=_FULL.code)
            await _shed(send)
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1


async def _shed(send: Send) -> None:
    body = errors.body(_FULL)
    headers = [
        (b"content-type", _MEDIA_TYPE),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode()) for name, value in _FULL.headers.items()),
    ]
    await send({"type": "http.response.start", "status": _FULL.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
