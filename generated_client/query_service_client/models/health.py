from typing import Any

import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | None = None
    """The version of the contract."""

    build: str | None = None
    """The build, for example a commit. `development` outside a deployment."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
