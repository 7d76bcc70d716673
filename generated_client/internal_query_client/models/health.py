import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | msgspec.UnsetType = msgspec.UNSET
    """The version of the contract."""

    build: str | msgspec.UnsetType = msgspec.UNSET
    """The build, for example a commit. `development` outside a deployment."""
