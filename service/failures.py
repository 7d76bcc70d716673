"""Translates failed calls of the internal API for the circuit breaker and for the service's own caller."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from common import problem
from common.problem import ProblemError
from generated_client.runtime import ApiConnectionError, ApiStatusError, ApiTimeoutError

log = logging.getLogger(__name__)

# A call with less time than this may end without an answer although the internal API is well.
FAIR_SECONDS: Final = 1.0
RETRY_LATER: Final = {"Retry-After": "1"}
_BUSY: Final = ("service_unavailable", "The records are busy; the same request may be sent again.")
_LATE: Final = ("gateway_timeout", "The records took longer than the time that was left.")
_UNUSABLE: Final = ("bad_gateway", "The records could not be read.")
# Every other status is bad_gateway: a 4xx of the internal API is our own fault, except for a position, which came out
# of the caller's cursor.
_PROBLEMS: Final[Mapping[int, tuple[str, str]]] = {429: _BUSY, 503: _BUSY, 504: _LATE}


def busy() -> ProblemError:
    """Return the problem of a call that may succeed a moment later."""
    return ProblemError(*_BUSY, headers=RETRY_LATER)


def is_failure(exc: Exception, seconds: float) -> bool:
    """Tell whether an error of a call that was given `seconds` may mean that the internal API is dead.

    An API that refuses, is busy, or answers what cannot be parsed is alive.
    """
    if isinstance(exc, ApiStatusError):
        is_late = exc.status_code == HTTPStatus.GATEWAY_TIMEOUT
        return exc.status_code == HTTPStatus.BAD_GATEWAY or (is_late and seconds >= FAIR_SECONDS)
    if isinstance(exc, ApiTimeoutError):
        return seconds >= FAIR_SECONDS
    return isinstance(exc, ApiConnectionError)


def as_problem(exc: Exception) -> ProblemError:
    """Return the problem that an error means for the service's own caller, and log the cause."""
    if isinstance(exc, ApiStatusError):
        return _refused(exc)
    if isinstance(exc, ApiTimeoutError):
        return ProblemError(*_LATE)
    if isinstance(exc, ApiConnectionError):
        log.warning("internal_api_unreachable", extra={"reason": type(exc.__cause__).__name__})
        return ProblemError("bad_gateway", "The internal gateway could not be reached or broke off its answer.")
    log.error("internal_api_answer_unreadable", exc_info=exc)
    return ProblemError(*_UNUSABLE)


def _refused(error: ApiStatusError) -> ProblemError:
    code = error.code if error.code in problem.PROBLEMS else None
    log.warning("internal_api_refused", extra={"upstream_status": error.status_code, "upstream_code": code})
    if code == "invalid_position":
        return ProblemError("invalid_cursor", "The cursor does not fit this query.")
    meaning = _PROBLEMS.get(error.status_code, _UNUSABLE)
    seconds = error.headers.get("retry-after", "")  # HTTP allows a date as well, the contract does not
    retry_after = {"Retry-After": seconds} if seconds.isascii() and seconds.isdecimal() else RETRY_LATER
    return ProblemError(*meaning, headers=retry_after if meaning is _BUSY else None)
