from typing import NotRequired, TypedDict

from .next_position import NextPosition


class QueryMarketingRequest(TypedDict):
    """Which campaign, and which of its rows."""

    marketing_id: str
    """The campaign that the pushes belong to."""

    limit: NotRequired[int]
    """The most rows that a page may have."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: NotRequired[list[str]]
    """Only rows in these states."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error."""
