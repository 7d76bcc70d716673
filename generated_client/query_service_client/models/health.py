from .._runtime import Model


class Health(Model, frozen=True, kw_only=True, omit_defaults=True):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | None = None
    """The version of the contract."""

    build: str | None = None
    """The build, for example a commit. `development` outside a deployment."""
