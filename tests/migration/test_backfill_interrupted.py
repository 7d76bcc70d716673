"""After throttling, a stop or a kill, the next run continues, and the final table is the same."""

import itertools
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import backfill, before_each, put, record, rows, rules, throttled
from tools.local.tables import NOTIFICATION_RECORDS, dynamodb_client
from tools.migration.aws import Aws
from tools.migration.backfill.journal import Journal, alone
from tools.migration.backfill.table import Table, table_client
from tools.migration.command import MisuseError

ROWS = 90
RULES = rules(transaction_prefix={"tx_1": "mobile-app-001", "tx_2": "web-portal-001"})


@pytest.fixture
def table(dynamodb: DynamoDBClient, table_names: dict[str, str]) -> str:
    """Give the name of a table of 90 rows; a rule matches half of them."""
    name = table_names[NOTIFICATION_RECORDS]
    put(dynamodb, name, *(record(number) for number in range(ROWS)))
    return name


def assert_done(client: DynamoDBClient, name: str, listed: list[str]) -> None:
    """Check that each row has the ap_id of its rule, and that rows without a rule are listed once."""
    ap_ids = [row.get("ap_id", {}).get("S") for _, row in sorted(rows(client, name).items())]
    of_four = [None, "mobile-app-001", "web-portal-001", None]
    assert [of_four[number % 4] for number in range(ROWS)] == ap_ids
    users = [json.loads(line)["user_id"] for line in listed]
    assert [f"user_{number:05}" for number in range(ROWS) if number % 4 in {0, 3}] == sorted(users)


def test_throttled_calls_are_retried(
    dynamodb: DynamoDBClient, dynamodb_endpoint: str, table: str, tmp_path: Path
) -> None:
    """With every ninth call throttled, the back-fill still completes."""
    calls = itertools.count(1)
    client = table_client(Aws(endpoint_url=dynamodb_endpoint), 3)

    def every_ninth(request: Any, **_: object) -> AWSResponse | None:  # noqa: ANN401  # botocore's request
        return throttled(request) if next(calls) % 9 == 0 else None

    with before_each(client, "UpdateItem", every_ninth), before_each(client, "Scan", every_ninth):
        done = backfill(client, table, RULES, folder=tmp_path)
    assert done.whole
    assert done.spent["retries"] >= 5
    assert_done(dynamodb, table, done.listed)


def test_permanent_throttling_ends_the_run_and_keeps_its_progress(
    dynamodb: DynamoDBClient, dynamodb_endpoint: str, table: str, tmp_path: Path
) -> None:
    """The next run does the rest."""
    client = dynamodb_client(dynamodb_endpoint)
    client.meta.events.unregister("needs-retry.dynamodb", unique_id="retry-config-dynamodb")
    calls = itertools.count(1)

    def from_now_on(request: Any, **_: object) -> AWSResponse | None:  # noqa: ANN401  # botocore's request
        return throttled(request) if next(calls) > 20 else None

    with before_each(client, "UpdateItem", from_now_on), pytest.raises(ClientError, match="ThroughputExceeded"):
        backfill(client, table, RULES, folder=tmp_path)
    assert (tmp_path / "checkpoint.json").exists()
    done = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert ROWS == done.counts["scanned"]
    assert_done(dynamodb, table, done.listed)
    assert not (tmp_path / "checkpoint.json").exists()


@pytest.mark.parametrize("after", [1, 10, 31])
def test_a_stopped_run_continues_from_its_position(
    dynamodb: DynamoDBClient, table: str, tmp_path: Path, after: int
) -> None:
    """A stop takes effect after the current row; no page is counted or listed twice."""
    stop = threading.Event()
    calls = itertools.count(1)

    def stopped(**_: object) -> None:
        if next(calls) == after:
            stop.set()

    with before_each(dynamodb, "UpdateItem", stopped):
        first = backfill(dynamodb, table, RULES, folder=tmp_path, stop=stop)
    assert not first.whole
    assert first.counts["scanned"] < ROWS
    second = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert (True, ROWS) == (second.whole, second.counts["scanned"])
    assert_done(dynamodb, table, second.listed)


def test_lines_after_the_checkpoint_are_listed_once(dynamodb: DynamoDBClient, table: str, tmp_path: Path) -> None:
    """Lines that a killed run listed after its last checkpoint are cut off, because their page is read again."""
    stop = threading.Event()
    with before_each(dynamodb, "Scan", lambda **_: stop.set()):
        backfill(dynamodb, table, RULES, folder=tmp_path, stop=stop)
    with (tmp_path / "unmatched.ndjson").open("a", encoding="utf-8") as listed:
        listed.write('{"user_id": "user_00000", "cut off')
    done = backfill(dynamodb, table, RULES, folder=tmp_path)
    assert_done(dynamodb, table, done.listed)


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """Give the folder of a run with two segments that finished one page."""
    journal = open_journal(tmp_path)
    journal.page_done(1, {"user_id": {"S": "u"}}, counts={"scanned": 3}, unmatched=[{"user_id": "u"}])
    journal.close()
    return tmp_path


def open_journal(folder: Path, identity: str = "table rules", segments: int = 2) -> Journal:
    """Open the journal of a folder."""
    return Journal(folder / "listed", identity, segments=segments, checkpoint=folder / "checkpoint.json")


def test_a_continued_run_keeps_its_number_of_segments(started: Path) -> None:
    """A position in one of two segments is invalid with three segments."""
    again = open_journal(started, segments=3)
    again.close()
    assert (True, 2, {"scanned": 3}) == (again.resumed, again.segments, dict(again.counts))
    assert [None, {"user_id": {"S": "u"}}] == [again.position(segment) for segment in range(2)]


def test_a_checkpoint_of_other_rules_is_refused(started: Path) -> None:
    """So is one of another table: the old rules may have skipped a row that the new rules match."""
    with pytest.raises(MisuseError, match="another table or other rules; finish that run, or give --restart"):
        open_journal(started, "table other-rules")


def test_a_checkpoint_of_another_list_is_refused(started: Path) -> None:
    """Rows that were listed earlier would be missing."""
    (started / "listed").unlink()
    with pytest.raises(MisuseError, match="is not the list of this checkpoint"):
        open_journal(started)


@pytest.mark.parametrize("content", ["[]", "{}", "", "\x00", '{"version": 7}'])
def test_a_file_that_is_not_a_checkpoint_is_refused(started: Path, content: str) -> None:
    """It is never overwritten."""
    (started / "checkpoint.json").write_text(content, encoding="utf-8")
    with pytest.raises(MisuseError, match="checkpoint"):
        open_journal(started)
    assert content == (started / "checkpoint.json").read_text(encoding="utf-8")


def test_two_runs_do_not_share_a_checkpoint(tmp_path: Path) -> None:
    """The second run ends with an error."""
    with alone(tmp_path / "checkpoint.json"), pytest.raises(MisuseError, match="another run uses"):
        alone(tmp_path / "checkpoint.json").__enter__()
    with alone(tmp_path / "checkpoint.json"):
        pass  # the lock is free again


def test_a_missing_table_is_reported(moto_endpoint: str) -> None:
    """The message names the table."""
    with pytest.raises(MisuseError, match="table nothing-records does not exist"):
        Table(dynamodb_client(moto_endpoint), "nothing-records")
