"""The back-fill survives rows of any shape, can be stopped at any row, and keeps its files to their owner."""

import contextlib
import json
import stat
import threading
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import Item, backfill, before_each, put, record, rows, rules
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS
from tools.migration.backfill.journal import Journal, private_folder
from tools.migration.backfill.run import Backfill
from tools.migration.backfill.table import Table
from tools.migration.command import Budget, MisuseError

A, B = {"S": "mobile-app-001"}, {"S": "web-portal-001"}
RULES = rules(transaction_id={"tx_0": "mobile-app-001"}, marketing_id={"campaign_1": "web-portal-001"})


@pytest.fixture
def table(table_names: dict[str, str]) -> str:
    """Give the name of an empty notification-records."""
    return table_names[NOTIFICATION_RECORDS]


def test_an_ap_id_that_holds_nothing_is_none(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """Writers that know the attribute but no value store NULL or an empty text."""
    put(dynamodb, table, record(0, ap_id={"NULL": True}), record(4, ap_id={"S": ""}))
    done = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert [A, A] == [row["ap_id"] for row in rows(dynamodb, table).values()]
    assert (2, 2) == (done.counts["scanned"], done.counts["written"])


def test_attributes_of_any_type_are_survived_and_listed(
    dynamodb: DynamoDBClient, table_names: dict[str, str], tmp_path: Path
) -> None:
    """A rule reads texts only; what else a row holds is listed as it is stored."""
    odd: list[Item] = [{"B": b"\xff\x00"}, {"NULL": True}, {"L": [{"B": b"x"}]}, {"BS": [b"x"]}, {"S": ""}, {"N": "1"}]
    name = table_names[COMMAND_RECORDS]
    put(
        dynamodb,
        name,
        *(
            {"transaction_id": {"S": "none"}, "created_at": {"N": str(number)}, "marketing_id": value}
            for number, value in enumerate(odd)
        ),
    )
    done = backfill(dynamodb, name, RULES, folder=tmp_path)
    assert (True, 6) == (done.whole, done.counts["unmatched"])
    assert '{"B": "/wA="}' in {json.loads(line)["marketing_id"] for line in done.listed}


def test_a_table_with_a_binary_key_is_refused(dynamodb: DynamoDBClient, tmp_path: Path) -> None:
    """It is no table of this service, and its positions could not be kept."""
    name = f"binary-{tmp_path.name}"
    keys: Item = {"AttributeName": "user_id"}
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{**keys, "KeyType": "HASH"}],
        AttributeDefinitions=[{**keys, "AttributeType": "B"}],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        with pytest.raises(MisuseError, match="its key user_id is binary"):
            backfill(dynamodb, name, RULES, folder=tmp_path)
    finally:
        dynamodb.delete_table(TableName=name)


def test_a_stop_records_the_rows_so_far(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """The run ends after its row, counts it, and the next run goes on behind it, though the page is not finished."""
    put(dynamodb, table, *(record(number) for number in range(30)))
    stop = threading.Event()
    with before_each(dynamodb, "UpdateItem", lambda **_: stop.set()):
        first = backfill(dynamodb, table, rules(default="a"), folder=tmp_path, page_rows=100, stop=stop)
    assert (False, True) == (first.whole, 1 <= first.counts["written"] <= 3)  # one a segment at most
    assert first.counts["written"] == sum("ap_id" in row for row in rows(dynamodb, table).values())
    second = backfill(dynamodb, table, rules(default="a"), folder=tmp_path, page_rows=100)
    assert (30, 30, 0) == tuple(second.counts[name] for name in ("scanned", "written", "present"))


def test_progress_counts_each_row(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """Not only each page: at a low capacity a page takes minutes."""
    put(dynamodb, table, *(record(number) for number in range(20)))
    moved: list[dict[str, int]] = []
    backfill(dynamodb, table, rules(default="a"), folder=tmp_path, page_rows=100, progress=moved.append)
    assert 20 == len(moved)
    assert 20 == sum(counts["written"] for counts in moved)


def test_the_time_left_comes_from_the_budgets(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """As many rows as so far are written, at the write budget; reads are the limit where little is written."""
    work = Backfill(
        table=Table(dynamodb, table),
        rules=RULES,
        journal=Journal(tmp_path / "listed", "any", segments=1, checkpoint=None),
        reads=Budget(100),
        writes=Budget(10),
        page_rows=1,
    )
    with contextlib.closing(work.journal):
        assert 50 == work.seconds_left(1000, {"scanned": 10, "written": 5})
        assert 1600 / 16 / 100 == work.seconds_left(1600, {"scanned": 10, "written": 0})


def test_files_are_for_their_owner_alone(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """They name users: nobody else may read them, and git ignores their folder."""
    put(dynamodb, table, *(record(number) for number in range(9)))
    folder = private_folder(tmp_path / "backfill")
    stop = threading.Event()
    with before_each(dynamodb, "UpdateItem", lambda **_: stop.set()):
        backfill(dynamodb, table, RULES, folder=folder, stop=stop)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.name != ".gitignore"}
    assert {"checkpoint.json": 0o600, "unmatched.ndjson": 0o600} == modes
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert "*\n" == (folder / ".gitignore").read_text(encoding="utf-8")
