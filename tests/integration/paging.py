"""Rows, walks over their pages, and a plain loop that computes the expected rows."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.unit.result_lambda.harness import Table

START = 1_761_998_400_000
BATCH = 25
_partitions = itertools.count(1)


@dataclass(frozen=True)
class Row:
    """A stored row; `user` is the number of its user within the example, None an attribute that it lacks."""

    user: int
    millisecond: int
    fraction: str
    status: str | None
    platform: str | None
    ap_id: str | None
    in_campaign: bool
    in_transaction: bool

    @property
    def created_at(self) -> str:
        """The number as it is sent to the table."""
        return f"{START + self.millisecond}{self.fraction}"

    @property
    def title(self) -> str:
        """The value that identifies the row in a response."""
        return f"{self.user}/{self.created_at}"

    def item(self, partition: str) -> dict[str, Any]:
        """Return the row as DynamoDB takes it."""
        texts = {
            "user_id": f"{partition}-{self.user}",
            "marketing_id": partition if self.in_campaign else None,
            "transaction_id": partition if self.in_transaction else None,
            "status": self.status,
            "platform": self.platform,
            "ap_id": self.ap_id,
            "notification_title": self.title,
        }
        present = {name: {"S": text} for name, text in texts.items() if text is not None}
        return {"created_at": {"N": self.created_at}, **present}


@dataclass(frozen=True)
class Walk:
    """An example: the initial rows, the rows that are stored after the first page, and the query."""

    rows: list[Row]
    later: list[Row]
    filters: dict[str, Any]


def new_partition() -> str:
    """Return a partition that no other example has."""
    return f"p{next(_partitions)}"


def store(table: Table, rows: Sequence[Row], partition: str) -> None:
    """Put the rows into the table."""
    for start in range(0, len(rows), BATCH):
        requests = [{"PutRequest": {"Item": row.item(partition)}} for row in rows[start : start + BATCH]]
        table.client.batch_write_item(RequestItems={table.name: requests})


def pages_of(table: Table, name: str, example: Walk, partition: str, *, limit: int) -> list[list[str]]:
    """Walk to the end, storing the later rows after the first page; return the titles of each page."""
    filters = {key: value for key, value in example.filters.items() if (name, key) != ("transaction_id", "status")}
    key = f"{partition}-0" if name == "user_id" else partition
    pages: list[list[str]] = []
    for page in table.walk(**{name: key}, limit=limit, **filters):
        if not pages:
            store(table, example.later, partition)
        pages.append([record["notification_title"] for record in page["items"]])
    return pages


def is_asked_for(row: Row, name: str, filters: dict[str, Any]) -> bool:
    """Return whether a row is in the partition of the query and matches its filters."""
    if name == "user_id":
        belongs = row.user == 0
    elif name == "marketing_id":
        belongs = row.in_campaign
    else:
        belongs = row.in_transaction and row.status == "FAILED"
    created_at = Decimal(row.created_at)
    start, end = filters.get("created_from"), filters.get("created_to")
    return (
        belongs
        and (name == "transaction_id" or filters.get("status") is None or row.status in filters["status"])
        and (filters.get("platform") is None or row.platform in filters["platform"])
        and filters.get("ap_id") in (None, row.ap_id)
        and (start is None or created_at >= start)
        and (end is None or created_at < end)
    )
