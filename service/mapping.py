"""The public contract's bodies in the internal contract's words, and back; pure."""

from collections.abc import Mapping
from typing import Any, Final

from generated_client.internal_query_client.models import RecordPage

_NOT_FILTERS: Final = ("limit", "cursor")


def filters(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a query selects by, in one spelling: without nulls, lists sorted, and without page and size."""
    return {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in sorted(body.items())
        if value is not None and name not in _NOT_FILTERS
    }


def answer(page: RecordPage, next_cursor: str | None) -> dict[str, Any]:
    """Return the public page for an internal one; a field that the internal contract adds to a record goes along."""
    result: dict[str, Any] = {"items": [record.to_dict() for record in page.items], "count": page.count}
    if next_cursor is not None:
        result["next_cursor"] = next_cursor
    return result


def next_position(page: RecordPage) -> dict[str, str] | None:
    """Return the position after `page`; None on the last one."""
    return page.next_position.to_dict() if page.next_position else None
