from typing import Any

import msgspec

from .push_record import PushRecord


class ExplainedPush(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A push on one platform, with all its records."""

    steps: list[PushRecord]
    """The records of the push, the oldest first."""

    platform: str | None = None
    """The platform of a push. New values may appear."""

    transaction_id: str | None = None
    """The transaction (one send order) of the push."""

    state: str | None = None
    """The state that counts: the latest of DELIVERED and FAILED, else SENT, else the latest that was recorded. New values may appear."""

    reason: str | None = None
    """Why a push failed. New values may appear."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
