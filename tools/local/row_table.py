"""A table as the loader sees it: rows go in by the batch, and it says which keys it already has."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from boto3.dynamodb.types import DYNAMODB_CONTEXT

from tools.local.ndjson import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# What names a row of notification-records: its user and its time in digits.
Key = tuple[str, str]

# BatchWriteItem takes 25 puts, and refuses them all if one is wrong or two have one key.
BATCH_ROWS: Final = 25

_ATTEMPTS: Final = 8
_FIRST_PAUSE_SECONDS: Final = 0.05
_Requests = Sequence[Any]  # puts or keys, as the call at hand takes them
_Element = TypeVar("_Element")


class ThrottledError(RuntimeError):
    """The table left a part of a batch undone at every attempt."""


class RowTable:
    """One table, written and asked in batches.

    What the engine leaves undone of a batch is asked again with growing pauses, seconds that `sleep` is given; every
    method raises ThrottledError if it stays undone.
    """

    def __init__(self, client: "DynamoDBClient", name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def write(self, rows: Iterable[Row]) -> int:
        """Write rows, no two of which have one key, over what the table has, and return how many."""
        written = 0
        for batch in batched(rows, BATCH_ROWS):
            self._until_done(self._put, [{"PutRequest": {"Item": _item(row)}} for row in batch])
            written += len(batch)
        return written

    def is_empty(self) -> bool:
        """Tell whether the table has no row."""
        return not self._client.scan(TableName=self._name, Limit=1)["Items"]

    def stored(self, keys: Iterable[Key]) -> set[Key]:
        """Return those of the keys, each given once, that the table has a row of."""
        found: set[Key] = set()
        for batch in batched(keys, BATCH_ROWS):
            asked = [{"user_id": {"S": user_id}, "created_at": {"N": created_at}} for user_id, created_at in batch]
            self._until_done(lambda requests: self._get(requests, found), asked)
        return found

    def _put(self, requests: _Requests) -> _Requests:
        undone: dict[str, Any] = self._client.batch_write_item(RequestItems={self._name: requests})["UnprocessedItems"]
        left: _Requests = undone.get(self._name, [])
        return left

    def _get(self, requests: _Requests, found: set[Key]) -> _Requests:
        answer = self._client.batch_get_item(
            RequestItems={
                self._name: {
                    "Keys": requests,
                    "ConsistentRead": True,
                    "ProjectionExpression": "user_id, created_at",
                }
            }
        )
        for item in answer["Responses"].get(self._name, []):
            found.add((item["user_id"]["S"], _digits(Decimal(item["created_at"]["N"]))))
        undone: dict[str, Any] = answer["UnprocessedKeys"]
        left: _Requests = undone.get(self._name, {}).get("Keys", [])
        return left

    def _until_done(self, call: Callable[[_Requests], _Requests], requests: _Requests) -> None:
        left = requests
        for attempt in range(_ATTEMPTS):
            left = call(left)
            if not left:
                return
            self._sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
        raise ThrottledError(f"{self._name} left {len(left)} rows of a batch undone at each of {_ATTEMPTS} attempts")


def key(row: Row) -> Key:
    """Return what names a row of notification-records; equal numbers give equal keys, however they are written."""
    return str(row["user_id"]), _digits(Decimal(row["created_at"]))


def batched(elements: Iterable[_Element], size: int) -> Iterator[list[_Element]]:
    """Yield the elements in lists of `size`, the last one shorter."""
    remaining = iter(elements)
    while batch := list(islice(remaining, size)):
        yield batch


def _item(row: Row) -> dict[str, Any]:
    return {name: {"S": value} if isinstance(value, str) else {"N": _digits(value)} for name, value in row.items()}


def _digits(number: Decimal) -> str:
    """Return the one way of writing a number that AWS answers with; not every engine makes it so by itself."""
    return format(number.normalize(DYNAMODB_CONTEXT), "f")
