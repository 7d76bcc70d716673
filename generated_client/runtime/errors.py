"""What the clients raise: one class for each status of the contract, one for no answer, one for an unreadable one."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from .problems import Problem, read_problem

FIRST_SERVER_ERROR: Final = 500


class RawResponse(NamedTuple):
    """An answer as it came: its status, its headers by their name in lower case, and its body."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


class ConfigurationError(ValueError):
    """The client was built with something missing or contradictory; the message says what to give."""


class ApiError(Exception):
    """Everything that can go wrong with a call; all of it pickles."""

    code: str | None = None
    """The stable name of the problem, if the service gave one."""

    request_id: str | None = None
    """The id to quote to the service's owners: the answer's, or the one that was sent."""

    retry_after: float | None = None
    """How many seconds the service asks to wait before the next try, if it said so."""

    attempts: int = 0
    """How many times the request was sent."""


class ApiConnectionError(ApiError):
    """The service could not be reached, or broke off its answer; `__cause__` says how."""


class ApiTimeoutError(ApiConnectionError):
    """There was no whole answer in the time that was allowed."""


class ResponseTooLargeError(ApiError):
    """The answer is larger than any that the service can give."""


class ResponseDecodeError(ApiError):
    """The service answered with success and with a body that is not the contract's."""

    def __init__(self, message: str, response: RawResponse) -> None:
        super().__init__(message, response)
        self.status_code = response.status_code
        self.body = response.content

    def __str__(self) -> str:
        return f"{self.args[0]}{_quoted(self.request_id)}"


class RepeatedCursorError(ApiError):
    """The service gave a cursor twice, so that its pages would never end."""


class ApiStatusError(ApiError):
    """The service, or a gateway in front of it, answered with something else than success."""

    def __init__(self, response: RawResponse) -> None:
        super().__init__(response)
        self.status_code = response.status_code
        self.headers = response.headers
        self.body = response.content
        self.problem: Problem = read_problem(response.status_code, response.content)
        self.code = self.problem.code

    def __str__(self) -> str:
        said = [self.problem.title, self.problem.detail]
        text = f"{self.status_code} {': '.join(filter(None, said))}".rstrip()
        return f"{text}{_quoted(self.request_id)}"


class BadRequestError(ApiStatusError):
    """400: the request does not match the contract; `problem.errors` says where."""


class AuthenticationError(ApiStatusError):
    """401: the caller is not known."""


class PermissionDeniedError(ApiStatusError):
    """403: no valid credentials, or no such path at the gateway, which answers both alike."""


class NotFoundError(ApiStatusError):
    """404: no such path."""


class MethodNotAllowedError(ApiStatusError):
    """405: the path exists, the method does not."""


class ContentTooLargeError(ApiStatusError):
    """413: the body is larger than the contract can need."""


class UnsupportedMediaTypeError(ApiStatusError):
    """415: the body is not declared as JSON."""


class RateLimitError(ApiStatusError):
    """429: the rate or the quota is used up; `retry_after` says for how long, when the service did."""


class ServerError(ApiStatusError):
    """Any 5xx."""


class InternalServerError(ServerError):
    """500: a fault of the service."""


class BadGatewayError(ServerError):
    """502: a hop could not reach the next one."""


class ServiceUnavailableError(ServerError):
    """503: busy or down; the same request may be sent again."""


class GatewayTimeoutError(ServerError):
    """504: a hop had no answer in time; the same request may be sent again."""


BY_STATUS: Final[Mapping[int, type[ApiStatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    413: ContentTooLargeError,
    415: UnsupportedMediaTypeError,
    429: RateLimitError,
    500: InternalServerError,
    502: BadGatewayError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
}


def status_error(response: RawResponse) -> ApiStatusError:
    """Return the error for an answer that is no success."""
    general = ServerError if response.status_code >= FIRST_SERVER_ERROR else ApiStatusError
    return BY_STATUS.get(response.status_code, general)(response)


def _quoted(request_id: str | None) -> str:
    return f" (request id {request_id})" if request_id else ""
