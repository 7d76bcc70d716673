from typing import Any

import msgspec


class SummaryTransaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The number of records of a transaction in a state."""

    rows: int
    """The number of records counted."""

    transaction_id: str | None = None
    """The transaction (one send order)."""

    status: str | None = None
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
