"""Queries come from a file, an access log or the table."""

import json
from collections import Counter
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import put, record
from tools.local.tables import NOTIFICATION_RECORDS
from tools.migration.aws import Aws
from tools.migration.command import MisuseError
from tools.migration.parity.queries import Query, from_access_log, from_file, from_table, query

USER = query("/query/user", {"user_id": "u1", "limit": 5})


def written(folder: Path, *lines: str) -> Path:
    """Write lines to a file."""
    path = folder / "lines"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_of_queries(tmp_path: Path) -> None:
    """One per line, in order, repeated ones included; cursors are removed, because the other side cannot read them."""
    lines = [
        '{"path": "/query/user", "body": {"user_id": "u1", "limit": 5, "cursor": "sealed"}}',
        "",
        '{"path": "/failed", "body": {"transaction_id": "tx_1"}}',
    ]
    expected = [USER, Query("/failed", '{"transaction_id": "tx_1"}')]
    assert expected == from_file(written(tmp_path, *lines))


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"path": "/query/user"}', '{"path": "/other", "body": {}}'])
def test_a_line_without_a_query_is_refused(tmp_path: Path, line: str) -> None:
    """The message names the line; no query is sent before the whole file is valid."""
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
    """All usual formats are read, and repeated queries are sent once."""
    assert ([USER], 0) == from_access_log(written(tmp_path, line, line))


def test_lines_without_a_query_are_counted(tmp_path: Path) -> None:
    """Health checks, other paths, lines without a body, and lines of other formats."""
    lines = ['"GET /health HTTP/1.1"', '"POST /query/user HTTP/1.1"', '{"path": "/query/user"}', "[]", "7", "nonsense"]
    assert ([], 6) == from_access_log(written(tmp_path, *lines))


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(MisuseError, match="none cannot be read"):
        from_access_log(tmp_path / "none")


def test_queries_sampled_from_the_table(
    dynamodb: DynamoDBClient, dynamodb_endpoint: str, table_names: dict[str, str]
) -> None:
    """Operations alternate; each has ids of rows and one unknown id. The same seed gives the same queries."""
    name = table_names[NOTIFICATION_RECORDS]
    put(dynamodb, name, *(record(number) for number in range(40)), {"user_id": {"S": "x"}, "created_at": {"N": "1"}})
    sampled = from_table(Aws(endpoint_url=dynamodb_endpoint), name, size=20, seed=3)
    assert sampled == from_table(Aws(endpoint_url=dynamodb_endpoint), name, size=20, seed=3)
    assert len(sampled) == len(set(sampled)) == 20
    asked = Counter(one.path for one in sampled)
    assert {"/query/user": 12, "/query/marketing": 3, "/query/fail": 5} == asked
    values = {value for one in sampled for value in json.loads(one.body).values()}
    assert {"nobody-and-nothing", "campaign_0", "campaign_1"} <= values
