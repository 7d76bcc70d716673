"""The read units of a page by the size of its partition, counted by DynamoDB Local.

A row is in three partitions of the same size: those of its user, its campaign and its transaction.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from common.request import Deadline
from result_lambda import positions
from result_lambda.queries import MARKETING, TRANSACTION, USER, Index, Item, Query
from result_lambda.repository import NotificationRecords
from tools.local.dynamodb_local import dynamodb_local
from tools.local.row_files import Row
from tools.local.tables import NOTIFICATION_RECORDS, create_tables, dynamodb_client, table, write

INDEXES: Final = {"user": USER, "campaign": MARKETING, "transaction": TRANSACTION}
LIMITS: Final = {"user": 10, "campaign": 100, "transaction": 100}
PAGES: Final = ("first", "deep", "filtered")
# One row in 50 is from the platform that the filtered page asks for.
RARE: Final = 50

_FIRST_MS: Final = 1_761_998_400_000
_REPEATS: Final = 15


def measure(sizes: list[int], report: Callable[[str], None]) -> dict[str, Any]:
    """Load a partition of each size on a new engine, and return the cost of each kind of page."""
    with dynamodb_local() as url:
        create_tables(dynamodb_client(url))
        return {"rare": RARE, "limits": LIMITS, "pages": cost_of(url, sizes, report)}


def cost_of(url: str, sizes: list[int], report: Callable[[str], None]) -> list[dict[str, Any]]:
    """Load the partitions into the tables at `url`, and return the cost of each kind of page in each of them."""
    for size in sizes:
        started = time.monotonic()
        write(table(url, NOTIFICATION_RECORDS), (_row(size, number) for number in range(size)))
        report(f"loaded {size:,} rows in {time.monotonic() - started:.0f} s")
    records = NotificationRecords(dynamodb_client(url), NOTIFICATION_RECORDS)
    return [row for size in sizes for row in _pages(records, size)]


def _row(size: int, number: int) -> Row:
    """Return a row of the partitions of `size`."""
    return {
        "user_id": f"user_{size}",
        "created_at": Decimal(_FIRST_MS + number * 1_000),
        "transaction_id": f"tx_{size}",
        "marketing_id": f"campaign_{size}",
        "notification_title": "Your order is on its way",
        "status": "FAILED",
        "platform": "WEBPUSH" if number % RARE == 0 else "IOS",
        "error_msg": "APNs 410 Unregistered: the device token is no longer active",
        "ap_id": "mobile-app-001",
    }


def _pages(records: NotificationRecords, size: int) -> Iterator[dict[str, Any]]:
    for name, index in INDEXES.items():
        for kind in PAGES:
            query = _query(index, size, name=name, kind=kind)
            read = [records.page(query, Deadline(60)) for _ in range(_REPEATS)]
            page, cost = read[0], read[0].cost
            yield {
                "rows": size,
                "index": name,
                "page": kind,
                "read_units": cost.read_units,
                "calls": cost.pages_read,
                "rows_read": cost.rows_read,
                "items": len(page.items),
                "ms": statistics.median(each.cost.upstream_ms for each in read),
            }


def _query(index: Index, size: int, *, name: str, kind: str) -> Query:
    middle = _row(size, size // 2)
    item: Item = {key: {"N" if key == "created_at" else "S": str(middle[key])} for key in index.keys}
    return Query(
        index=index,
        key=str(middle[index.partition_key]),
        limit=LIMITS[name],
        filters={"platform": ["WEBPUSH"]} if kind == "filtered" else {},
        start=positions.start_key(positions.of(item, index), index) if kind == "deep" else None,
    )
