"""Conversion between epoch milliseconds, which the contract uses, and aware datetimes."""

import operator
from datetime import UTC, datetime, timedelta
from typing import Final, overload

from .errors import ConfigurationError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# From 1973 on as seconds; as milliseconds early in 1970 to 1973, before anything was pushed.
_SECONDS: Final = range(10**8, 10**11)


def to_datetime(milliseconds: int) -> datetime:
    """Return epoch milliseconds as an aware datetime in UTC; raise OverflowError after the year 9999."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


@overload
def to_epoch_milliseconds(moment: datetime | int, name: str = ...) -> int: ...
@overload
def to_epoch_milliseconds(moment: datetime | int | None, name: str = ...) -> int | None: ...
def to_epoch_milliseconds(moment: datetime | int | None, name: str = "a time") -> int | None:
    """Return a moment in epoch milliseconds; a whole number is one already.

    A datetime between two milliseconds is rounded up: rows have whole milliseconds, so both ends of a window stay
    exact. Raises ConfigurationError, which calls the argument `name`, for a datetime without a time zone, for a number
    that must be in seconds, and for any other type.
    """
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return _of_datetime(moment, name)
    try:
        number = operator.index(moment)
    except TypeError:
        raise ConfigurationError(f"{name} is a datetime or epoch milliseconds, not {type(moment).__name__}") from None
    if number in _SECONDS:
        raise ConfigurationError(f"{name} is in epoch milliseconds, and {number} looks like seconds: multiply by 1000")
    return number


def _of_datetime(moment: datetime, name: str) -> int:
    if moment != moment:  # noqa: PLR0124  # NaT of pandas is a datetime
        raise ConfigurationError(f"{name} is not a time (NaT)")
    if moment.utcoffset() is None:
        raise ConfigurationError(f"{name}: a datetime needs a time zone: datetime(..., tzinfo=UTC), or .astimezone()")
    return -((_EPOCH - moment) // _MILLISECOND)
