"""Compares two answers field by field, and describes the differences in few lines."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import httpx

from tools.migration.parity.asking import Answer, Record
from tools.migration.parity.queries import Query

Records = Sequence[Record]

ABSENT: Final = object()
# Fields that differ between equal answers.
IGNORED: Final = ("next_cursor", "request_id")
# The index of these is not sorted by time.
UNORDERED: Final = frozenset({"query_transaction", "query_fail", "query_marketing_fail"})

_MOST_PAIRED: Final = 200  # rows to pair with each other; the time grows with its square
_NAMES_A_ROW: Final = ("transaction_id", "user_id", "created_at", "status")


@dataclass(frozen=True)
class Difference:
    """One difference: the place, and the value on each side, or ABSENT. As text it is one line."""

    where: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.where}: {_shown(self.old)} -> {_shown(self.new)}"


def compare(query: Query, old: Answer, new: Answer, *, ignored: Collection[str] = IGNORED) -> list[Difference]:
    """Return the differences between two answers. If one side has more pages, the rows read of both are compared.

    Rows with the same time, and those of a transaction, may come in any order: neither side promises one.
    """
    if old.status != new.status:
        return [Difference("status", old.status, new.status)]
    if old.status != httpx.codes.OK:
        # The body of an error changes with the move, so only a code that both have is compared.
        both = "code" in old.fields and "code" in new.fields
        return [one for one in _fields("", old.fields, new.fields, skipped=()) if both and one.where == "code"]
    found = [Difference("content type", old.media_type, new.media_type)] if old.media_type != new.media_type else []
    found += _fields("", old.fields, new.fields, skipped={*ignored, "count"})
    found += [] if "count" in ignored else _counts(old, new)
    found += _rows(*_same_length(query, old, new), ordered=query.operation not in UNORDERED, ignored=ignored)
    return found


def _counts(old: Answer, new: Answer) -> list[Difference]:
    """Compare whether `count` fits the items on each side; missing rows are reported with the rows."""
    counts = [(side.fields.get("count", ABSENT), len(side.items)) for side in (old, new)]
    kinds = ["absent" if count is ABSENT else count == rows for count, rows in counts]
    return [Difference("count", counts[0][0], counts[1][0])] if kinds[0] != kinds[1] else []


def _same_length(query: Query, old: Answer, new: Answer) -> tuple[Records, Records]:
    """Cut both lists to the length of the shorter incomplete one."""
    end = min((len(side.items) for side in (old, new) if not side.whole), default=None)
    cut = [side.items[:end] for side in (old, new)]
    longer = [side.items for side in (old, new) if end and len(side.items) > end]
    last, beyond = ([items[place].get("created_at") for items in longer] for place in ((end or 0) - 1, end or 0))
    if query.operation not in UNORDERED and last and last == beyond:
        # The cut falls between rows with the same time, which may come in any order.
        cut = [[row for row in rows if row.get("created_at") != last[0]] for rows in cut]
    return cut[0], cut[1]


def _rows(old: Records, new: Records, *, ordered: bool, ignored: Collection[str]) -> Iterator[Difference]:
    before, after = (  # both without the ignored fields
        [{name: value for name, value in row.items() if name not in ignored} for row in rows] for rows in (old, new)
    )
    if _settled(before, ordered=ordered) == _settled(after, ordered=ordered):
        return
    left, right = _without(before, after), _without(after, before)
    if not left and not right:
        place = next(n for n, pair in enumerate(zip(before, after, strict=True)) if len({*map(_text, pair)}) > 1)
        yield Difference(f"order: place {place + 1}", _name(before[place]), _name(after[place]))
        return
    for row in list(left):
        partner = _closest(row, right) if len(left) <= _MOST_PAIRED and len(right) <= _MOST_PAIRED else None
        if partner is not None:
            left.remove(row)
            right.remove(partner)
            yield from _fields(f"{_name(row)} ", row, partner, skipped=())
    yield from (Difference(f"row {_name(row)}", row, ABSENT) for row in left)
    yield from (Difference(f"row {_name(row)}", ABSENT, row) for row in right)


def _settled(rows: Records, *, ordered: bool) -> list[str]:
    """Return rows as text; where no order is promised, sorted."""
    if not ordered:
        return sorted(map(_text, rows))
    groups = groupby(rows, key=lambda row: _text(row.get("created_at")))
    return [text for _, group in groups for text in sorted(map(_text, group))]


def _without(rows: Records, others: Records) -> list[Record]:
    """Return the rows without an equal row among the others, each of which is matched once."""
    free = Counter(map(_text, others))
    kept = []
    for row in rows:
        if free[_text(row)]:
            free[_text(row)] -= 1
        else:
            kept.append(row)
    return kept


def _closest(row: Record, others: Records) -> Record | None:
    """Return the row that shares the most fields with this one, if it shares at least half."""
    common = [(sum(_text(row.get(k, ABSENT)) == _text(v) for k, v in other.items()), other) for other in others]
    most, partner = max(common, key=lambda scored: scored[0], default=(0, {}))
    return partner if 2 * most >= max(len(row), 1) else None


def _fields(
    where: str, old: Mapping[str, Any], new: Mapping[str, Any], *, skipped: Collection[str]
) -> list[Difference]:
    names = [name for name in dict.fromkeys((*old, *new)) if name not in skipped]
    pairs = [(name, old.get(name, ABSENT), new.get(name, ABSENT)) for name in names]
    return [Difference(f"{where}{name}", a, b) for name, a, b in pairs if _text(a) != _text(b)]


def _name(row: Record) -> str:
    return " ".join(str(row[name]) for name in _NAMES_A_ROW if name in row) or "without a name"


def _text(value: Any) -> str:  # noqa: ANN401  # any JSON, and its absence
    return "" if value is ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _shown(value: Any) -> str:  # noqa: ANN401  # any JSON, and its absence
    if value is ABSENT:
        return "absent"
    return "present" if isinstance(value, dict) else json.dumps(value, ensure_ascii=False)
