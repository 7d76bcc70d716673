from typing import Any

import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | None = None
    """Version of the contract that is served."""

    build: str | None = None
    """Build that answers, for example a commit; `development` outside of a deployment."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields with a value as plain types, for `json.dumps` or a data frame."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields
