import msgspec

from .next_position import NextPosition


class QueryMarketingRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Which campaign, and which of its rows."""

    marketing_id: str
    """The campaign that the pushes belong to."""

    limit: int | None = None
    """The most rows that a page may have. The service's default is 100."""

    position: NextPosition | None = None
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: list[str] | None = None
    """Only rows in these states."""

    platform: list[str] | None = None
    """Only pushes to these platforms."""

    ap_id: str | None = None
    """Only pushes sent by this application."""

    created_from: int | None = None
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: int | None = None
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error."""
