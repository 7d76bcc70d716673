"""What blocking and async clients decide alike: what is sent, what an answer means, whether to try again."""

import logging
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
    RawResponse,
    ResponseTooLargeError,
    status_error,
)
from .operations import ApiResponse, Operation, Sent
from .options import ClientOptions, RequestOptions, as_request_id, as_timeout
from .retries import RetryBudget, parse_retry_after

T = TypeVar("T")

# More than API Gateway can answer with (10 MB): beyond it is no answer of this service.
MOST_BYTES: Final = 16 * 1024 * 1024
CONNECTIONS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=55.0)
_LEAST_SECONDS: Final = 0.001
_OPTIONS: Final = RequestOptions.__annotations__.keys()
_REQUEST_ID_HEADERS: Final = ("x-request-id", "x-amzn-requestid")
_encode: Final = msgspec.json.Encoder().encode


class Call:
    """One call: what every try of it sends, and how much time is left.

    Raises TypeError for an option that there is none of.
    """

    def __init__(self, client: "ApiClient", body: object, options: RequestOptions) -> None:
        if unknown := options.keys() - _OPTIONS:
            raise TypeError(f"no such argument: {', '.join(sorted(unknown))}")
        self._clock = client.options.clock
        self._timeout = as_timeout(options.get("timeout", client.options.timeout), client.options.timeout.connect)
        self._end = self._clock.monotonic() + self._timeout.total
        self.max_retries = options.get("max_retries", client.options.retry.max_retries)
        self.attempts = 0
        self.content = None if body is None else _encode(body)
        self.headers = client.headers | _lower(options.get("headers", {}))
        self.request_id = as_request_id(
            options.get("request_id") or self.headers.get("x-request-id") or str(uuid.uuid4())
        )
        self.headers["x-request-id"] = self.request_id
        if body is not None:
            self.headers["content-type"] = "application/json"

    def left(self) -> float:
        """Return the seconds until the call has to be over."""
        return self._end - self._clock.monotonic()

    def attempt(self) -> "Attempt":
        """Begin another try, and return it."""
        self.attempts += 1
        left = max(_LEAST_SECONDS, self.left())
        seconds = left if self._timeout.attempt is None else min(left, self._timeout.attempt)
        return Attempt(seconds, connect=min(seconds, self._timeout.connect), clock=self._clock)


class Outgoing(NamedTuple):
    """What a try sends: the whole URL, and headers by their name in lower case."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes | None


class Attempt:
    """One try of a call: the seconds that it may take, and what was read of its answer."""

    def __init__(self, seconds: float, *, connect: float, clock: Clock) -> None:
        self.seconds = seconds
        self.timeout = httpx.Timeout(seconds, connect=connect)
        self._clock = clock
        self._end = clock.monotonic() + seconds
        self._content = bytearray()

    def add(self, chunk: bytes) -> None:
        """Take a part of the body; raise ApiTimeoutError if it is too late, ResponseTooLargeError if it is too much."""
        self._content += chunk
        if len(self._content) > MOST_BYTES:
            raise ResponseTooLargeError(f"the answer has over {MOST_BYTES} bytes")
        if self._clock.monotonic() > self._end:
            raise self.late()

    def late(self) -> ApiTimeoutError:
        """Return the error of a try that took too long."""
        return ApiTimeoutError(f"no whole answer in {self.seconds:.3g} s")

    def begin(self) -> None:
        """Forget what was read: the request is sent anew within the same try."""
        self._content.clear()

    def finished(self, status_code: int, headers: Mapping[str, str]) -> RawResponse:
        """Return the answer, its body being read; header names are taken in any case."""
        return RawResponse(status_code, _lower(headers), bytes(self._content))

    @contextmanager
    def translated(self) -> Generator[None]:
        """Raise what httpx, and the transport below it, have to say as ApiConnectionError or ApiTimeoutError."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            raise ApiConnectionError(f"the service could not be reached: {_said(exc)}") from exc
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise self.late() from exc
        except (httpx.RequestError, OSError) as exc:
            raise ApiConnectionError(f"the connection broke: {_said(exc)}") from exc


class ApiClient:
    """The part of a client that sends nothing."""

    def __init__(self, options: ClientOptions) -> None:
        self.options = options
        versions = f"python/{platform.python_version()} httpx/{httpx.__version__}"
        self.headers = {
            "accept": "application/json, application/problem+json",
            "user-agent": f"{options.package}/{options.version} {versions}",
        } | _lower(options.headers)
        self._budget = RetryBudget(options.retry.budget)
        self._log = logging.getLogger(options.package)

    def _outgoing(self, operation: Operation[Any], call: Call, attempt: Attempt) -> Outgoing:
        """Return what a try sends."""
        headers = dict(call.headers)
        if operation.takes_timeout:
            headers["x-request-timeout-ms"] = str(int(attempt.seconds * 1_000))
        return Outgoing(operation.method, self.options.base_url + operation.path, headers, call.content)

    def _answer(self, operation: Operation[T], call: Call, raw: RawResponse) -> ApiResponse[T]:
        """Return a success; raise the error that any other answer is."""
        if httpx.codes.is_success(raw.status_code):
            self._budget.succeed()
            self._log.debug("%s answered %d (request id %s)", operation.name, raw.status_code, call.request_id)
            return ApiResponse(operation, raw, Sent(_request_id(raw) or call.request_id, call.attempts))
        error = status_error(raw)
        error.request_id = error.problem.request_id or _request_id(raw)
        error.retry_after = parse_retry_after(raw.headers, self.options.clock)
        raise error

    def _wait(self, operation: Operation[Any], call: Call, error: ApiError) -> float:
        """Return the seconds to wait before the next try; raise `error` if there is to be none."""
        error.request_id = error.request_id or call.request_id
        error.attempts = call.attempts
        if call.attempts > call.max_retries:
            raise error
        delay = self.options.retry.delay(error, call.attempts - 1, self.options.clock)
        if delay is None or delay >= call.left() or not self._budget.spend():
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


def _said(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _request_id(raw: RawResponse) -> str | None:
    return next((raw.headers[name] for name in _REQUEST_ID_HEADERS if raw.headers.get(name)), None)
