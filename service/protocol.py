"""uvicorn's HTTP/1.1 with bounds: on connections, on the head of a request, and on callers that take their time."""

import asyncio
from typing import Final

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from common import logs, problem, security
from common.problem import ProblemError

# An idle connection holds some 10 kB; the load balancer opens a few dozen.
MOST_CONNECTIONS: Final = 4_096
# What a load balancer lets through at most, all lines together, and what it sends is a dozen headers.
MOST_HEAD_BYTES: Final = 65_536
MOST_HEADERS: Final = 100
# Each of these is never longer than an idle connection is kept. From the first byte of a head to its last:
HEAD_SECONDS: Final = 10.0
# For a caller that does not read its answer, or goes on sending a body that has been refused.
STALL_SECONDS: Final = 30.0
LINGER_SECONDS: Final = 5.0
_TOO_LARGE: Final = "The head of the request is too large."


class Protocol(HttpToolsProtocol):
    """One connection.

    It ends what uvicorn would keep for ever: a head that does not end, an answer that is not read, a refused body that
    goes on. The work on a request ends with its caller: nobody would read the answer. Its refusal of what is no HTTP
    is a problem document, like every other.
    """

    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _work: asyncio.Task[None] | None = None
    _head_bytes = 0  # of a head that has not ended; 0 while there is none
    _has_request = False  # from the end of its head until both it and its answer are complete
    _refusal: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for the first request, unless there are too many connections already."""
        super().connection_made(transport)
        self._served_app = self.app
        self.app = self._serve
        self._limit(self.timeout_keep_alive)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse what came; bound what has come of a head that has not ended."""
        if not self._head_bytes and not self._has_request:
            self._await_head()
        super().data_received(data)
        if self._head_bytes and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.send_400_response(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Wait for the end of the head, also where it begins behind another request."""
        super().on_message_begin()
        if not self._head_bytes:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Serve the request; from here on its own deadline counts."""
        self._head_bytes = 0
        self._limit(None)
        if len(self.headers) > MOST_HEADERS or len(self.url) + sum(map(_size, self.headers)) > MOST_HEAD_BYTES:
            self._refusal = _TOO_LARGE
            raise ValueError(_TOO_LARGE)  # which the parser hands on to uvicorn as bad HTTP
        self._has_request = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note the end of the body, also of one that was refused before it."""
        super().on_message_complete()
        self.cycle.more_body = False
        if self.cycle.response_complete:
            self._has_request = False
            self._limit(self.timeout_keep_alive)

    def on_response_complete(self) -> None:
        """Give a caller that is still sending its body a while to see the answer."""
        super().on_response_complete()
        if self.cycle.more_body and not self.pipeline:
            self._limit(min(LINGER_SECONDS, self.timeout_keep_alive))
        else:
            self._has_request = bool(self.pipeline)

    def pause_writing(self) -> None:
        """Wait for the caller to read."""
        super().pause_writing()
        self._stall = self.loop.call_later(min(STALL_SECONDS, self.timeout_keep_alive), self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        self._stop_stall()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and end the work for a caller that is gone."""
        self._limit(None)
        self._stop_stall()
        super().connection_lost(exc)
        if self._work is not None and not self.cycle.response_complete:
            self._work.cancel()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._work = asyncio.current_task()
        app: ASGIApp = self._served_app
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if not self.transport.is_closing():
                raise
        finally:
            if self._work is asyncio.current_task():
                self._work = None

    def _await_head(self) -> None:
        self._head_bytes = 1
        self._limit(min(HEAD_SECONDS, self.timeout_keep_alive))

    def _limit(self, seconds: float | None) -> None:
        """Hang up after `seconds`, unless told otherwise until then."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self.transport.close)

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def send_400_response(self, msg: str) -> None:
        """Answer a request that could not be parsed, then hang up."""
        request_id = logs.choose_request_id()
        body = orjson.dumps(problem.document(ProblemError("bad_request", self._refusal or msg), request_id))
        headers = {
            "content-type": problem.MEDIA_TYPE,
            "content-length": str(len(body)),
            "x-request-id": request_id,
            "connection": "close",
            **security.HEADERS,
        }
        lines = "\r\n".join(f"{name}: {value}" for name, value in headers.items())
        self.transport.write(f"HTTP/1.1 400 Bad Request\r\n{lines}\r\n\r\n".encode() + body)
        self.transport.close()


def _size(header: tuple[bytes, bytes]) -> int:
    return len(header[0]) + len(header[1])
