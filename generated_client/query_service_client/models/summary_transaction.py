from .._runtime import Model


class SummaryTransaction(Model, frozen=True, kw_only=True, omit_defaults=True):
    """The number of records of a transaction in a state."""

    rows: int
    """The number of records counted."""

    transaction_id: str | None = None
    """The transaction (one send order)."""

    status: str | None = None
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""
