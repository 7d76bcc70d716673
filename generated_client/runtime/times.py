"""Conversion between epoch milliseconds, which the contract uses, and aware datetimes."""

from datetime import UTC, datetime, timedelta
from typing import Final, overload

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def to_datetime(milliseconds: int) -> datetime:
    """Return epoch milliseconds as an aware datetime in UTC; raise OverflowError after the year 9999."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


@overload
def to_epoch_milliseconds(moment: datetime | int) -> int: ...
@overload
def to_epoch_milliseconds(moment: datetime | int | None) -> int | None: ...
def to_epoch_milliseconds(moment: datetime | int | None) -> int | None:
    """Return a moment in epoch milliseconds; an int is returned unchanged.

    A datetime between two milliseconds is rounded up: rows have whole milliseconds, so both ends of a window stay
    exact. Raises ValueError for a datetime without a time zone, which is ambiguous.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.utcoffset() is None:
        raise ValueError("a datetime needs a time zone: datetime(..., tzinfo=UTC), or moment.astimezone()")
    return -((_EPOCH - moment) // _MILLISECOND)
