"""A stored row in the contract's words; pure."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from result_lambda.queries import Item

_INT64: Final = 2**63
_REQUIRED: Final = ("transaction_id", "user_id", "status")
_OPTIONAL: Final = ("marketing_id", "notification_title", "platform", "error_msg", "ap_id")


def record(item: Item) -> dict[str, Any]:
    """Return the contract's `Record` for a row, whatever the row lacks: answers are open, so no row is dropped.

    An attribute that is null, or no scalar, counts as lacking.
    """
    texts = {name: text for name, value in item.items() if isinstance(text := value.get("S", value.get("N")), str)}
    result: dict[str, Any] = {name: texts.get(name, "") for name in _REQUIRED}
    result["created_at"] = milliseconds(item["created_at"]["N"])
    return result | {name: texts[name] for name in _OPTIONAL if name in texts}


def milliseconds(number: str) -> int:
    """Return a stored `created_at` in whole milliseconds: a fraction only tells apart rows of one millisecond.

    A number that no time can be is brought into the contract's int64, so that it spoils no page.
    """
    value = int(number) if number.isdecimal() else int(Decimal(number).to_integral_value(ROUND_FLOOR))
    return max(-_INT64, min(value, _INT64 - 1))
