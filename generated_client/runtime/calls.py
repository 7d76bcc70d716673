"""Logic that blocking and async clients share: operations, calls, and the meaning of a response."""

import copy
import dataclasses
import logging
import platform
import uuid
from functools import cached_property
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar, Unpack

import httpx
import msgspec

from .attempts import REQUEST_ID, Attempt, Outgoing, PerProcess
from .errors import ApiError, ConfigurationError, ForeignResponseError, RawResponse, ResponseDecodeError, status_error
from .models import Model, keep_unknown
from .options import API_KEY, ClientOptions, RequestOptions, as_headers, as_request_id, as_timeout
from .retries import RetryBudget, parse_retry_after

T = TypeVar("T")

_LEAST_SECONDS: Final = 0.001
_MOST_SECONDS: Final = 86_400.0  # sockets reject larger timeouts
_OPTIONS: Final = RequestOptions.__annotations__.keys()
_encode: Final = msgspec.json.Encoder().encode


class Operation(Generic[T]):
    """Method, path and response type of an operation; `takes_timeout` if it reads `X-Request-Timeout-Ms`."""

    def __init__(
        self,
        name: str,
        *,
        method: str,
        path: str,
        response_type: type[T],
        takes_timeout: bool = False,
        needs_key: bool = False,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.takes_timeout = takes_timeout
        self.needs_key = needs_key
        self._response_type = response_type

    def decode(self, response: RawResponse) -> T:
        """Return the typed body of a success; raise ResponseDecodeError if it deviates from the contract."""
        try:
            response.content.decode()  # the decoder skips unknown fields without a check of their encoding
            answer = self._decoder.decode(response.content)
            if isinstance(answer, Model):
                keep_unknown(answer, response.content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
            reason = f"the answer to {self.name} is not the contract's: {exc}"
        else:
            return answer
        raise ResponseDecodeError(reason, response)  # without a cause: a UnicodeDecodeError holds the whole body

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[T]:
        return msgspec.json.Decoder(self._response_type)


class Sent(NamedTuple):
    """The id to quote for an answered call, and the number of attempts."""

    request_id: str
    attempts: int


class ApiResponse(Generic[T]):
    """A successful response with its raw body."""

    def __init__(self, operation: Operation[T], raw: RawResponse, sent: Sent) -> None:
        self._operation = operation
        self._raw = raw
        self.status_code = raw.status_code
        self.headers = raw.headers
        """Keyed by lower-case name."""
        self.content = raw.content
        self.request_id = sent.request_id
        """The id under which the service logged the request."""
        self.attempts = sent.attempts
        """How often the request was sent."""

    def parse(self) -> T:
        """Return the typed body; raise ResponseDecodeError if it deviates from the contract."""
        try:
            return self._operation.decode(self._raw)
        except ResponseDecodeError as error:
            error.request_id, error.attempts = self.request_id, self.attempts
            raise


class Call:
    """One call: the request that all its attempts send, and the time left.

    Raises TypeError for an unknown option, ValueError for an invalid one, and ConfigurationError for a missing key.
    """

    def __init__(self, client: "ApiClient", operation: Operation[Any], body: object, options: RequestOptions) -> None:
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
        if operation.needs_key and client.options.key_variable and API_KEY not in self.headers:
            raise ConfigurationError(f"no API key: give api_key=, or set {client.options.key_variable}")
        request_id = options.get("request_id") or self.headers.get(REQUEST_ID) or uuid.uuid4()
        self.request_id = as_request_id(str(request_id))
        self.headers[REQUEST_ID] = self.request_id
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

    def with_options(self, **options: Unpack[RequestOptions]) -> Self:
        """Return a client whose calls have these options by default. It shares the connections: close one of the two.

        Raises TypeError for an unknown option, and ConfigurationError for an invalid one or a `request_id`, which
        belongs to one call.
        """
        if unknown := options.keys() - _OPTIONS:
            raise TypeError(f"no such argument: {', '.join(sorted(unknown))}")
        if "request_id" in options:
            raise ConfigurationError("a request_id belongs to one call: give it to that call")
        own = self.options
        made = copy.copy(self)
        made.options = dataclasses.replace(
            own,
            timeout=as_timeout(options.get("timeout", own.timeout), own.timeout.connect),
            retry=dataclasses.replace(own.retry, max_retries=options.get("max_retries", own.retry.max_retries)),
        )
        made.headers = self.headers | as_headers(options.get("headers", {}))
        return made

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
        if not self.ids_are_rewritten and raw.headers.get(REQUEST_ID, call.request_id) not in {call.request_id, ""}:
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


def _request_id(raw: RawResponse) -> str | None:
    return raw.headers.get(REQUEST_ID) or raw.headers.get("x-amzn-requestid")
