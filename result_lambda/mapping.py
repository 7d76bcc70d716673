"""A stored row in the contract's words; pure."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from result_lambda.queries import Item

_INT64: Final = 2**63
_REQUIRED: Final = ("transaction_id", "user_id", "status")
_OPTIONAL: Final = ("marketing_id", "notification_title", "platform", "error_msg", "ap_id")


def record(item: Item) -> dict[str, Any]:
    """Return the contract's `Record` for a row, whatever the row lacks: answers are open, so no row is dropped."""
    result: dict[str, Any] = {name: _text(item, name) or "" for name in _REQUIRED}
    result["created_at"] = milliseconds(item["created_at"]["N"])
    for name in _OPTIONAL:
        text = _text(item, name)
        if text is not None:
            result[name] = text
    return result


def milliseconds(number: str) -> int:
    """Return a stored `created_at` in whole milliseconds: a fraction only tells apart rows of one millisecond.

    A number that no time can be is brought into the contract's int64, so that it spoils no page.
    """
    value = int(number) if number.isdecimal() else int(Decimal(number).to_integral_value(ROUND_FLOOR))
    return max(-_INT64, min(value, _INT64 - 1))


def _text(item: Item, name: str) -> str | None:
    """Return an attribute as text; None where the row has none, or a null, or something that is no scalar."""
    value = item.get(name, {})
    found = value.get("S", value.get("N"))
    return found if isinstance(found, str) else None
