"""What an error of the generated client means: for the caller of the service, and for its circuit breaker."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from common import problem
from common.problem import ProblemError
from generated_client.runtime import ApiConnectionError, ApiStatusError, ApiTimeoutError

log = logging.getLogger(__name__)

# Seconds after which a caller may ask again; also where the neighbour that is busy does not name any.
RETRY_LATER: Final = {"Retry-After": "1"}
# A call that was given less says nothing about the neighbour when it ends without an answer.
FAIR_SECONDS: Final = 1.0

# What an answer that is not 200 means for our own caller. A 4xx is none of its doing, except for a position that came
# out of its cursor; throttling of the one caller that the internal gateway has is our being busy.
_BUSY: Final = ("service_unavailable", "The records are busy; the same request may be sent again.")
_LATE: Final = ("gateway_timeout", "The records took longer than the time that was left.")
_UNUSABLE: Final = ("bad_gateway", "The records could not be read.")
_MEANING: Final[Mapping[int, tuple[str, str]]] = {429: _BUSY, 503: _BUSY, 504: _LATE}


def busy() -> ProblemError:
    """Return the error of a neighbour that has no room just now."""
    return ProblemError(*_BUSY, headers=RETRY_LATER)


def is_failure(exc: Exception, seconds: float) -> bool:
    """Tell whether an error of a call that was given `seconds` says that the neighbour is dead.

    One that refuses or is busy is alive, and so is one that cannot read a certain row.
    """
    if isinstance(exc, ApiStatusError):
        is_late = exc.status_code == HTTPStatus.GATEWAY_TIMEOUT
        return exc.status_code == HTTPStatus.BAD_GATEWAY or (is_late and seconds >= FAIR_SECONDS)
    if isinstance(exc, ApiTimeoutError):
        return seconds >= FAIR_SECONDS
    return isinstance(exc, ApiConnectionError)


def as_problem(exc: Exception) -> ProblemError:
    """Return what an error means for our own caller, and log what the neighbour did."""
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
    meaning = _MEANING.get(error.status_code, _UNUSABLE)
    return ProblemError(*meaning, headers=_retry_after(error) if meaning is _BUSY else None)


def _retry_after(error: ApiStatusError) -> dict[str, str]:
    """Return the seconds to wait, as our contract has them: a date, which HTTP allows as well, counts as none."""
    said = error.headers.get("retry-after", "")
    return {"Retry-After": said} if said.isascii() and said.isdecimal() else RETRY_LATER
