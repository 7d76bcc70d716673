"""One attempt of a call: its request, its limits, and the connections that belong to one process and event loop."""

import asyncio
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Final, Generic, NamedTuple, TypeVar

import httpx

from .errors import (
    ApiConnectionError,
    ApiTimeoutError,
    ConfigurationError,
    ForeignResponseError,
    RawResponse,
    ResponseTooLargeError,
)
from .retries import Clock

T = TypeVar("T")

# More than API Gateway can send (10 MB).
MOST_BYTES: Final = 16 * 1024 * 1024
CONNECTIONS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=55.0)
REQUEST_ID: Final = "x-request-id"
CLOSED: Final = "the client, or the httpx client that it was given, is closed: make another one"
_USED_BEFORE_FORK: Final = (
    "the http_client or transport of this client was used before the process was forked, and two processes cannot "
    "share its connections: make the client after the fork"
)


class Outgoing(NamedTuple):
    """The request of an attempt: the whole URL, and headers by lower-case name."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes | None


class Attempt:
    """One attempt of a call: its time limit, and the part of the response that was read.

    A success must carry `request_id`, if given, or no id.
    """

    def __init__(
        self,
        seconds: float,
        *,
        connect: float,
        clock: Clock,
        request_id: str | None = None,
        needs_new_connection: bool = False,
    ) -> None:
        self.seconds = seconds
        self.timeout = httpx.Timeout(seconds, connect=connect)
        self.needs_new_connection = needs_new_connection
        self._request_id = request_id
        self._clock = clock
        self._end = clock.monotonic() + seconds
        self._content = bytearray()

    def check(self, status_code: int, headers: Mapping[str, str]) -> None:
        """Raise ForeignResponseError for a success with another request's id; header names are in lower case."""
        if self._request_id is None or not httpx.codes.is_success(status_code):
            return
        if headers.get(REQUEST_ID, self._request_id) not in {self._request_id, ""}:
            raise ForeignResponseError("the response carries the X-Request-Id of another request")

    def add(self, chunk: bytes) -> None:
        """Append a part of the body; raise ApiTimeoutError or ResponseTooLargeError beyond the limits."""
        self._content += chunk
        if len(self._content) > MOST_BYTES:
            raise ResponseTooLargeError(f"the answer has over {MOST_BYTES} bytes")
        if self._clock.monotonic() > self._end:
            raise self.late()

    def late(self) -> ApiTimeoutError:
        """Return the error for the end of the time limit."""
        return ApiTimeoutError(f"no whole answer in {self.seconds:.3g} s")

    def begin(self) -> None:
        """Discard the part that was read, because the request is sent again within this attempt."""
        self._content.clear()

    def finished(self, status_code: int, headers: Mapping[str, str]) -> RawResponse:
        """Return the response with the body that was read; header names may have any case.

        Raises ForeignResponseError as `check` does.
        """
        lower = _lower(headers)
        self.check(status_code, lower)
        return RawResponse(status_code, lower, bytes(self._content))

    @contextmanager
    def translated(self) -> Generator[None]:
        """Raise errors of httpx and the operating system as ApiConnectionError or ApiTimeoutError."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            raise ApiConnectionError(f"the service could not be reached: {_described(exc)}") from exc
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise self.late() from exc
        except (httpx.RequestError, OSError) as exc:
            raise ApiConnectionError(f"the connection broke: {_described(exc)}") from exc


class PerProcess(Generic[T]):
    """A value for each process, made on first use; all threads of a process share it.

    A forked process inherits open sockets and the state of locks. If it used them, it could read the answers to another
    process. Values of parent processes are kept unused: no destructor may touch a socket of theirs.

    A value that cannot be `renewed` belongs to the first process that uses it.
    """

    def __init__(self, make: Callable[[], T], *, renewed: bool = True) -> None:
        self._make = make
        self._renewed = renewed
        self._values: dict[int, T] = {}

    def existing(self) -> T | None:
        """Return the value of this process if it was used."""
        return self._values.get(os.getpid())

    def get(self) -> T:
        """Return the value of this process; raise ConfigurationError if it cannot have one of its own."""
        pid = os.getpid()
        value = self._values.get(pid)
        if value is None:
            if not self._renewed and any(each != pid for each in self._values):
                raise ConfigurationError(_USED_BEFORE_FORK)
            value = self._values.setdefault(pid, self._make())  # atomic: threads agree on one
        return value


class PerLoop(Generic[T]):
    """A value for each event loop of each process, made on first use in a coroutine."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._loops: PerProcess[dict[asyncio.AbstractEventLoop, T]] = PerProcess(dict)

    def get(self) -> T:
        """Return the value of the running event loop."""
        loops, loop = self._loops.get(), asyncio.get_running_loop()
        value = loops.get(loop)
        return self.renew() if value is None else value

    def renew(self) -> T:
        """Make a new value for the running event loop and return it; forget the values of closed loops."""
        loops = self._loops.get()
        for each in [loop for loop in loops if loop.is_closed()]:
            loops.pop(each, None)
        loops[asyncio.get_running_loop()] = value = self._make()
        return value


def _described(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
