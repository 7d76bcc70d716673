"""Pooled connections whose every wait ends with the deadline of the request that they are used for.

urllib3's timeouts are for each wait on the socket: an answer that drips would never end. A thread that waits for the
whole of it costs as much as the rest of the function; here each read is given what is left of the deadline instead.
"""

import io
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import Any, Final

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError
from urllib3.util import Timeout

from common.deadline import Deadline

# That of the request which is being sent, in this thread.
deadline: Final[ContextVar[Deadline]] = ContextVar("deadline")

_MOST_CONNECTIONS: Final = 32
# For looking up a name, which nothing can stop; only a connection that is not kept yet needs it.
_threads: Final = ThreadPoolExecutor(_MOST_CONNECTIONS, "connect")


def manager(**options: Any) -> urllib3.PoolManager:  # noqa: ANN401  # as urllib3 takes them
    """Return pools of connections, by host; a request that is refused, or broken off, is not tried again.

    `options` are urllib3's for a connection.
    """
    made = urllib3.PoolManager(maxsize=_MOST_CONNECTIONS, retries=False, **options)
    made.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return made


def send(
    pool: urllib3.HTTPConnectionPool,
    method: str,
    target: str,
    *,
    connect_seconds: float,
    **options: Any,  # noqa: ANN401  # as urllib3 takes them
) -> urllib3.BaseHTTPResponse:
    """Send a request and return its answer, the body still to be read; redirects are not followed.

    It is sent a second time in one case. A connection that was kept may have ended unnoticed, as it does while a
    function is frozen; all requests are reads, so that another attempt on a new one changes nothing. Raises
    TimeoutError where there is no time left, and urllib3's HTTPError.
    """
    opened = pool.num_connections
    try:
        return _sent(pool, method, target, connect_seconds, options)
    except ProtocolError:
        if pool.num_connections > opened:
            raise
        return _sent(pool, method, target, connect_seconds, options)


def _sent(
    pool: urllib3.HTTPConnectionPool, method: str, target: str, connect_seconds: float, options: Mapping[str, Any]
) -> urllib3.BaseHTTPResponse:
    left = deadline.get().remaining()
    if left == 0:
        raise TimeoutError
    timeout = Timeout(connect=min(connect_seconds, left), read=left)
    return pool.urlopen(method, target, timeout=timeout, redirect=False, preload_content=False, **options)


class _Timed:
    """What an HTTPResponse is made of in place of its socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what is read from."""
        return io.BufferedReader(_Reader(self._sock))


class _Reader(io.RawIOBase):
    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        # Holds the socket open until it is closed itself, though the connection is done with it.
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  # any buffer
        left = deadline.get().remaining()
        if left == 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def _response(sock: socket.socket, **kwargs: Any) -> HTTPResponse:  # noqa: ANN401  # as HTTPResponse takes them
    return HTTPResponse(_Timed(sock), **kwargs)  # type: ignore[arg-type]  # all it needs is makefile


def _connected(connect: Callable[[], socket.socket]) -> socket.socket:
    return _threads.submit(connect).result(deadline.get().remaining())


class _Http(HTTPConnection):
    response_class = staticmethod(_response)  # type: ignore[assignment]  # called, never asked what it is

    def _new_conn(self) -> socket.socket:
        return _connected(super()._new_conn)


class _Https(HTTPSConnection):
    response_class = staticmethod(_response)  # type: ignore[assignment]  # as above

    def _new_conn(self) -> socket.socket:
        return _connected(super()._new_conn)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https
