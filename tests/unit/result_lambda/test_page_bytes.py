"""The byte budget of a page: Lambda rejects a response over 6,291,556 bytes, counted after the runtime's escaping."""

import json
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from result_lambda.app import create_handler
from result_lambda.settings import Settings
from tests.invocations import Context, proxy_event
from tools.local.functions import MAX_PAYLOAD_BYTES

MOST_ITEM_BYTES = 390_000  # DynamoDB's limit is 400 KB, names and other attributes included
MOST_ANSWER_BYTES = 1_048_576
ERRORS = [
    "APNs 410 Unregistered: the device token is not active for the topic. ",
    "推送服務回應逾時",
    json.dumps({"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}),
    json.dumps(json.dumps({"error": {"message": 'a "quoted" path C:\\temp'}})),
    "\x01\x1f\x7f",
    "😀é",
]


class Partition:
    """A DynamoDB client whose table has one user with these error messages, newest first."""

    def __init__(self, errors: list[str]) -> None:
        self.calls = 0
        self.rows = [self._row(len(errors) - number, error) for number, error in enumerate(errors)]

    @staticmethod
    def _row(created_at: int, error: str) -> dict[str, Any]:
        texts = {"user_id": "u", "transaction_id": "t", "status": "FAILED", "error_msg": error}
        return {"created_at": {"N": str(created_at)}, **{name: {"S": text} for name, text in texts.items()}}

    def query(self, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  # botocore's arguments
        """Answer as DynamoDB does: at most Limit rows, and no further row after 1 MB."""
        self.calls += 1
        start = arguments.get("ExclusiveStartKey")
        before = len(self.rows) + 1 if start is None else int(start["created_at"]["N"])
        rows = [row for row in self.rows if int(row["created_at"]["N"]) < before]
        found: list[dict[str, Any]] = []
        size = 0
        for row in rows[: arguments["Limit"]]:
            size += sum(len(str(text).encode()) for value in row.values() for text in value.values())
            if size > MOST_ANSWER_BYTES:
                break
            found.append(row)
        answer: dict[str, Any] = {"Items": found, "Count": len(found), "ScannedCount": len(found)}
        if len(found) < len(rows):
            answer["LastEvaluatedKey"] = {name: found[-1][name] for name in ("user_id", "created_at")}
        return answer


def walk(errors: list[str]) -> list[list[str]]:
    """Return the error messages of each page of a walk by 100; check the size of each response."""
    partition = Partition(errors)
    handler = create_handler(Settings(), cast("Any", partition))
    pages: list[list[str]] = []
    position = None
    while not pages or position is not None:
        body = {"user_id": "u", "limit": 100, "position": position}
        response = handler(proxy_event("POST", "/query/user", {k: v for k, v in body.items() if v}), Context())
        assert 200 == response["statusCode"], response["body"]
        assert len(json.dumps(response)) <= MAX_PAYLOAD_BYTES
        page = json.loads(response["body"])
        assert page["items"], "each page makes progress"
        pages.append([record["error_msg"] for record in page["items"]])
        position = page.get("next_position")
    return pages


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(ERRORS), st.integers(1, MOST_ITEM_BYTES)), min_size=1, max_size=40))
def test_every_row_is_returned_once_in_responses_that_lambda_accepts(shapes: list[tuple[str, int]]) -> None:
    """Long errors, other scripts, control characters and JSON in JSON: a page ends early, and the walk goes on."""
    errors = [(text * (size // len(text.encode()) + 1))[: size // 4 + 1] for text, size in shapes]
    assert errors == [error for page in walk(errors) for error in page]


@pytest.mark.parametrize("text", ERRORS)
def test_hundred_rows_with_large_errors_are_all_returned(text: str) -> None:
    """100 rows of 40 KB: the 4 MB of DynamoDB's answers become up to 28 MB after escaping."""
    errors = [text * (40_000 // len(text.encode()))] * 100
    assert errors == [error for page in walk(errors) for error in page]


def test_rows_over_the_byte_budget_are_several_pages() -> None:
    """4 MB of Chinese text become 8 MB after escaping."""
    assert 2 == len(walk(["手" * 13_333] * 100))


@pytest.mark.parametrize("text", ERRORS)
def test_one_row_of_the_largest_size_is_a_page(text: str) -> None:
    """An item of DynamoDB has at most 400 KB, which always fits."""
    errors = [text * (MOST_ITEM_BYTES // len(text.encode()))]
    assert [errors] == walk(errors)


def test_usual_errors_do_not_end_a_page_early() -> None:
    """100 rows with errors of 2 KB are one page."""
    assert [100] == [len(page) for page in walk([ERRORS[2] * 25] * 100)]


def test_reading_stops_once_the_page_is_full_of_bytes() -> None:
    """Two answers of 1 MB with control characters are over the budget: the page needs no third."""
    partition = Partition(["\x01" * MOST_ITEM_BYTES] * 20)
    handler = create_handler(Settings(), cast("Any", partition))
    handler(proxy_event("POST", "/query/user", {"user_id": "u", "limit": 100}), Context())
    assert 2 == partition.calls


def test_binary_attribute_counts_and_is_not_returned() -> None:
    """A row can have bytes where the contract has text."""
    partition = Partition(["x"])
    partition.rows[0]["error_msg"] = {"B": b"\xff"}
    handler = create_handler(Settings(), cast("Any", partition))
    response = handler(proxy_event("POST", "/query/user", {"user_id": "u"}), Context())
    assert 200 == response["statusCode"]
    assert "error_msg" not in json.loads(response["body"])["items"][0]
