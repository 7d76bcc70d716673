from typing import Any

import msgspec

from .push_record import PushRecord


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One page of records."""

    items: list[PushRecord]
    """The records of this page, in the order of the operation."""

    count: int
    """The number of records in this page. There is no count of the whole query."""

    searched_until: int | None = None
    """Where filters leave out records of a user or a campaign, how far this page and those before it have looked, in epoch milliseconds: no record of this time or later is missing. Absent on the last page, and in lists that are not sorted by time."""

    next_cursor: str | None = None
    """Send it as `cursor` to get the next page; absent on the last page, and only there."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
