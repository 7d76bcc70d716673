"""Queries sampled from a table: users, campaigns and transactions that have rows."""

import itertools
import random
from collections.abc import Iterator
from typing import Any, Final

from tools.migration.aws import Aws
from tools.migration.parity.queries import NEW_FAIL, Query, query

# Each call reads some rows of one segment; the order of the segments is random.
_PARTS: Final = 100
_ROWS_A_PART: Final = 50
_KEYS: Final = {"/query/user": "user_id", "/query/marketing": "marketing_id", NEW_FAIL: "transaction_id"}


def from_table(aws: Aws, table: str, *, size: int, seed: int) -> list[Query]:
    """Return at most `size` distinct queries for ids in the table, with the operations in turn.

    The same seed reads the same segments. One unknown id for each operation is included, because empty answers have
    to be equal too.
    """
    chance = random.Random(seed)  # noqa: S311  # nosec B311  # selects rows; not a secret
    found: dict[str, dict[Query, None]] = {path: {} for path in _KEYS}
    for path, name in _KEYS.items():
        found[path][query(path, {name: "nobody-and-nothing"})] = None
    for row in _rows(aws, table, chance):
        for path, name in _KEYS.items():
            if "S" in row.get(name, {}):
                found[path][query(path, {name: row[name]["S"]})] = None
        if len(found["/query/user"]) >= size:
            break
    turns = itertools.chain.from_iterable(itertools.zip_longest(*found.values()))
    return [one for one in turns if one is not None][:size]


def _rows(aws: Aws, table: str, chance: random.Random) -> Iterator[dict[str, Any]]:
    client = aws.client("dynamodb")
    names = tuple(_KEYS.values())
    for part in chance.sample(range(_PARTS), _PARTS):
        yield from client.scan(
            TableName=table,
            TotalSegments=_PARTS,
            Segment=part,
            Limit=_ROWS_A_PART,
            ProjectionExpression=", ".join(names),
        )["Items"]
