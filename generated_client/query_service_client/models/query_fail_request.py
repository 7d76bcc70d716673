import msgspec


class QueryFailRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The transaction, and filters."""

    transaction_id: str
    """The transaction (one send order) of the pushes. It may reach one user or millions."""

    limit: int | None = None
    """The largest number of records in a page; 100 by default."""

    cursor: str | None = None
    """`next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the filters of its query: the id is all that it needs beside it. `limit` may change from page to page. A filter that is sent again must be the same."""

    platform: list[str] | None = None
    """Only pushes to these platforms. Any value that a record shows can be asked for."""

    reason: list[str] | None = None
    """Only failed pushes with these reasons."""

    ap_id: str | None = None
    """Only pushes sent by this application."""

    created_from: int | None = None
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: int | None = None
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""
