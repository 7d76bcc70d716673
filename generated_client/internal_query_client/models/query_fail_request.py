from typing import NotRequired, TypedDict

from .next_position import NextPosition


class QueryFailRequest(TypedDict):
    """Which transaction, and which of its failed rows."""

    transaction_id: str
    """One send order; it may reach one user or millions."""

    limit: NotRequired[int]
    """The most rows that a page may have."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error."""
