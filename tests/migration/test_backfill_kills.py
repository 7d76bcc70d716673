"""Killed repeatedly while others write and delete, the back-fill changes each row once, and only its ap_id.

The table's stream is the evidence: it has every change in order, with the row before and after it.
`BACKFILL_ROWS` is the size of the table; `make judge` uses 100,000.
"""

import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import Item, put
from tools.local.tables import COMMAND_RECORDS, create_tables, dynamodb_client

ROOT = Path(__file__).resolve().parents[2]
ROWS = int(os.environ.get("BACKFILL_ROWS", "2500"))
TOUCHED = ROWS // 50  # rows that another writer deletes, and rows that it writes
KILLS = 6
ROWS_BETWEEN_KILLS = ROWS // (KILLS + 3)
MAPPING = (
    "kind,match,ap_id\ntransaction_prefix,tx_1,mobile-app-001\ntransaction_prefix,tx_2,web-portal-001\ndefault,,d\n"
)

Change = dict[str, Any]


def row(number: int, **attributes: Item) -> Item:
    """Make a row of command-records."""
    return {
        "transaction_id": {"S": f"tx_{number % 3}{number:06}"},
        "created_at": {"N": str(1761998400000 + number)},
        "marketing_id": {"S": "campaign"},
        **attributes,
    }


def key(item: Item) -> str:
    """Return the key of a row."""
    return str(item["transaction_id"]["S"])


class OtherWriters:
    """Two other writers: one deletes rows and one replaces rows, each row once and at a limited rate."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        chance = random.Random(7)
        chosen = chance.sample(range(ROWS), 2 * TOUCHED)
        self.deleted, self.written = chosen[:TOUCHED], chosen[TOUCHED:]
        self._ended = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Run both until the back-fill and their own work are complete."""
        with ThreadPoolExecutor(2) as threads:
            running = [threads.submit(self._delete), threads.submit(self._write)]
            try:
                yield
            finally:
                self._ended.set()
            for work in running:
                work.result()

    def _delete(self) -> None:
        for number in self.deleted:
            keys = {name: row(number)[name] for name in ("transaction_id", "created_at")}
            self._client.delete_item(TableName=self._name, Key=keys)
            self._ended.wait(0.02)

    def _write(self) -> None:
        for number in self.written:
            # As a new writer does: the whole row with its own ap_id.
            self._client.put_item(TableName=self._name, Item=row(number, ap_id={"S": "writer"}))
            self._ended.wait(0.02)


def run(url: str, folder: Path) -> subprocess.Popen[str]:
    """Start the command with its checkpoint in `folder`."""
    command = [sys.executable, "-W", "ignore", "-m", "tools.migration", "backfill-ap-id", COMMAND_RECORDS]
    options = ["--mapping=ap-ids.csv", f"--endpoint-url={url}", "--read-capacity=1e6", "--write-capacity=1e6"]
    return subprocess.Popen(  # noqa: S603  # our own command
        [*command, *options, "--segments=4", "--page-rows=50", "--json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def killed_until_done(url: str, folder: Path, seen: "Stream") -> str:
    """Kill the back-fill at random points of its progress, let the last run finish, and return its report."""
    chance = random.Random(11)
    for _ in range(KILLS):
        goal = seen.count() + chance.randrange(ROWS_BETWEEN_KILLS)
        process = run(url, folder)
        while process.poll() is None and seen.count() < goal:
            time.sleep(0.02)
        process.kill()
        process.communicate()
    process = run(url, folder)
    report, errors = process.communicate()
    assert (0, "") == (process.returncode, errors)
    return report


class Stream:
    """Reads the changes of a table from its stream."""

    def __init__(self, url: str, arn: str) -> None:
        self._client = botocore.session.Session().create_client(
            "dynamodbstreams",
            region_name="ap-southeast-1",
            endpoint_url=url,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        self._arn = arn
        self._positions: dict[str, str] = {}
        self.changes: list[Change] = []

    def read(self) -> list[Change]:
        """Return all changes so far."""
        for shard in self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            self._read_shard(shard["ShardId"])
        return self.changes

    def count(self) -> int:
        """Return the number of changes so far."""
        return len(self.read())

    def _read_shard(self, shard: str) -> None:
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard in self._positions:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._positions[shard]}
        position = self._client.get_shard_iterator(StreamArn=self._arn, ShardId=shard, **start)["ShardIterator"]
        while position:
            answer = self._client.get_records(ShardIterator=position)
            if not answer["Records"]:
                return
            self.changes += (record["dynamodb"] for record in answer["Records"])
            self._positions[shard] = answer["Records"][-1]["dynamodb"]["SequenceNumber"]
            position = answer.get("NextShardIterator")


@pytest.fixture
def commands(dynamodb_local_endpoint: str) -> Iterator[DynamoDBClient]:
    """Give a client of an engine whose command-records has the rows."""
    client = dynamodb_client(dynamodb_local_endpoint)
    create_tables(client)
    with ThreadPoolExecutor(4) as threads:
        for start in range(0, ROWS, 1000):
            threads.submit(put, client, COMMAND_RECORDS, *map(row, range(start, min(start + 1000, ROWS))))
    yield client
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    client.close()


@pytest.mark.timeout(0)
def test_each_row_is_written_once(commands: DynamoDBClient, dynamodb_local_endpoint: str, tmp_path: Path) -> None:
    """Each row gets its ap_id exactly once, despite kills, writes and deletes."""
    (tmp_path / "ap-ids.csv").write_text(MAPPING, encoding="utf-8")
    arn = commands.describe_table(TableName=COMMAND_RECORDS)["Table"]["LatestStreamArn"]
    stream = Stream(dynamodb_local_endpoint, arn)
    assert ROWS == stream.count()
    others = OtherWriters(commands, COMMAND_RECORDS)
    with others.at_work():
        killed_until_done(dynamodb_local_endpoint, tmp_path, stream)
    changes = stream.read()[ROWS:]
    added = [change for change in changes if is_back_fill(change)]
    assert [] == [change for change in added if only_the_ap_id_added(change) is not True]
    times = Counter(key(change["Keys"]) for change in added)
    touched = {key(row(number)) for number in (*others.deleted, *others.written)}
    assert {1} == set(times.values())
    assert {key(row(number)) for number in range(ROWS)} - touched <= times.keys()
    # All other changes are those of the other writers, and no deleted row came back.
    assert TOUCHED * 2 == len(changes) - len(added)
    assert ROWS - TOUCHED == rows_left(commands)


def is_back_fill(change: Change) -> bool:
    """Return whether the back-fill made a change; the rows of the other writer have its ap_id."""
    return change.get("NewImage", {}).get("ap_id", {}).get("S") not in {None, "writer"}


def only_the_ap_id_added(change: Change) -> bool:
    """Return whether a change added the ap_id of the rule, and nothing else."""
    before: Item = change.get("OldImage", {})
    rule = {"1": "mobile-app-001", "2": "web-portal-001"}.get(key(change["Keys"])[3], "d")
    return bool({**before, "ap_id": {"S": rule}} == change["NewImage"] and before and "ap_id" not in before)


def rows_left(client: DynamoDBClient) -> int:
    """Count the rows, and check that each has an ap_id."""
    pages = client.get_paginator("scan").paginate(TableName=COMMAND_RECORDS, ConsistentRead=True)
    left = list(itertools.chain.from_iterable(page["Items"] for page in pages))
    assert [] == [item for item in left if "ap_id" not in item]
    return len(left)
