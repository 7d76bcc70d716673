"""A file of rows is loaded into the table, and the report names refused and doubtful rows."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_dynamodb.service_resource import Table

from tools.contract.table import record_schema
from tools.contract.table import stored as stored_record
from tools.local.loader import ExampleIds, Report, UnusableFileError, load
from tools.local.tables import NOTIFICATION_RECORDS, table

AT = 1_761_998_400_000
GOOD = {"user_id": "u", "created_at": AT, "transaction_id": "t", "status": "SENT"}


@pytest.fixture
def records(dynamodb_endpoint: str, table_names: dict[str, str]) -> Table:
    """Return an empty table."""
    return table(dynamodb_endpoint, table_names[NOTIFICATION_RECORDS])


@pytest.fixture
def moto_records(moto_endpoint: str, request: pytest.FixtureRequest) -> Table:
    """Return a table that is never created: its tests end before a row is written."""
    return table(moto_endpoint, request.node.name)


def written(folder: Path, *rows: object) -> Path:
    """Write rows as NDJSON; a text is written as it is."""
    path = folder / "rows.ndjson"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def stored(records: Table) -> list[dict[str, Any]]:
    """Return the rows of a table in the order of their keys."""
    return sorted(records.scan()["Items"], key=lambda row: (str(row["user_id"]), row["created_at"]))


def test_rows_are_loaded_and_lines_that_are_not_rows_are_named(records: Table, tmp_path: Path) -> None:
    """A line that cannot be loaded costs that line only."""
    rows: list[object] = [GOOD | {"created_at": AT + number} for number in range(60)]
    rows[29] = "{}"
    rows[31] = "{]"
    report = load(records, written(tmp_path, *rows))
    assert [
        "58 rows loaded, 2 refused",
        "line 30: user_id is missing",
        "line 32: not JSON: Expecting property name enclosed in double quotes at column 2",
    ] == list(report.lines())
    assert [row for row in rows if isinstance(row, dict)] == stored(records)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user_id": 12345}, "user_id is not a string"),
        ({"user_id": None}, "user_id is missing"),
        ({"created_at": ""}, "created_at is missing"),
        ({"created_at": "2025-11-01T12:00:00Z"}, "created_at is not a number"),
        ({"created_at": "1.76E+12"}, "created_at is not a number"),
        ({"created_at": True}, "created_at is not a number"),
        ({"created_at": AT * 1_000}, "created_at has more digits than epoch milliseconds"),
        ({"created_at": 10**400}, "created_at has more digits than epoch milliseconds"),
        ({"status": ["SENT"]}, "status is not a string"),
        ({"platform": 7}, "platform is not a string"),
    ],
)
def test_row_without_a_key_or_with_a_wrong_type_is_refused(
    moto_records: Table, tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    """The message has no value of the row. A file without a row that can be loaded is unusable."""
    with pytest.raises(UnusableFileError, match=rf"rows\.ndjson: no row can be loaded; line 1: {reason}$"):
        load(moto_records, written(tmp_path, GOOD | change))


def test_number_of_dynamodb_json_that_is_not_one_is_refused(moto_records: Table, tmp_path: Path) -> None:
    """A text, and more digits than a number may have."""
    for number in ("many", "Infinity", "1." + "0" * 60 + "1"):
        with pytest.raises(UnusableFileError, match=r"line 1: "):
            load(moto_records, written(tmp_path, {"user_id": {"S": "u"}, "created_at": {"N": number}}))


@pytest.mark.parametrize("content", ["", "\n\n", "not rows at all\n", "a,b\n1,2\n", "[]"])
def test_unusable_file_is_an_error(moto_records: Table, tmp_path: Path, content: str) -> None:
    """One line names the file and the first reason."""
    with pytest.raises(UnusableFileError, match=r"rows\.ndjson: no row can be loaded; "):
        load(moto_records, written(tmp_path, content))


def test_row_that_dynamodb_rejects_is_named(records: Table, tmp_path: Path) -> None:
    """The other rows of its batch are loaded."""
    rows = [GOOD | {"created_at": AT + number} for number in range(30)]
    rows[6] |= {"user_id": "u" * 2_049}
    rows[20] |= {"error_msg": "x" * 400 * 1024}
    report = load(records, written(tmp_path, *rows))
    assert (28, 2) == (report.loaded, report.refused)
    assert ["line 7", "line 21"] == [reason.partition(":")[0] for reason in report.reasons]
    assert 28 == len(stored(records))


@pytest.mark.parametrize(
    ("written_as", "digits"),
    [
        ("1761998400123.483920117264", "1761998400123.483920117264"),
        ('"1761998400123.483920117264"', "1761998400123.483920117264"),
        ("1761998400123.0", "1761998400123"),
        ('"0001761998400123"', "1761998400123"),
        ("1.761998400123E12", "1761998400123"),
        ('{"N": "1761998400123.50"}', "1761998400123.5"),
    ],
)
def test_time_is_stored_digit_by_digit(records: Table, tmp_path: Path, written_as: str, digits: str) -> None:
    """No digit is lost to binary floating point, and each time has one form."""
    user = '{"S": "u"}' if "N" in written_as else '"u"'
    load(records, written(tmp_path, f'{{"user_id": {user}, "created_at": {written_as}}}'))
    assert [digits] == [str(row["created_at"]) for row in stored(records)]


def test_doubtful_rows_are_loaded_with_one_warning_of_each_kind(records: Table, tmp_path: Path) -> None:
    """Seconds, unknown values, missing and unknown attributes, ids that no query can ask for."""
    rows = [
        GOOD | {"created_at": 1_761_998_400},
        GOOD | {"created_at": 1_761_998_401, "status": "BOUNCED", "platform": "ios"},
        {"user_id": "u", "created_at": AT, "status": "FAILED"},
        GOOD | {"user_id": "u" * 257},
        GOOD | {"user_id": "v", "ttl": 1, "_id": "x", "nested": {"a": [1.5, None]}},
        GOOD | {"user_id": "v", "status": "DELIVERED"},
    ]
    assert [
        "5 rows loaded, 0 refused",
        "warning: created_at looks like seconds, not milliseconds (2 rows)",
        "warning: unknown status BOUNCED (1 row)",
        "warning: unknown platform ios (1 row)",
        "warning: transaction_id is missing (1 row)",
        "warning: error_msg is missing although status is FAILED (1 row)",
        "warning: no query can ask for user_id: it breaks maxLength of rows.schema.json (1 row)",
        "warning: replaces an earlier row with its user_id and created_at (1 row)",
        "loaded, but in no answer: _id, nested, ttl",
    ] == sorted(load(records, written(tmp_path, *rows)).lines(), key=_order)
    assert ["DELIVERED"] == [row["status"] for row in stored(records) if row["user_id"] == "v"]


def _order(line: str) -> int:
    words = (
        "rows loaded",
        "seconds",
        "status BOUNCED",
        "platform",
        "transaction_id",
        "error_msg",
        "maxLength",
        "earlier",
    )
    return next((number for number, word in enumerate(words) if word in line), len(words))


def test_row_has_every_property_of_the_contract(records: Table, tmp_path: Path) -> None:
    """Each is loaded without a warning."""
    row = {name: each["example"] for name, each in stored_record(record_schema("public"))["properties"].items()}
    assert ["1 rows loaded, 0 refused"] == list(load(records, written(tmp_path, row)).lines())
    assert [row] == stored(records)


def test_rows_so_far_are_counted(records: Table, tmp_path: Path) -> None:
    """A large file takes a while, and a terminal shows how far it is."""
    counts: list[int] = []
    path = written(tmp_path, *(GOOD | {"created_at": AT + number} for number in range(1_500)))
    load(records, path, counts.append)
    assert [1_000, 1_500] == counts


def test_report_shows_the_first_reasons_and_how_many_more() -> None:
    """The report of a bad file fits on a screen, and no control character of the file is printed."""
    report = Report(loaded=1200, unknown={f"attribute_{number:02}\x1b" for number in range(30)})
    for line in range(1, 1501):
        report.refuse(f"line {line}", "not UTF-8")
    head, *reasons, more, unknown = report.lines()
    assert ("1,200 rows loaded, 1,500 refused", "and 1,495 more") == (head, more)
    assert [f"line {line}: not UTF-8" for line in range(1, 6)] == reasons
    assert unknown.endswith("attribute_09?, ...")


def test_examples_are_ids_with_the_most_rows() -> None:
    """A transaction with failures comes before one with more rows."""
    rows = [{"user_id": f"u{number % 3}", "transaction_id": "t", "status": "SENT"} for number in range(7)]
    assert {"user": "u0", "transaction": "t"} == ExampleIds(rows).examples()
    failed = {"user_id": "u1", "transaction_id": "f", "status": "FAILED", "marketing_id": "m"}
    assert {"user": "u1", "campaign": "m", "transaction": "f"} == ExampleIds([*rows, failed, failed]).examples()


def test_pipe_is_loaded_like_a_file(records: Table, tmp_path: Path) -> None:
    """The file may be the output of another program: it is read once, from front to back."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[json.dumps(GOOD) + "\n"])
    writer.start()
    assert 1 == load(records, pipe).loaded
    writer.join()
