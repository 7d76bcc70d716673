import msgspec


class ExplainPushRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The user, and exactly one of `transaction_id` and `marketing_id`."""

    user_id: str
    """The user who received the pushes, by the id that the sending application uses."""

    transaction_id: str | None = None
    """Only pushes of this transaction."""

    marketing_id: str | None = None
    """Only pushes of this marketing campaign."""

    created_from: int | None = None
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: int | None = None
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""
