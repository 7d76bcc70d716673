from typing import Annotated

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One stored row: one state that one push reached. Answers are open: a row with a value that is not listed here is returned as it was stored, and new fields may be added."""

    transaction_id: str
    """The send order; empty when the row was stored without one."""

    user_id: str
    """Who received the push."""

    created_at: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)]
    """When the row was written, in epoch milliseconds."""

    status: str
    """SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). Other values may appear; empty when the row was stored without one."""

    marketing_id: str | msgspec.UnsetType = msgspec.UNSET
    """The campaign, where the push belonged to one."""

    notification_title: str | msgspec.UnsetType = msgspec.UNSET
    """The title that the user saw."""

    platform: str | msgspec.UnsetType = msgspec.UNSET
    """IOS, ANDROID or WEBPUSH; other values may appear."""

    error_msg: str | msgspec.UnsetType = msgspec.UNSET
    """Why the push failed, in the words of the platform."""

    ap_id: str | msgspec.UnsetType = msgspec.UNSET
    """The application that sent the push; absent on rows older than the move to ECS."""
