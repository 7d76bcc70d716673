"""Serves the application with uvicorn, as in the container so on a laptop."""

import asyncio
from typing import Final

import orjson
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from common import logs, problem
from common.problem import ProblemError

# Longer than the load balancer keeps an idle connection (60 s), so that it is never the service that hangs up first.
KEEP_ALIVE_SECONDS: Final = 75
# Shorter than ECS waits between SIGTERM and SIGKILL (stopTimeout, 30 s).
DRAIN_SECONDS: Final = 25


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, less two faults of it.

    Its refusal of what is no HTTP is a problem document, like every other. A caller that does not send the head of a
    request to its end within the keep-alive time is hung up on; uvicorn itself would wait for ever.
    """

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait for the next request, once the one before is answered."""
        if self._waiting is None and getattr(self.cycle, "response_complete", True):
            self._wait()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Serve the request; from here on its own deadline counts."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.timeout_keep_alive, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def send_400_response(self, msg: str) -> None:
        """Answer a request that could not be parsed, then hang up."""
        request_id = logs.choose_request_id()
        body = orjson.dumps(problem.document(ProblemError("bad_request", msg), request_id))
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            f"content-type: {problem.MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\n"
            f"x-request-id: {request_id}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """Return a server for `app`; it says nothing of itself and leaves the logs to ours."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
