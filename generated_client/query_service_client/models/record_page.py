from typing import Any

import msgspec

from .push_record import PushRecord


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One page of records."""

    items: list[PushRecord]
    """The records of this page, in the order of the operation."""

    count: int
    """The number of records in this page. There is no count of the whole query."""

    next_cursor: str | None = None
    """Send it as `cursor`, with the id, to get the next page; absent on the last page, and only there."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
