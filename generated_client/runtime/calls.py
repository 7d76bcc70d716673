"""Logic that blocking and async clients share: request, time limits, and the meaning of a response."""

import logging
import operator
import platform
import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, TypeVar

import httpx
import msgspec

from .clock import Clock
from .errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    ForeignResponseError,
    RawResponse,
    ResponseTooLargeError,
    status_error,
)
from .operations import ApiResponse, Operation, Sent
from .options import ClientOptions, RequestOptions, as_headers, as_request_id, as_timeout
from .ownership import PerProcess
from .retries import RetryBudget, parse_retry_after

T = TypeVar("T")

# More than API Gateway can send (10 MB).
MOST_BYTES: Final = 16 * 1024 * 1024
CONNECTIONS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=55.0)
_LEAST_SECONDS: Final = 0.001
_MOST_SECONDS: Final = 86_400.0  # sockets reject larger timeouts
_OPTIONS: Final = RequestOptions.__annotations__.keys()
_REQUEST_ID: Final = "x-request-id"
_encode: Final = msgspec.json.Encoder(enc_hook=operator.index).encode  # integers of NumPy and pandas


class Call:
    """One call: the request that all its attempts send, and the time left.

    Raises TypeError for an unknown option, ValueError for an invalid one.
    """

    def __init__(self, client: "ApiClient", body: object, options: RequestOptions) -> None:
        if unknown := options.keys() - _OPTIONS:
            raise TypeError(f"no such argument: {', '.join(sorted(unknown))}")
        self._clock = client.options.clock
        self._timeout = as_timeout(options.get("timeout", client.options.timeout), client.options.timeout.connect)
        self._end = self._clock.monotonic() + self._timeout.total
        self._checks_id = not client.ids_are_rewritten
        self.needs_new_connection = False
        self.max_retries = options.get("max_retries", client.options.retry.max_retries)
        self.attempts = 0
        self.content = None if body is None else _encode(body)
        self.headers = client.headers | as_headers(options.get("headers", {}))
        self.request_id = as_request_id(str(options.get("request_id") or self.headers.get(_REQUEST_ID) or uuid.uuid4()))
        self.headers[_REQUEST_ID] = self.request_id
        if body is not None:
            self.headers["content-type"] = "application/json"

    def left(self) -> float:
        """Return the seconds until the deadline of the call."""
        return self._end - self._clock.monotonic()

    def attempt(self) -> "Attempt":
        """Begin the next attempt and return it."""
        self.attempts += 1
        seconds = min(max(_LEAST_SECONDS, self.left()), self._timeout.attempt or _MOST_SECONDS, _MOST_SECONDS)
        return Attempt(
            seconds,
            connect=min(seconds, self._timeout.connect),
            clock=self._clock,
            request_id=self.request_id if self._checks_id and not self.needs_new_connection else None,
            needs_new_connection=self.needs_new_connection,
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
        if headers.get(_REQUEST_ID, self._request_id) not in {self._request_id, ""}:
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


class ApiClient:
    """The part of a client that sends nothing."""

    def __init__(self, options: ClientOptions) -> None:
        self.options = options
        self.ids_are_rewritten = False
        """Whether a proxy replaces X-Request-Id, so that the client cannot match responses by it."""
        versions = f"python/{platform.python_version()} httpx/{httpx.__version__}"
        self.headers = {
            "accept": "application/json, application/problem+json",
            "user-agent": f"{options.package}/{options.version} {versions}",
        } | as_headers(options.headers)
        self._budgets = PerProcess(lambda: RetryBudget(options.retry.budget))
        self._log = logging.getLogger(options.package)

    def _outgoing(self, operation: Operation[Any], call: Call, attempt: Attempt) -> Outgoing:
        """Return the request of an attempt."""
        headers = dict(call.headers)
        if operation.takes_timeout:
            headers["x-request-timeout-ms"] = str(int(attempt.seconds * 1_000))
        return Outgoing(operation.method, self.options.base_url + operation.path, headers, call.content)

    def _answer(self, operation: Operation[T], call: Call, raw: RawResponse) -> ApiResponse[T]:
        """Return a success; raise the error for any other response."""
        if httpx.codes.is_success(raw.status_code):
            if call.needs_new_connection:
                self._note_rewritten(call, raw)
            self._budgets.get().succeed()
            self._log.debug("%s answered %d (request id %s)", operation.name, raw.status_code, call.request_id)
            return ApiResponse(operation, raw, Sent(_request_id(raw) or call.request_id, call.attempts))
        error = status_error(raw)
        error.request_id = error.problem.request_id or _request_id(raw)
        error.retry_after = parse_retry_after(raw.headers, self.options.clock)
        raise error

    def _note_rewritten(self, call: Call, raw: RawResponse) -> None:
        """Stop the comparison of ids if the response on a new connection has another one too."""
        if not self.ids_are_rewritten and raw.headers.get(_REQUEST_ID, call.request_id) not in {call.request_id, ""}:
            self.ids_are_rewritten = True
            self._log.warning(
                "a response carries another X-Request-Id than its request, on a new connection too: "
                "a proxy replaces it, so this client no longer compares the two"
            )

    def _wait(self, operation: Operation[Any], call: Call, error: ApiError) -> float:
        """Return the seconds to wait before the next attempt; raise `error` if there is none."""
        error.request_id = error.request_id or call.request_id
        error.attempts = call.attempts
        delay = self._delay(call, error)
        if delay is None or delay >= call.left():
            raise error
        self._log.info(
            "%s: %s; retry %d in %.3f s (request id %s)",
            operation.name,
            getattr(error, "status_code", type(error).__name__),
            call.attempts,
            delay,
            call.request_id,
        )
        return delay

    def _delay(self, call: Call, error: ApiError) -> float | None:
        if isinstance(error, ForeignResponseError) and not call.needs_new_connection:
            call.needs_new_connection = True  # and then any id is accepted
            call.max_retries += 1
            return 0.0
        if call.attempts > call.max_retries:
            return None
        delay = self.options.retry.delay(error, call.attempts - 1, self.options.clock)
        return delay if delay is not None and delay < call.left() and self._budgets.get().spend() else None


def _described(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _request_id(raw: RawResponse) -> str | None:
    return raw.headers.get(_REQUEST_ID) or raw.headers.get("x-amzn-requestid")
