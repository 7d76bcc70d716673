"""Builds the keys, conditions and filters of DynamoDB's `Query` calls; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any, Final

from result_lambda.contract import PROPERTIES

# A filter of a request compares the attribute of its own name: equal to a value, or to one of a list.
# A filter that does otherwise has a line here: its attribute and comparison.
COMPARISONS: Final = {
    "created_from": ("created_at", ">="),
    "created_to": ("created_at", "<"),
}
# DynamoDB keeps numbers to 38 significant digits:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
DIGITS: Final = 38
_LEAST_EXPONENT: Final = -130
_NUMBERS: Final = Context(prec=DIGITS, Emin=_LEAST_EXPONENT + DIGITS - 1)

FAILED: Final = "FAILED"
# Filters on derived fields, which DynamoDB does not know.
DERIVED: Final = ("reason",)

Item = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Index:
    """The table (`name` is None) or one of its indexes; `keys` are the keys of a position in it."""

    name: str | None
    partition_key: str
    keys: tuple[str, ...]
    sorted_by_time: bool


USER: Final = Index(None, "user_id", ("user_id", "created_at"), sorted_by_time=True)
MARKETING: Final = Index(
    "marketing_id-index", "marketing_id", ("marketing_id", "user_id", "created_at"), sorted_by_time=True
)
TRANSACTION: Final = Index(
    "transaction_id-status-index",
    "transaction_id",
    ("transaction_id", "status", "user_id", "created_at"),
    sorted_by_time=False,
)
MARKETING_STATUS: Final = Index(
    "marketing_id-status-index",
    "marketing_id",
    ("marketing_id", "status", "user_id", "created_at"),
    sorted_by_time=False,
)


@dataclass(frozen=True, kw_only=True)
class Query:
    """One page of one partition: at most `limit` rows that match all `filters`, from `start` on.

    `filters` are those of the request by name, without nulls: a list, a text or a number. The time window is
    `created_from` (inclusive) to `created_to` (exclusive) in epoch milliseconds. `start_status` is the state at which
    the page starts in an index that is sorted by state.
    """

    index: Index
    key: str
    limit: int
    filters: Mapping[str, Any] = field(default_factory=dict)
    start: Item | None = None
    start_status: str | None = None

    @property
    def legs(self) -> list[str | None]:
        """The states that are read one after the other, from that of the position on; None reads all states at once.

        In an index that is sorted by state, DynamoDB takes one state, or all of them.
        """
        if self.index.sorted_by_time or "status" not in self.filters:
            return [None]
        return [status for status in sorted(self.filters["status"]) if status >= (self.start_status or "")]

    @property
    def created_from(self) -> int | None:
        """Start of the time window."""
        return self.filters.get("created_from")

    @property
    def created_to(self) -> int | None:
        """End of the time window."""
        return self.filters.get("created_to")

    @property
    def reasons(self) -> list[str] | None:
        """The reasons of the failures that match; None for all rows."""
        return self.filters.get("reason")

    @property
    def is_empty(self) -> bool:
        """Whether the query cannot match a row: the window ends before it starts, or no state is left."""
        ends_early = (
            self.created_from is not None and self.created_to is not None and self.created_to <= self.created_from
        )
        return ends_early or self.filters.get("status") == []

    def admits(self, created_at: Decimal) -> bool:
        """Return whether a time lies in the window."""
        return (self.created_from is None or self.created_from <= created_at) and (
            self.created_to is None or created_at < self.created_to
        )

    def covers(self, row: Item) -> bool:
        """Return whether a row that was read lies in the window: the condition of a key begins a step before it."""
        return self.created_from is None or self.admits(Decimal(row["created_at"]["N"]))


def request(query: Query, status: str | None = None, attributes: Iterable[str] = PROPERTIES) -> dict[str, Any]:
    """Return the arguments of DynamoDB's `Query` for a leg of `query`, without the table's name and the page's size.

    `attributes` are those that are read of a row, the keys and filters of the query among them.
    """
    conditions = _Conditions(query, status)
    result: dict[str, Any] = {
        "KeyConditionExpression": " AND ".join(conditions.keys),
        "ExpressionAttributeNames": {f"#{name}": name for name in attributes},
        "ExpressionAttributeValues": conditions.values,
        "ProjectionExpression": ", ".join(f"#{name}" for name in attributes),
        "ScanIndexForward": False,
    }
    if conditions.filters:
        result["FilterExpression"] = " AND ".join(conditions.filters)
    if query.index.name is not None:
        result["IndexName"] = query.index.name
    return result


def _step_before(milliseconds: int) -> Decimal:
    """Return the largest number before `milliseconds` that DynamoDB can hold."""
    return Decimal(milliseconds).next_minus(_NUMBERS)


class _Conditions:
    """The conditions of a query: `keys` limit the rows that are read, `filters` the rows that are returned."""

    def __init__(self, query: Query, status: str | None) -> None:
        self.values: dict[str, dict[str, str]] = {}
        self.keys = [f"#{query.index.partition_key} = {self._value('key', query.key)}"]
        self.filters: list[str] = []
        filters = dict(query.filters)
        if query.index.sorted_by_time:
            self.keys += self._window(filters.pop("created_from", None), filters.pop("created_to", None))
        else:
            filters.pop("status", None)
        if status is not None:
            self.keys.append(f"#status = {self._value('status', status)}")
        for name, wanted in filters.items():
            if name not in DERIVED:
                self._filter(name, wanted)

    def _window(self, created_from: int | None, created_to: int | None) -> list[str]:
        """Return the one condition that a sort key may have.

        It begins a step before the window: DynamoDB rejects a start key that lies on the bound.
        """
        if created_from is None:
            return [] if created_to is None else [f"#created_at < {self._value('to', created_to)}"]
        before = self._value("before", _step_before(created_from))
        if created_to is None:
            return [f"#created_at > {before}"]
        return [f"#created_at BETWEEN {before} AND {self._value('last', _step_before(created_to))}"]

    def _filter(self, name: str, wanted: Any) -> None:  # noqa: ANN401  # a value of a checked body
        attribute, comparison = COMPARISONS.get(name, (name, "="))
        if isinstance(wanted, list):
            values = [self._value(f"{name}{number}", value) for number, value in enumerate(wanted)]
            self.filters.append(f"#{attribute} IN ({', '.join(values)})")
        else:
            self.filters.append(f"#{attribute} {comparison} {self._value(name, wanted)}")

    def _value(self, name: str, value: str | int | Decimal) -> str:
        """Add a value, and return its name in an expression."""
        self.values[f":{name}"] = {"S": value} if isinstance(value, str) else {"N": str(value)}
        return f":{name}"
