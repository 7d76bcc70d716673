"""The ASGI layer that turns requests away at once while there is no place for them, whatever they ask for."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from common import problem
from service import context, errors
from service.places import Places, turned_away

_HEALTH: Final = "/health"  # the load balancer's question is whether the process lives, not whether it is busy
_MEDIA_TYPE: Final = problem.MEDIA_TYPE.encode()


class Admission:
    """Answers 503 before anything is read of a body, and before anything else is done for the request."""

    def __init__(self, app: ASGIApp, places: Places) -> None:
        self._app = app
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if self._places.are_taken and scope["type"] == "http" and scope["path"] != _HEALTH:
            await _turn_away(send)
        else:
            await self._app(scope, receive, send)


async def _turn_away(send: Send) -> None:
    error = turned_away()
    context.current.get().facts["code"] = error.code
    body = errors.body(error)
    headers = [
        (b"content-type", _MEDIA_TYPE),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode()) for name, value in error.headers.items()),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
