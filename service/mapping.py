"""The public contract's bodies in the internal contract's words, and back; pure."""

from collections.abc import Mapping
from typing import Any, Final

from generated_client.internal_query_client import RecordPage

_NOT_FILTERS: Final = ("limit", "cursor")


def filters(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a query selects by, in one spelling: without nulls, lists sorted, and without page and size."""
    return {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in sorted(body.items())
        if value is not None and name not in _NOT_FILTERS
    }


def answer(page: RecordPage, next_cursor: str | None) -> bytes:
    """Return the public page for an internal one, in JSON; a field that newer contracts add to a record goes along.

    The records are taken over as they came. A cursor is base64url: nothing of it has to be escaped.
    """
    following = b"" if next_cursor is None else b',"next_cursor":"%b"' % next_cursor.encode()
    return b'{"items":%b,"count":%d%b}' % (bytes(page.items), page.count, following)
