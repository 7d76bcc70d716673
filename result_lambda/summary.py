"""Counts the rows of a campaign; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from result_lambda import mapping
from result_lambda.mapping import INT64
from result_lambda.queries import FAILED, Item
from result_lambda.reasons import reason

# The attributes that are counted, and the keys of the position after any row.
ATTRIBUTES: Final = (
    "user_id",
    "marketing_id",
    "created_at",
    "status",
    "platform",
    "error_msg",
    "ap_id",
    "transaction_id",
)
# The largest number of counts of one kind in one answer.
MOST_CELLS: Final = 1_000
# A stored value that is longer is cut, so that an answer of MOST_CELLS fits into a response of Lambda.
MOST_CHARACTERS: Final = 256
INTERVALS: Final = {"hour": 3_600_000, "day": 86_400_000}

_CELL: Final = ("status", "platform", "reason", "ap_id")
_POINT: Final = ("start", "status")
_TRANSACTION: Final = ("transaction_id", "status")

Key = tuple[Any, ...]


class Tally:
    """The counts of the rows so far: by cell, by interval of time, and by transaction.

    `interval` is a key of INTERVALS, or None for no counts over time. A row that would need a cell or a point over
    MOST_CELLS is not counted: the next answer begins with it. Transactions over MOST_CELLS are not an answer's matter:
    they are left out, all of them.
    """

    def __init__(self, interval: str | None = None) -> None:
        self._width = None if interval is None else INTERVALS[interval]
        self._cells: Counter[Key] = Counter()
        self._points: Counter[Key] = Counter()
        self._transactions: Counter[Key] = Counter()

    def add(self, rows: Sequence[Item]) -> int:
        """Count rows until one has no room; return how many were counted."""
        for number, row in enumerate(rows):
            status, platform = _text(row, "status"), _text(row, "platform")
            why = reason(mapping.text(row, "error_msg") or "", platform or "") if status == FAILED else None
            cell = (status, platform, why, _text(row, "ap_id"))
            point = None if self._width is None else (_start(row, self._width), status)
            if not self._has_room(cell, point):
                return number
            self._cells[cell] += 1
            if point is not None:
                self._points[point] += 1
            if len(self._transactions) <= MOST_CELLS:
                self._transactions[_text(row, "transaction_id"), status] += 1
        return len(rows)

    def counts(self) -> dict[str, Any]:
        """Return the counts as the contract has them: the largest first, those over time by their time."""
        result: dict[str, Any] = {"rows": self._cells.total(), "cells": _listed(_CELL, self._cells.most_common())}
        if self._width is not None:
            result["series"] = _listed(_POINT, sorted(self._points.items(), key=lambda each: each[0][0]))
        if len(self._transactions) <= MOST_CELLS:
            result["transactions"] = _listed(_TRANSACTION, self._transactions.most_common())
        return result

    def _has_room(self, cell: Key, point: Key | None) -> bool:
        if len(self._cells) >= MOST_CELLS and cell not in self._cells:
            return False
        return len(self._points) < MOST_CELLS or point in self._points


def _text(row: Item, name: str) -> str | None:
    text = mapping.text(row, name)
    return text if text is None or len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS]


def _start(row: Item, width: int) -> int:
    created_at = mapping.whole(row["created_at"]["N"])
    return max(-INT64, created_at - created_at % width)


def _listed(names: tuple[str, ...], counts: Iterable[tuple[Key, int]]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in zip(names, key, strict=True) if value is not None} | {"rows": rows}
        for key, rows in counts
    ]
