import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | None = None
    """Version of the contract that is served."""

    build: str | None = None
    """Build that answers, for example a commit; `development` outside of a deployment."""
