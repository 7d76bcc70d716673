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
        start = self.created_from if self.created_from is not None else 0
        return self.created_to is not None and self.created_to <= start

    def window(self) -> tuple[Decimal, Decimal] | None:
        """Return the first and the last `created_at` of the window, both inclusive; None where it has no bound."""
        if self.created_from is None and self.created_to is None:
            return None
        last = Decimal(10**16) if self.created_to is None else Decimal(self.created_to)
        return Decimal(self.created_from or 0), last.next_minus(Context(prec=DIGITS))


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
        window = query.window()
        if window is None:
            return
        first, last = (
            self._value(name, str(bound), "N") for name, bound in zip(("first", "last"), window, strict=True)
        )
        target = self.keys if query.index.sorted_by_time else self.filters
        target.append(f"#created_at BETWEEN {first} AND {last}")

    def _one_of(self, attribute: str, wanted: Sequence[str] | None) -> None:
        if wanted is not None:
            names = [self._value(f"{attribute}{number}", value) for number, value in enumerate(wanted)]
            self.filters.append(f"#{attribute} IN ({', '.join(names)})")

    def _value(self, name: str, value: str, kind: str = "S") -> str:
        self.values[f":{name}"] = {kind: value}
        return f":{name}"
