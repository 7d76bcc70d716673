"""Each row without ap_id gets the one of its rule once; nothing else changes."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import Item, backfill, before_each, put, record, rows, rules
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS

A, B = {"S": "mobile-app-001"}, {"S": "web-portal-001"}
RULES = rules(transaction_id={"tx_0": "mobile-app-001"}, marketing_id={"campaign_1": "web-portal-001"})


@pytest.fixture
def table(table_names: dict[str, str]) -> str:
    """Give the name of an empty notification-records."""
    return table_names[NOTIFICATION_RECORDS]


def test_each_row_gets_the_ap_id_of_its_rule(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """Rows without a rule are counted and listed."""
    put(dynamodb, table, *(record(number) for number in range(60)))
    done = backfill(dynamodb, table, RULES, folder=tmp_path)
    expected = {0: A, 1: B, 2: None, 3: B}
    found = {int(row["user_id"]["S"][5:]): row.get("ap_id") for row in rows(dynamodb, table).values()}
    assert {number: expected[number % 4] for number in range(60)} == found
    assert done.whole
    assert (60, 45, 15, 0) == tuple(done.counts[name] for name in ("scanned", "written", "unmatched", "present"))
    assert (15, 30) == (done.counts["ap_id mobile-app-001"], done.counts["ap_id web-portal-001"])
    listed = sorted(json.loads(line)["user_id"] for line in done.listed)
    assert [f"user_{number:05}" for number in range(2, 60, 4)] == listed


def test_an_existing_ap_id_stays(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """Of another application, or one that is no text: no query can ask for it, so it is listed."""
    unusable: list[Item] = [{"N": "7"}, {"L": []}, {"L": [{"S": "a"}]}, {"B": b"a"}, {"BOOL": True}]
    held = [record(4 * number, ap_id=value) for number, value in enumerate([B, *unusable])]
    put(dynamodb, table, *held, record(40))
    before = rows(dynamodb, table)
    done = backfill(dynamodb, table, RULES, folder=tmp_path)
    changed = {key: row for key, row in rows(dynamodb, table).items() if before[key] != row}
    assert [record(40, ap_id=A)] == list(changed.values())
    assert (1, 5, 1) == tuple(done.counts[name] for name in ("present", "unusable", "written"))
    shown = ["7", '{"L": []}', '{"L": [{"S": "a"}]}', '{"B": "YQ=="}', '{"BOOL": true}']
    assert sorted(shown) == sorted(json.loads(line)["ap_id"] for line in done.listed)


def test_command_records_too(dynamodb: DynamoDBClient, table_names: dict[str, str], tmp_path: Path) -> None:
    """In this table the transaction is the key, and rows may have no campaign or one that is not a string."""
    keys = {"transaction_id": {"S": "tx_0"}}
    sent: list[Item] = [{**keys, "created_at": {"N": "1.5"}}, {**keys, "created_at": {"N": "2"}, "marketing_id": A}]
    sent.append({"transaction_id": {"S": "tx_9"}, "created_at": {"N": "3"}, "marketing_id": {"N": "1"}})
    name = table_names[COMMAND_RECORDS]
    put(dynamodb, name, *sent)
    done = backfill(dynamodb, name, RULES, folder=tmp_path)
    assert [A, A, None] == [row.get("ap_id") for _, row in sorted(rows(dynamodb, name).items())]
    assert [{"transaction_id": "tx_9", "created_at": "3", "marketing_id": "1"}] == [json.loads(x) for x in done.listed]


def test_a_second_pass_has_nothing_to_write(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """The back-fill can be repeated until it writes nothing."""
    put(dynamodb, table, *(record(number) for number in range(30)))
    backfill(dynamodb, table, rules(default="mobile-app-001"), folder=tmp_path)
    again = backfill(dynamodb, table, rules(default="web-portal-001"), folder=tmp_path)
    assert (30, 30, 0) == (again.counts["scanned"], again.counts["present"], again.counts["written"])


def test_a_dry_run_counts_and_writes_nothing(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """The table does not change, and no checkpoint is written."""
    put(dynamodb, table, *(record(number) for number in range(30)))
    before = rows(dynamodb, table)
    dry = backfill(dynamodb, table, RULES, folder=tmp_path, dry_run=True)
    assert before == rows(dynamodb, table)
    assert ["unmatched.ndjson"] == [path.name for path in tmp_path.iterdir()]
    real = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert (dry.counts, sorted(dry.listed)) == (real.counts, sorted(real.listed))
    assert dry.spent["read_units"] > 0
    assert "write_units" not in dry.spent


def test_the_budgets_are_kept(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """All segments together stay within the units per second, by the units that the table reports."""
    put(dynamodb, table, *(record(number) for number in range(30)))
    begun = time.monotonic()
    done = backfill(dynamodb, table, rules(default="a"), folder=tmp_path, capacity=40)
    seconds = time.monotonic() - begun
    last_call = 4
    assert done.spent["write_units"] > 10
    assert done.spent["write_units"] - last_call <= 40 * seconds
    assert done.spent["read_units"] - last_call <= 40 * seconds


class Meanwhile:
    """Another writer, which changes the row just before the first write of the back-fill."""

    def __init__(self, client: DynamoDBClient, act: Any) -> None:  # noqa: ANN401  # a function of the test
        self._act = act
        self._client = client
        self._busy = False

    def __call__(self, **_: object) -> None:
        """Act once, and not on the requests of the act itself."""
        if not self._busy:
            self._busy = True
            self._act()


def test_a_deleted_row_is_not_created_again(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """An unconditional update would create it."""
    put(dynamodb, table, record(0))
    keys = {name: record(0)[name] for name in ("user_id", "created_at")}
    act = Meanwhile(dynamodb, lambda: dynamodb.delete_item(TableName=table, Key=keys))
    with before_each(dynamodb, "UpdateItem", act):
        done = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert {} == rows(dynamodb, table)
    assert (1, 0) == (done.counts["deleted"], done.counts["written"])


def test_the_ap_id_of_another_writer_stays(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """A row that gets an ap_id between our read and our write keeps it."""
    put(dynamodb, table, record(0))
    act = Meanwhile(dynamodb, lambda: dynamodb.put_item(TableName=table, Item=record(0, ap_id=B)))
    with before_each(dynamodb, "UpdateItem", act):
        done = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert [record(0, ap_id=B)] == list(rows(dynamodb, table).values())
    assert (1, 0) == (done.counts["present"], done.counts["written"])


def test_the_rule_is_chosen_again_for_a_changed_row(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """The rule has to match the current row."""
    put(dynamodb, table, record(0))
    changed = record(0, transaction_id={"S": "other"}, marketing_id={"S": "campaign_1"})
    act = Meanwhile(dynamodb, lambda: dynamodb.put_item(TableName=table, Item=changed))
    with before_each(dynamodb, "UpdateItem", act):
        done = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert [{**changed, "ap_id": B}] == list(rows(dynamodb, table).values())
    assert 1 == done.counts["written"]


def test_attributes_of_another_writer_stay(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """A status that is written between our read and our write is kept."""
    put(dynamodb, table, record(0))
    changed = record(0, status={"S": "FAILED"}, error_msg={"S": "410"})
    act = Meanwhile(dynamodb, lambda: dynamodb.put_item(TableName=table, Item=changed))
    with before_each(dynamodb, "UpdateItem", act):
        backfill(dynamodb, table, RULES, folder=tmp_path)
    assert [{**changed, "ap_id": A}] == list(rows(dynamodb, table).values())
