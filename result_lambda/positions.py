"""Positions in an index: the keys of the last row read, in the contract's form; pure."""

from collections.abc import Mapping
from decimal import Decimal

from common.problem import ProblemError
from result_lambda import mapping
from result_lambda.queries import DIGITS, Index, Item, Query

_NUMBERS = ("created_at",)


def of(item: Item, index: Index) -> dict[str, str]:
    """Return the position after `item`, which is a row or a `LastEvaluatedKey`."""
    return {key: _number(item[key]["N"]) if key in _NUMBERS else item[key]["S"] for key in index.keys}


def before(status: str, query: Query) -> dict[str, str]:
    """Return the position before the first row of a state, in an index that is sorted by state."""
    return {query.index.partition_key: query.key, "status": status}


def searched_until(position: Mapping[str, str]) -> int:
    """Return the earliest millisecond of which no row follows `position`, in an order by time, the newest first."""
    return mapping.whole(position["created_at"]) + 1


def start_key(position: Mapping[str, str], index: Index) -> Item | None:
    """Return the `ExclusiveStartKey` of `position`; None for a position before the first row of a state."""
    if position.keys() != set(index.keys):
        return None
    return {key: {"N" if key in _NUMBERS else "S": position[key]} for key in index.keys}


def check(position: Mapping[str, str], query: Query) -> None:
    """Raise ProblemError `invalid_position` unless `position` lies in the partition, states and window of `query`."""
    if position[query.index.partition_key] != query.key:
        raise ProblemError("invalid_position", f"It belongs to another {query.index.partition_key}.")
    if not query.index.sorted_by_time and position["status"] not in query.filters.get("status", [position["status"]]):
        raise ProblemError("invalid_position", "It belongs to another status.")
    if ("user_id" in position) != ("created_at" in position):
        raise ProblemError("invalid_position", "It has only one of user_id and created_at.")
    if "created_at" not in position:
        return
    created_at = Decimal(position["created_at"])
    if len(created_at.as_tuple().digits) > DIGITS:
        raise ProblemError("invalid_position", f"created_at has more than {DIGITS} digits.")
    # If the window is a filter and not part of the key, the last row read may lie outside of it.
    if query.index.sorted_by_time and not query.admits(created_at):
        raise ProblemError("invalid_position", "It lies outside of the time window.")


def _number(text: str) -> str:
    """Return a number in digits, as the contract requires; engines other than AWS may return `1e0`."""
    return text if text.isdecimal() else format(Decimal(text), "f")
