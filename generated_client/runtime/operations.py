"""An operation of the contract, and an answer to it."""

from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import msgspec

from .errors import RawResponse, ResponseDecodeError

T = TypeVar("T")


class Operation(Generic[T]):
    """What a call needs to know of an operation; `takes_timeout` if it reads `X-Request-Timeout-Ms`."""

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
            response.content.decode()  # a field that the type does not have is skipped unread
            return self._decoder.decode(response.content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
            raise ResponseDecodeError(f"the answer to {self.name} is not the contract's: {exc}", response) from exc

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[T]:
        return msgspec.json.Decoder(self._response_type)


class Sent(NamedTuple):
    """What is known of a call once it was answered: the id to quote, and how many times it was sent."""

    request_id: str
    attempts: int


class ApiResponse(Generic[T]):
    """A successful answer, its body still as it came."""

    def __init__(self, operation: Operation[T], raw: RawResponse, sent: Sent) -> None:
        self._operation = operation
        self._raw = raw
        self.status_code = raw.status_code
        self.headers = raw.headers
        """By their name in lower case."""
        self.content = raw.content
        self.request_id = sent.request_id
        """The id under which the service logged the request."""
        self.attempts = sent.attempts
        """How many times the request was sent."""

    def parse(self) -> T:
        """Return the typed body; raise ResponseDecodeError if it is not the contract's."""
        try:
            return self._operation.decode(self._raw)
        except ResponseDecodeError as error:
            error.request_id, error.attempts = self.request_id, self.attempts
            raise
