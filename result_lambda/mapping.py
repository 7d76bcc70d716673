"""Translates a stored row into the contract's record; pure."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from result_lambda.contract import PROPERTIES
from result_lambda.queries import DIGITS, FAILED, Item
from result_lambda.reasons import reason

INT64: Final = 2**63
_INTEGERS: Final = tuple(name for name, schema in PROPERTIES.items() if schema["type"] == "integer")
_TEXTS: Final = tuple(name for name in PROPERTIES if name not in _INTEGERS)


def record(item: Item) -> dict[str, Any]:
    """Return the contract's record for a row.

    A property that the row lacks is left out, and only a failed row has a reason. A number where the contract has a
    text is its digits. An attribute of any other type counts as missing.
    """
    result: dict[str, Any] = {}
    for name in _TEXTS:
        if (value := text(item, name)) is not None:
            result[name] = value
    for name in _INTEGERS:
        if name in item and (number := _integer(item[name])) is not None:
            result[name] = number
    if result.get("status") == FAILED:
        result["reason"] = reason(result.get("error_msg", ""), result.get("platform", ""))
    return result


def text(item: Item, name: str) -> str | None:
    """Return an attribute as a text; None if the row has none, or one of another type."""
    if name not in item:
        return None
    value = item[name].get("S", item[name].get("N"))
    return value if isinstance(value, str) else None


def whole(number: str) -> int:
    """Return the floor of a stored number: the fraction of `created_at` only distinguishes rows of one millisecond.

    A number beyond the contract's int64 becomes the nearest one within it.
    """
    value = int(number) if number.isdecimal() else int(Decimal(number).to_integral_value(ROUND_FLOOR))
    return max(-INT64, min(value, INT64 - 1))


def _integer(stored: Mapping[str, str]) -> int | None:
    if "N" in stored:
        return whole(stored["N"])
    digits = stored.get("S")
    return whole(digits) if isinstance(digits, str) and digits.isdecimal() and len(digits) <= DIGITS else None
