"""An operation of the contract, and the response to a call of it."""

from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import msgspec

from .errors import RawResponse, ResponseDecodeError

T = TypeVar("T")


class Operation(Generic[T]):
    """Method, path and response type of an operation; `takes_timeout` if it reads `X-Request-Timeout-Ms`."""

    def __init__(
        self, name: str, *, method: str, path: str, response_type: type[T], takes_timeout: bool = False
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.takes_timeout = takes_timeout
        self._response_type = response_type

    def decode(self, response: RawResponse) -> T:
        """Return the typed body of a success; raise ResponseDecodeError if it deviates from the contract."""
        try:
            response.content.decode()  # the decoder skips unknown fields without a check of their encoding
            return self._decoder.decode(response.content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
            reason = f"the answer to {self.name} is not the contract's: {exc}"
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
