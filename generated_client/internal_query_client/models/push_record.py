from typing import Annotated

import msgspec


class PushRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One state that one push reached. A push that is sent and then delivered has two records. A field that was not stored is absent. New fields and new values may appear."""

    user_id: str
    """The user who received the push."""

    created_at: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)]
    """When the push reached this state, as the sending system reports it, in epoch milliseconds. A record can be read some seconds after this time."""

    transaction_id: str | msgspec.UnsetType = msgspec.UNSET
    """The transaction (one send order) of the push."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    marketing_id: str | msgspec.UnsetType = msgspec.UNSET
    """The marketing campaign of the push."""

    notification_title: str | msgspec.UnsetType = msgspec.UNSET
    """The title that the user saw."""

    platform: str | msgspec.UnsetType = msgspec.UNSET
    """The platform of a push. New values may appear."""

    error_msg: str | msgspec.UnsetType = msgspec.UNSET
    """Why the push failed, in the words of the platform."""

    ap_id: str | msgspec.UnsetType = msgspec.UNSET
    """The application that sent the push. Absent on records from before the move to ECS."""
