from typing import Any

import msgspec


class SummaryCell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The number of records with these values. A value that the records lack is absent."""

    rows: int
    """The number of records counted."""

    status: str | None = None
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    platform: str | None = None
    """The platform of a push. New values may appear."""

    reason: str | None = None
    """Why a push failed. New values may appear."""

    ap_id: str | None = None
    """The application that sent the pushes."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
