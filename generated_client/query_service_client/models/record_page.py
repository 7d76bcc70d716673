from typing import Any

import msgspec

from .record import Record


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One page of rows."""

    items: list[Record]
    """The rows of this page, in the order of the operation."""

    count: int
    """How many rows this page has."""

    next_cursor: str | None = None
    """Send it as `cursor` to get the next page; absent on the last page, and only there."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
