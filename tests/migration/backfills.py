"""For the tests of the back-fill: rules, a run in this process, and the rows of a table."""

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSResponse
from mypy_boto3_dynamodb import DynamoDBClient

from tools.local.tables import COMMAND_RECORDS
from tools.migration.backfill.journal import Journal
from tools.migration.backfill.rules import Rules
from tools.migration.backfill.run import Backfill, Moved
from tools.migration.backfill.table import Table
from tools.migration.command import Budget

Item = dict[str, Any]

THROTTLED = (
    b'{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",'
    b' "message": "The level of configured provisioned throughput for the table was exceeded."}'
)


@dataclass(frozen=True, kw_only=True)
class Done:
    """Result of a run."""

    whole: bool
    counts: Counter[str]
    spent: Mapping[str, float]
    listed: list[str]


def rules(**given: Any) -> Rules:  # noqa: ANN401  # any of the four kinds
    """Make rules; kinds that are not given are empty."""
    return Rules(**{"transaction_id": {}, "transaction_prefix": {}, "marketing_id": {}, "default": None, **given})


def backfill(  # noqa: PLR0913  # the options of a run
    client: DynamoDBClient,
    name: str,
    given: Rules,
    *,
    folder: Path,
    page_rows: int = 7,
    dry_run: bool = False,
    stop: threading.Event | None = None,
    capacity: float = 1e6,
    progress: Moved = lambda _counted: None,
) -> Done:
    """Run the back-fill in this process with three segments and a checkpoint in `folder`."""
    table = Table(client, name)
    listed = folder / "unmatched.ndjson"
    identity = f"{table.identity} {given.digest()}"
    journal = Journal(listed, identity, segments=3, checkpoint=None if dry_run else folder / "checkpoint.json")
    limits = {"reads": Budget(capacity), "writes": Budget(capacity), "page_rows": page_rows}
    work = Backfill(table=table, rules=given, journal=journal, dry_run=dry_run, **limits)
    with contextlib.closing(journal):
        whole = work.run(stop or threading.Event(), progress)
    lines = listed.read_text(encoding="utf-8").splitlines()
    return Done(whole=whole, counts=journal.counts, spent=work.spent, listed=lines)


def put(client: DynamoDBClient, name: str, *items: Item) -> None:
    """Write rows."""
    for start in range(0, len(items), 25):
        batch = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        assert {} == client.batch_write_item(RequestItems={name: batch})["UnprocessedItems"]  # type: ignore[dict-item]  # as put


def rows(client: DynamoDBClient, name: str) -> dict[str, Item]:
    """Return every row of a table, by its keys."""
    keys = [key["AttributeName"] for key in client.describe_table(TableName=name)["Table"]["KeySchema"]]
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    items = [item for page in pages for item in page["Items"]]
    return {repr([item[key] for key in keys]): dict(item) for item in items}


def terminate_after_a_write(client: DynamoDBClient) -> None:
    """Send SIGTERM to this process as soon as one more row has an ap_id."""
    count = partial(client.scan, TableName=COMMAND_RECORDS, FilterExpression="attribute_exists(ap_id)", Select="COUNT")
    before, give_up = count()["Count"], time.monotonic() + 60
    while count()["Count"] == before and time.monotonic() < give_up:
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)


def record(number: int, **attributes: Item) -> Item:
    """Make a row of notification-records with one of four transactions and two campaigns."""
    return {
        "user_id": {"S": f"user_{number:05}"},
        "created_at": {"N": str(1761998400000 + number)},
        "transaction_id": {"S": f"tx_{number % 4}"},
        "marketing_id": {"S": f"campaign_{number % 2}"},
        "status": {"S": "SENT"},
        **attributes,
    }


@contextlib.contextmanager
def before_each(client: DynamoDBClient, operation: str, act: Any) -> Iterator[None]:  # noqa: ANN401  # botocore's handler
    """Call `act` before each request of an operation is sent."""
    event = f"before-send.dynamodb.{operation}"
    client.meta.events.register(event, act, unique_id="test")
    try:
        yield
    finally:
        client.meta.events.unregister(event, unique_id="test")


def throttled(request: Any) -> AWSResponse:  # noqa: ANN401  # botocore's request
    """Return DynamoDB's response for a throttled table."""
    return _Canned(request.url, 400, {"content-type": "application/x-amz-json-1.0"}, None)


class _Canned(AWSResponse):
    content = THROTTLED
