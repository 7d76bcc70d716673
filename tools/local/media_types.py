"""How API Gateway reads `Content-Type` and `Accept`."""

from collections.abc import Collection

ANY = "*/*"
JSON = "application/json"


def essence(value: str) -> str:
    """Return the first media type of a header value, in lower case and without parameters."""
    return value.partition(",")[0].partition(";")[0].strip().lower()


def is_binary(value: str | None, binary_media_types: Collection[str]) -> bool:
    """Tell whether a header names a binary media type; `*/*` among the types makes everything binary."""
    return ANY in binary_media_types or (value is not None and essence(value) in binary_media_types)
