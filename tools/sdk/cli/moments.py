"""Points in time as people write them on a command line."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

import typer

from .._runtime import to_datetime

_AGO: Final = re.compile(
    r"(\d{1,6}) ?(s|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)(?: ago)?", re.IGNORECASE | re.ASCII
)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS_AGO: Final = {"today": 0, "yesterday": 1}
_EPOCH_MILLISECONDS: Final = re.compile(r"[0-9]{11,13}")


def moment(text: str, zone: tzinfo | None, option: str) -> datetime:
    """Return what `2d`, `yesterday`, `2025-11-01`, `2025-11-01T12:00` or epoch milliseconds mean.

    Days and times without an offset are in `zone`, which is local time if None. Raises typer.BadParameter for all else.
    """
    try:
        if ago := _AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2][0].lower()]: int(ago[1])})
        if _EPOCH_MILLISECONDS.fullmatch(text):
            return to_datetime(int(text))
        if text.lower() in _DAYS_AGO:
            day = datetime.now(zone).date() - timedelta(days=_DAYS_AGO[text.lower()])
            return _located(datetime.combine(day, time()), zone)
        return _located(datetime.fromisoformat(text), zone)
    except (OSError, OverflowError, ValueError) as exc:
        raise typer.BadParameter(
            f"{text!r} is not a valid time: write 2d (also s, m, h, w), today, yesterday, 2025-11-01, 2025-11-01T12:00 "
            "or epoch milliseconds",
            param_hint=option,
        ) from exc


def _located(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is not None or zone is None:
        return moment.astimezone()
    return moment.replace(tzinfo=zone)
