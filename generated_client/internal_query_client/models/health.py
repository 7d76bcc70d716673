import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""
