"""Rows, walks over their pages, and a plain loop that computes the expected rows."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from result_lambda.contract import OPERATIONS
from tests.unit.result_lambda.harness import LISTS, Table

START = 1_761_998_400_000
BATCH = 25
# The states that an operation fixes.
FIXED: Final[Mapping[str, list[str]]] = {"query_fail": ["FAILED"], "query_marketing_fail": ["FAILED"]}
# The error messages of failed rows, with their reason.
REASONS: Final[Mapping[str | None, str]] = {None: "UNKNOWN", "410 Unregistered": "TOKEN_UNREGISTERED"}
# As the value of a filter: the id of the example's own transaction or campaign.
OWN = "own"
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
    error_msg: str | None = None

    @property
    def created_at(self) -> str:
        """The number as it is sent to the table."""
        return f"{START + self.millisecond}{self.fraction}"

    @property
    def reason(self) -> str | None:
        """The reason of a failed row."""
        return REASONS[self.error_msg] if self.status == "FAILED" else None

    @property
    def title(self) -> str:
        """The value that identifies the row in a response."""
        return f"{self.user}/{self.created_at}"

    def key(self, partition: str) -> dict[str, Any]:
        """Return the key of the row as DynamoDB takes it."""
        return {"user_id": {"S": f"{partition}-{self.user}"}, "created_at": {"N": self.created_at}}

    def item(self, partition: str) -> dict[str, Any]:
        """Return the row as DynamoDB takes it."""
        texts = {
            "marketing_id": partition if self.in_campaign else None,
            "transaction_id": partition if self.in_transaction else None,
            "status": self.status,
            "platform": self.platform,
            "ap_id": self.ap_id,
            "notification_title": self.title,
            "error_msg": self.error_msg,
        }
        present = {name: {"S": text} for name, text in texts.items() if text is not None}
        return {**self.key(partition), **present}


@dataclass(frozen=True)
class Walk:
    """An example: the initial rows, the query, and what changes after the first page.

    `later` are rows that are stored then, `gone` the initial rows that are deleted then.
    """

    rows: list[Row]
    later: list[Row]
    filters: dict[str, Any]
    gone: list[Row] = field(default_factory=list)


def new_partition() -> str:
    """Return a partition that no other example has."""
    return f"p{next(_partitions)}"


def store(table: Table, rows: Sequence[Row], partition: str, gone: Sequence[Row] = ()) -> None:
    """Put the rows into the table, and delete those that are gone."""
    requests: list[Any] = [{"PutRequest": {"Item": row.item(partition)}} for row in rows]
    requests += [{"DeleteRequest": {"Key": row.key(partition)}} for row in gone]
    for start in range(0, len(requests), BATCH):
        table.client.batch_write_item(RequestItems={table.name: requests[start : start + BATCH]})


def filters_of(operation: str, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters that an operation has."""
    names = OPERATIONS[operation]["body"]["properties"].keys() - {LISTS[operation]}
    return {name: value for name, value in filters.items() if name in names}


def pages_of(table: Table, operation: str, example: Walk, partition: str, *, limit: int) -> list[dict[str, Any]]:
    """Walk to the end and return the pages; after the first page, store the later rows and delete those that go."""
    filters = {
        name: partition if value == OWN else value for name, value in filters_of(operation, example.filters).items()
    }
    name = LISTS[operation]
    key = f"{partition}-0" if name == "user_id" else partition
    pages = []
    for page in table.walk(operation, **{name: key}, limit=limit, **filters):
        if not pages:
            store(table, example.later, partition, example.gone)
        pages.append(page)
    return pages


def titles_of(pages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what identifies the rows of all pages."""
    return [record["notification_title"] for page in pages for record in page["items"]]


def is_asked_for(row: Row, operation: str, filters: Mapping[str, Any]) -> bool:
    """Return whether a row is in the partition of the query and matches its filters."""
    name = LISTS[operation]
    belongs = {"user_id": row.user == 0, "marketing_id": row.in_campaign, "transaction_id": row.in_transaction}
    of_index = row.status is not None or name != "transaction_id"
    wanted = {"status": FIXED.get(operation)} | filters_of(operation, filters)
    created_at = Decimal(row.created_at)
    start, end = wanted.get("created_from"), wanted.get("created_to")
    return (
        belongs[name]
        and of_index
        and (wanted["status"] is None or row.status in wanted["status"])
        and (wanted.get("platform") is None or row.platform in wanted["platform"])
        and (wanted.get("reason") is None or row.reason in wanted["reason"])
        and wanted.get("ap_id") in {None, row.ap_id}
        and (wanted.get("transaction_id") is None or (wanted["transaction_id"] == OWN and row.in_transaction))
        and (wanted.get("marketing_id") is None or (wanted["marketing_id"] == OWN and row.in_campaign))
        and (start is None or created_at >= start)
        and (end is None or created_at < end)
    )
