import gzip
import io
import json
import os
import threading
import tracemalloc
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tools.local.ndjson import Refusal
from tools.local.records import Summary, load_file
from tools.local.row_table import RowTable
from tools.local.tables import NOTIFICATION_RECORDS


class EmptyTable:
    """A DynamoDB client whose table is empty and takes everything; it counts the rows."""

    def __init__(self) -> None:
        self.rows = 0

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """Answer that none of the keys has a row."""
        return {"Responses": {name: [] for name in RequestItems}, "UnprocessedKeys": {}}

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """Take every row."""
        self.rows += sum(len(requests) for requests in RequestItems.values())
        return {"UnprocessedItems": {}}


class Terminal(io.StringIO):
    """A terminal as far as the loader looks."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.fixture
def table(dynamodb: DynamoDBClient, table_names: dict[str, str]) -> RowTable:
    """Make the empty table to load into."""
    return RowTable(dynamodb, table_names[NOTIFICATION_RECORDS])


def _file(folder: Path, *lines: str, name: str = "rows.ndjson") -> Path:
    path = folder / name
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def _line(user_id: str, created_at: str | int, **fields: str) -> str:
    return json.dumps({"user_id": user_id, "created_at": created_at, **fields}, ensure_ascii=False)


def _titles(client: DynamoDBClient, name: str, user_id: str) -> list[str | None]:
    answer = client.query(
        TableName=name, KeyConditionExpression="user_id = :u", ExpressionAttributeValues={":u": {"S": user_id}}
    )
    return [item.get("notification_title", {}).get("S") for item in answer["Items"]]


@pytest.mark.parametrize("name", ["rows.ndjson", "rows.ndjson.gz"])
def test_good_lines_are_loaded_and_bad_ones_named(
    table: RowTable, dynamodb: DynamoDBClient, table_names: dict[str, str], tmp_path: Path, name: str
) -> None:
    """A line that is no record costs that line only, and its number and fault are told."""
    lines = [_line("u", number, notification_title=f"第 {number} 則 📦") for number in range(1, 61)]
    lines[29] = "{}"
    expected = Summary(loaded=59, refused=1, reasons=[Refusal(30, "user_id and created_at missing")])

    assert expected == load_file(table, _file(tmp_path, *lines, name=name))
    assert [f"第 {number} 則 📦" for number in range(1, 61) if number != 30] == _titles(
        dynamodb, table_names[NOTIFICATION_RECORDS], "u"
    )


def test_lines_that_would_overwrite_each_other_keep_the_first(
    table: RowTable, dynamodb: DynamoDBClient, table_names: dict[str, str], tmp_path: Path
) -> None:
    """Two lines with one user and equal times are one row of the table: the second is refused with both numbers."""
    path = _file(
        tmp_path,
        _line("u", 1, notification_title="first"),
        _line("u", "1.5", notification_title="a time of its own"),
        _line("v", 1),
        _line("u", "1.0", notification_title="second"),
        '{"user_id": "u", "created_at": 1e0, "notification_title": "third"}',
    )
    reason = "has the user_id and created_at of line 1, which is kept"
    expected = Summary(loaded=3, refused=2, reasons=[Refusal(4, reason), Refusal(5, reason)])

    assert expected == load_file(table, path)
    assert _titles(dynamodb, table_names[NOTIFICATION_RECORDS], "u") == ["first", "a time of its own"]


def test_lines_far_apart_overwrite_each_other_neither(table: RowTable, tmp_path: Path) -> None:
    """Lines of two batches are compared as those of one are."""
    path = _file(tmp_path, *(_line("u", number % 100) for number in range(130)))

    summary = load_file(table, path)

    assert summary.loaded == 100
    assert summary.refused == 30
    assert Refusal(101, "has the user_id and created_at of line 1, which is kept") == summary.reasons[0]


def test_a_row_that_is_stored_is_not_overwritten(
    table: RowTable, dynamodb: DynamoDBClient, table_names: dict[str, str], tmp_path: Path
) -> None:
    """A file cannot replace what the table has, such as the sample; loading it twice refuses all of it."""
    table.write([{"user_id": "u", "created_at": Decimal(1), "notification_title": "stored"}])
    path = _file(tmp_path, _line("u", "1.0", notification_title="of the file"), _line("u", 2))
    reason = "has the user_id and created_at of a row in the table, which is kept"

    assert Summary(loaded=1, refused=1, reasons=[Refusal(1, reason)]) == load_file(table, path)
    assert _titles(dynamodb, table_names[NOTIFICATION_RECORDS], "u") == ["stored", None]
    assert Summary(refused=2, reasons=[Refusal(1, reason), Refusal(2, reason)]) == load_file(table, path)


def test_a_pipe_is_loaded_like_a_file(table: RowTable, tmp_path: Path) -> None:
    """The file may be the output of another program: it is read once, from front to back."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[_line("u", 1) + "\n"])
    writer.start()

    summary = load_file(table, pipe, stderr=Terminal())
    writer.join()

    assert Summary(loaded=1) == summary


def test_a_summary_shows_twenty_reasons_and_how_many_more() -> None:
    """However bad a file is, its summary fits on a screen, and the reasons are in the order of the lines."""
    summary = Summary(loaded=1200)
    for line in range(1500, 0, -1):
        summary.refuse(Refusal(line, "not UTF-8"))

    assert [
        "1,200 rows loaded, 1,500 lines refused",
        *(f"line {line}: not UTF-8" for line in range(1, 21)),
        "and 1,480 more lines",
    ] == list(summary.lines())


def test_a_summary_without_faults_is_one_line() -> None:
    """Nothing is said of faults where there are none."""
    assert list(Summary(loaded=2).lines()) == ["2 rows loaded, 0 lines refused"]


def test_progress_is_shown_on_a_terminal_only(table: RowTable, tmp_path: Path) -> None:
    """Who waits sees how far the file is; a log gets nothing."""
    terminal, log = Terminal(), io.StringIO()

    load_file(table, _file(tmp_path, _line("u", 1)), stderr=log)
    load_file(table, _file(tmp_path, _line("u", 2)), stderr=terminal)

    assert log.getvalue() == ""
    assert "1 rows, " in terminal.getvalue()
    assert "34/34 bytes" in terminal.getvalue()


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path) -> None:
    """A file is read as it is loaded and its keys wait on disk; 50,000 lines or keys held would be 10 MB and more."""
    path = tmp_path / "long.ndjson"
    with path.open("w") as file:
        file.writelines(_line(f"user_{number % 977}", 1761998400000 + number) + "\n" for number in range(50_000))
    client: Any = EmptyTable()

    tracemalloc.start()
    summary = load_file(RowTable(client, "any"), path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert Summary(loaded=50_000) == summary
    assert client.rows == 50_000
    assert peak < 1_000_000
