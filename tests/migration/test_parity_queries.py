"""Queries come from a file, an access log or the table; what is none is counted or told off."""

import json
from collections import Counter
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import put, record
from tools.local.tables import NOTIFICATION_RECORDS
from tools.migration.aws import Aws
from tools.migration.outcome import MisuseError
from tools.migration.parity.queries import Query, from_access_log, from_file, query
from tools.migration.parity.sampling import from_table

USER = query("/query/user", {"user_id": "u1", "limit": 5})


def written(folder: Path, *lines: str) -> Path:
    """Write a file of lines."""
    path = folder / "lines"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_of_queries(tmp_path: Path) -> None:
    """A line each, in order and as often as they stand there; a cursor opens on no other side and is left out."""
    lines = [
        '{"path": "/query/user", "body": {"user_id": "u1", "limit": 5, "cursor": "sealed"}}',
        "",
        '{"path": "/failed", "body": {"transaction_id": "tx_1"}}',
    ]
    expected = [USER, Query("/failed", '{"transaction_id": "tx_1"}')]
    assert expected == from_file(written(tmp_path, *lines))


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"path": "/query/user"}', '{"path": "/other", "body": {}}'])
def test_a_line_that_is_no_query_is_named(tmp_path: Path, line: str) -> None:
    """Nothing is asked before the file is right."""
    with pytest.raises(MisuseError, match="line 2 is not like"):
        from_file(written(tmp_path, '{"path": "/failed", "body": {"transaction_id": "tx_1"}}', line))


@pytest.mark.parametrize(
    "line",
    [
        '{"path": "/query/user", "body": {"user_id": "u1", "limit": 5}}',
        '{"resourcePath": "/v1/query/user", "requestBody": "{\\"user_id\\": \\"u1\\", \\"limit\\": 5}", "status": 200}',
        '{"uri": "https://api.example.com/v1/query/user?x=1", "body": {"user_id": "u1", "limit": 5}}',
        '10.0.0.7 - - [23/Nov/2026:04:00:00 +0000] "GET /query/user?user_id=u1&limit=5 HTTP/1.1" 200 512',
        '10.0.0.7 - - [23/Nov/2026:04:00:00 +0000] "POST /v1/query/user?user_id=u1&limit=5 HTTP/1.1" 200 2 "-" "curl"',
    ],
)
def test_a_line_of_an_access_log(tmp_path: Path, line: str) -> None:
    """Whichever of the usual forms it has; a question that was asked twice is asked once."""
    assert ([USER], 0) == from_access_log(written(tmp_path, line, line))


def test_lines_without_a_query_are_counted(tmp_path: Path) -> None:
    """Health checks, other paths, bodies that were not logged, and what is no log line at all."""
    lines = ['"GET /health HTTP/1.1"', '"POST /query/user HTTP/1.1"', '{"path": "/query/user"}', "[]", "7", "nonsense"]
    assert ([], 6) == from_access_log(written(tmp_path, *lines))


def test_a_file_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(MisuseError, match="none cannot be read"):
        from_access_log(tmp_path / "none")


def test_queries_sampled_from_the_table(
    dynamodb: DynamoDBClient, dynamodb_endpoint: str, table_names: dict[str, str]
) -> None:
    """Each operation in turn, for what rows hold and once for nobody; the same ones for the same seed."""
    name = table_names[NOTIFICATION_RECORDS]
    put(dynamodb, name, *(record(number) for number in range(40)), {"user_id": {"S": "x"}, "created_at": {"N": "1"}})
    sampled = from_table(Aws(endpoint_url=dynamodb_endpoint), name, size=20, seed=3)
    assert sampled == from_table(Aws(endpoint_url=dynamodb_endpoint), name, size=20, seed=3)
    assert len(sampled) == len(set(sampled)) == 20
    asked = Counter(one.path for one in sampled)
    assert {"/query/user": 12, "/query/marketing": 3, "/query/fail": 5} == asked
    values = {value for one in sampled for value in json.loads(one.body).values()}
    assert {"nobody-and-nothing", "campaign_0", "campaign_1"} <= values
