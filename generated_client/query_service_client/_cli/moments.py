"""Points in time as people write them on a command line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

from .._runtime import to_datetime

_AGO: Final = re.compile(r"(\d{1,6})([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_EPOCH_MILLISECONDS: Final = re.compile(r"\d{11,13}")


def moment(text: str) -> datetime:
    """Return what `7d`, `2025-11-01`, `2025-11-01T12:00:00Z` or epoch milliseconds mean; UTC without a time zone.

    Raises typer.BadParameter for all else.
    """
    try:
        if ago := _AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        if _EPOCH_MILLISECONDS.fullmatch(text):
            return to_datetime(int(text))
        said = datetime.fromisoformat(text)
    except (OverflowError, ValueError) as exc:
        raise typer.BadParameter(
            f"{text!r} is no time: write 7d (also s, m, h, w), 2025-11-01, 2025-11-01T12:00:00Z or epoch milliseconds"
        ) from exc
    return said if said.tzinfo else said.replace(tzinfo=UTC)
