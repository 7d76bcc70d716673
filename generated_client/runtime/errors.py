"""Errors of the clients: one class for each status of the contract, and others for failed connections and decoding."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from .problems import Problem, read_problem

FIRST_SERVER_ERROR: Final = 500


class RawResponse(NamedTuple):
    """Status, headers by lower-case name, and body of a response; its `repr` holds no part of headers and body."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def __repr__(self) -> str:
        return f"RawResponse(status_code={self.status_code}, <{len(self.headers)} headers, {len(self.content)} bytes>)"


class ConfigurationError(ValueError):
    """An argument of the client or of a call is missing, invalid or contradictory; the message names the remedy."""


class ApiError(Exception):
    """Base of the errors of a call; all of them pickle."""

    code: str | None = None
    """Stable name of the problem, if the response has one."""

    request_id: str | None = None
    """The id to quote to the service's owners: the response's, or else the request's."""

    retry_after: float | None = None
    """Seconds to wait before the next attempt, if the response has `Retry-After`."""

    attempts: int = 0
    """How often the request was sent."""


class ApiConnectionError(ApiError):
    """The service could not be reached, or the connection broke; `__cause__` has the reason."""


class ApiTimeoutError(ApiConnectionError):
    """No complete response arrived in time."""


class ForeignResponseError(ApiConnectionError):
    """The response carries the `X-Request-Id` of another request: the connection mixes them up."""


class ResponseTooLargeError(ApiError):
    """The response is larger than the service can send."""


class ResponseDecodeError(ApiError):
    """The body of a success deviates from the contract."""

    def __init__(self, message: str, response: RawResponse) -> None:
        super().__init__(message, response)
        self.status_code = response.status_code
        self.body = response.content

    def __str__(self) -> str:
        return f"{self.args[0]}{_quoted(self.request_id)}"


class RepeatedCursorError(ApiError):
    """The service returned a cursor twice, so that its pages would never end."""


class ApiStatusError(ApiError):
    """The service, or a gateway in front of it, answered with another status than a success."""

    def __init__(self, response: RawResponse) -> None:
        super().__init__(response)
        self.status_code = response.status_code
        self.headers = response.headers
        self.body = response.content
        self.problem: Problem = read_problem(response.status_code, response.content)
        self.code = self.problem.code

    def __str__(self) -> str:
        parts = filter(None, (self.problem.title, self.problem.detail))
        text = f"{self.status_code} {': '.join(parts)}".rstrip()
        return f"{text}{_quoted(self.request_id)}"


class BadRequestError(ApiStatusError):
    """400: the request violates the contract; `problem.errors` names the fields."""


class AuthenticationError(ApiStatusError):
    """401: the caller is unknown."""


class PermissionDeniedError(ApiStatusError):
    """403: no valid credentials, or an unknown path: the gateway does not distinguish them."""


class NotFoundError(ApiStatusError):
    """404: unknown path."""


class MethodNotAllowedError(ApiStatusError):
    """405: the path exists, the method does not."""


class ContentTooLargeError(ApiStatusError):
    """413: the body is larger than any valid request."""


class UnsupportedMediaTypeError(ApiStatusError):
    """415: the body is not declared as JSON."""


class RateLimitError(ApiStatusError):
    """429: the rate limit or the quota is used up; `retry_after` has the wait, if the service sent it."""


class ServerError(ApiStatusError):
    """Any 5xx."""


class InternalServerError(ServerError):
    """500: a defect of the service."""


class BadGatewayError(ServerError):
    """502: a hop could not reach the next one."""


class ServiceUnavailableError(ServerError):
    """503: overloaded or down; the same request may be retried."""


class GatewayTimeoutError(ServerError):
    """504: a hop got no answer in time; the same request may be retried."""


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
    """Return the error for a response other than a success."""
    general = ServerError if response.status_code >= FIRST_SERVER_ERROR else ApiStatusError
    return BY_STATUS.get(response.status_code, general)(response)


def _quoted(request_id: str | None) -> str:
    return f" (request id {request_id})" if request_id else ""
