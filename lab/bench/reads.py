"""The read units of a page by the size of its partition, counted by DynamoDB Local.

A row is in four partitions of the same size: those of its user, its campaign (twice) and its transaction. One row in a
hundred has failed; the failures of the campaign are read from the index that is sorted by state.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from common.request import Deadline
from lab.bench import rows
from result_lambda import positions
from result_lambda.operations import Operations
from result_lambda.queries import FAILED, MARKETING, MARKETING_STATUS, TRANSACTION, USER, Index, Item, Query
from result_lambda.repository import NotificationRecords
from tools.local.dynamodb_local import dynamodb_local
from tools.local.row_files import Row
from tools.local.tables import NOTIFICATION_RECORDS, create_tables, dynamodb_client, table, write

INDEXES: Final = {"user": USER, "campaign": MARKETING, "transaction": TRANSACTION, "failures": MARKETING_STATUS}
LIMITS: Final = {"user": 10, "campaign": 100, "transaction": 100, "failures": 50}
PAGES: Final = ("first", "deep", "filtered")
# One row in 49 is from the platform that the filtered page asks for, among the failed ones too.
RARE: Final = 49

_REPEATS: Final = 15


def measure(sizes: list[int], report: Callable[[str], None]) -> dict[str, Any]:
    """Load a partition of each size on a new engine, and return the cost of each kind of page."""
    with dynamodb_local() as url:
        create_tables(dynamodb_client(url))
        return {"rare": RARE, "limits": LIMITS, "pages": cost_of(url, sizes, report)}


def cost_of(url: str, sizes: list[int], report: Callable[[str], None]) -> list[dict[str, Any]]:
    """Load the partitions into the tables at `url`, and return the cost of each kind of page in each of them."""
    for size in sizes:
        load(url, size, report)
    records = NotificationRecords(dynamodb_client(url), NOTIFICATION_RECORDS)
    return [row for size in sizes for row in _pages(records, size)]


def load(url: str, size: int, report: Callable[[str], None]) -> None:
    """Write the rows of the partitions of `size`."""
    started = time.monotonic()
    write(table(url, NOTIFICATION_RECORDS), (row_of(size, number) for number in range(size)))
    report(f"loaded {size:,} rows in {time.monotonic() - started:.0f} s")


def campaign_of(size: int) -> str:
    """Return the campaign of `size` rows."""
    return f"campaign_{size}"


def row_of(size: int, number: int) -> Row:
    """Return a row of the partitions of `size`."""
    return rows.row(number) | {
        "user_id": f"user_{size}",
        "transaction_id": f"tx_{size}",
        "marketing_id": campaign_of(size),
        "platform": "WEBPUSH" if number % RARE == 0 else "IOS",
    }


def _pages(records: NotificationRecords, size: int) -> Iterator[dict[str, Any]]:
    for name, index in INDEXES.items():
        for kind in PAGES:
            query = _query(index, size, name=name, kind=kind)
            read = [records.page(query, Deadline(60)) for _ in range(_REPEATS)]
            yield _line(size, name, kind, [each.cost.facts() for each in read]) | {"items": len(read[0].items)}
    body = {"user_id": f"user_{size}", "transaction_id": f"tx_{size}"}
    operations = Operations(records, {})
    explained = [operations.explain_push(body, Deadline(60))[1] for _ in range(_REPEATS)]
    yield _line(size, "user", "explained", explained)


def _line(size: int, index: str, page: str, costs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = costs[0]
    return {
        "rows": size,
        "index": index,
        "page": page,
        "read_units": first["read_units"],
        "calls": first["pages_read"],
        "rows_read": first["rows_read"],
        "ms": statistics.median(each["upstream_ms"] for each in costs),
    }


def _query(index: Index, size: int, *, name: str, kind: str) -> Query:
    middle = row_of(size, size // 2 // rows.FAILED * rows.FAILED)
    item: Item = {key: {"N" if key == "created_at" else "S": str(middle[key])} for key in index.keys}
    status = {"status": [FAILED]} if index is MARKETING_STATUS else {}
    return Query(
        index=index,
        key=str(middle[index.partition_key]),
        limit=LIMITS[name],
        filters=status | ({"platform": ["WEBPUSH"]} if kind == "filtered" else {}),
        start=positions.start_key(positions.of(item, index), index) if kind == "deep" else None,
    )
