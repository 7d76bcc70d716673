import msgspec


class SummarizeMarketingRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The campaign, and which of its records to count."""

    marketing_id: str
    """The marketing campaign of the pushes."""

    cursor: str | None = None
    """`next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the filters of its query: the id is all that it needs beside it. `limit` may change from page to page. A filter that is sent again must be the same."""

    interval: str | None = None
    """Count over time too, by `hour` or `day` (UTC)."""

    ap_id: str | None = None
    """Only pushes sent by this application."""

    created_from: int | None = None
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: int | None = None
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""
