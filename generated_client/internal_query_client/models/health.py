import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | msgspec.UnsetType = msgspec.UNSET
    """Version of the contract that is served."""

    build: str | msgspec.UnsetType = msgspec.UNSET
    """Build that answers, for example a commit; `development` outside of a deployment."""
