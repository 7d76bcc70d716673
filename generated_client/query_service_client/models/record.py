from datetime import datetime
from typing import Any

import msgspec

from .._runtime import to_datetime


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One stored row: one state that one push reached. Answers are open: a row with a value that is not listed here is returned as it was stored, and new fields may be added."""

    transaction_id: str
    """The send order; empty when the row was stored without one."""

    user_id: str
    """Who received the push."""

    created_at: int
    """When the row was written, in epoch milliseconds."""

    status: str
    """SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). Other values may appear; empty when the row was stored without one."""

    marketing_id: str | None = None
    """The campaign, where the push belonged to one."""

    notification_title: str | None = None
    """The title that the user saw."""

    platform: str | None = None
    """IOS, ANDROID or WEBPUSH; other values may appear."""

    error_msg: str | None = None
    """Why the push failed, in the words of the platform."""

    ap_id: str | None = None
    """The application that sent the push; absent on rows older than the move to ECS."""

    @property
    def created_at_datetime(self) -> datetime:
        """`created_at` as an aware datetime in UTC; raises OverflowError after the year 9999."""
        return to_datetime(self.created_at)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
