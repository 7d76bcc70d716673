from datetime import datetime

from .._runtime import Model, to_datetime


class SummaryPoint(Model, frozen=True, kw_only=True, omit_defaults=True):
    """The number of records in an interval of time."""

    start: int
    """Start of the interval in epoch milliseconds (UTC)."""

    rows: int
    """The number of records counted."""

    status: str | None = None
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    @property
    def start_datetime(self) -> datetime:
        """`start` as an aware datetime in UTC; raises OverflowError after the year 9999."""
        return to_datetime(self.start)
