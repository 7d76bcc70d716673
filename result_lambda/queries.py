"""What is asked of DynamoDB: the keys, conditions and filters of one `Query` call; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Final

# The attributes of a record, all that is ever read of a row.
ATTRIBUTES: Final = (
    "transaction_id",
    "user_id",
    "created_at",
    "status",
    "marketing_id",
    "notification_title",
    "platform",
    "error_msg",
    "ap_id",
)
# DynamoDB keeps numbers to 38 significant digits:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
DIGITS: Final = 38
_LEAST_EXPONENT: Final = -130
_NUMBERS: Final = Context(prec=DIGITS, Emin=_LEAST_EXPONENT + DIGITS - 1)

Item = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Index:
    """One way into the table: `name` is None for the table itself, `keys` are those of a position in it."""

    name: str | None
    partition_key: str
    keys: tuple[str, ...]
    sorted_by_time: bool


USER: Final = Index(None, "user_id", ("user_id", "created_at"), sorted_by_time=True)
MARKETING: Final = Index(
    "marketing_id-index", "marketing_id", ("marketing_id", "user_id", "created_at"), sorted_by_time=True
)
FAILED: Final = Index(
    "transaction_id-status-index",
    "transaction_id",
    ("transaction_id", "status", "user_id", "created_at"),
    sorted_by_time=False,
)


@dataclass(frozen=True, kw_only=True)
class Query:
    """One page of one partition: at most `limit` rows that match, from `start` on.

    The window is `created_from` (inclusive) to `created_to` (exclusive) in epoch milliseconds.
    """

    index: Index
    key: str
    limit: int
    statuses: Sequence[str] | None = None
    platforms: Sequence[str] | None = None
    ap_id: str | None = None
    created_from: int | None = None
    created_to: int | None = None
    start: Item | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether the window ends before it starts, so that nothing can match."""
        return self.created_from is not None and self.created_to is not None and self.created_to <= self.created_from

    def admits(self, created_at: Decimal) -> bool:
        """Tell whether a time lies in the window."""
        return (self.created_from is None or self.created_from <= created_at) and (
            self.created_to is None or created_at < self.created_to
        )


def request(query: Query) -> dict[str, Any]:
    """Return the arguments of DynamoDB's `Query` for `query`, without the table's name and the page's size."""
    conditions = _Expressions(query)
    result: dict[str, Any] = {
        "KeyConditionExpression": " AND ".join(conditions.keys),
        "ExpressionAttributeNames": {f"#{name}": name for name in ATTRIBUTES},
        "ExpressionAttributeValues": conditions.values,
        "ProjectionExpression": ", ".join(f"#{name}" for name in ATTRIBUTES),
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


class _Expressions:
    """The conditions of a query: what the key can decide goes to the key, the rest to the filter."""

    def __init__(self, query: Query) -> None:
        self.values: dict[str, dict[str, str]] = {}
        self.keys = [f"#{query.index.partition_key} = {self._value('key', query.key)}"]
        self.filters: list[str] = []
        self._window(query)
        if not query.index.sorted_by_time:
            self.keys.append(f"#status = {self._value('failed', 'FAILED')}")
        self._one_of("status", query.statuses)
        self._one_of("platform", query.platforms)
        if query.ap_id is not None:
            self.filters.append(f"#ap_id = {self._value('ap_id', query.ap_id)}")

    def _window(self, query: Query) -> None:
        if query.index.sorted_by_time:
            self.keys += self._window_of_the_key(query.created_from, query.created_to)
            return
        if query.created_from is not None:
            self.filters.append(f"#created_at >= {self._value('from', str(query.created_from), 'N')}")
        if query.created_to is not None:
            self.filters.append(f"#created_at < {self._value('to', str(query.created_to), 'N')}")

    def _window_of_the_key(self, created_from: int | None, created_to: int | None) -> list[str]:
        """Return the one condition that a key may have.

        It begins a step before the window: DynamoDB refuses to start a page at a row that lies on the bound.
        """
        if created_from is None:
            return [] if created_to is None else [f"#created_at < {self._value('to', str(created_to), 'N')}"]
        before = self._value("before", str(_step_before(created_from)), "N")
        if created_to is None:
            return [f"#created_at > {before}"]
        return [f"#created_at BETWEEN {before} AND {self._value('last', str(_step_before(created_to)), 'N')}"]

    def _one_of(self, attribute: str, wanted: Sequence[str] | None) -> None:
        if wanted is not None:
            names = [self._value(f"{attribute}{number}", value) for number, value in enumerate(wanted)]
            self.filters.append(f"#{attribute} IN ({', '.join(names)})")

    def _value(self, name: str, value: str, kind: str = "S") -> str:
        self.values[f":{name}"] = {kind: value}
        return f":{name}"
