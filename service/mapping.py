"""The public contract's bodies in the internal contract's words, and back; pure."""

from collections.abc import Mapping
from typing import Any, Final

_NOT_FILTERS: Final = ("limit", "cursor")


def filters(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a query selects by, in one spelling: without nulls, lists sorted, and without page and size."""
    return {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in sorted(body.items())
        if value is not None and name not in _NOT_FILTERS
    }


def answer(page: Mapping[str, Any], next_cursor: str | None) -> dict[str, Any]:
    """Return the public page for an internal one; a field that the internal contract adds to a record goes along."""
    result: dict[str, Any] = {"items": page["items"], "count": page["count"]}
    if next_cursor is not None:
        result["next_cursor"] = next_cursor
    return result


def next_position(page: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the position after `page`; None on the last one."""
    position: dict[str, str] | None = page.get("next_position")
    return position
