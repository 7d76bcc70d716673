"""Why a push failed: real error messages and their reasons, in `failure_reasons.tsv` with their sources."""

import csv
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from result_lambda.reasons import UNKNOWN, reason
from tests.unit.result_lambda.harness import LISTS, Table
from tools.contract.bundle import bundle
from tools.local.sample import sample_rows

TABLE: Final = Path(__file__).with_name("failure_reasons.tsv")
KNOWN: Final = set(bundle("public")["components"]["schemas"]["Reason"]["x-extensible-enum"])
PREFIXES: Final = ("FCM: ", "APNs error: ", "Delivery failed: ", "[push-sender] ", "Error sending to one recipient - ")
SUFFIXES: Final = ("", ".", " (attempt 3)", " [will not be sent again]")


class Failure(NamedTuple):
    """An error message of a platform, and its reason."""

    text: str
    platform: str
    reason: str


def failures() -> list[Failure]:
    """Read the table."""
    with TABLE.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Failure(row["raw"], row["platform"].replace("*", ""), row["reason"]) for row in rows]


FAILURES: Final = failures()
WRAPPERS: Final = {
    "error": lambda text: {"error": {"message": text, "details": []}},
    "errors": lambda text: {"errors": [{"detail": text}], "success": 0},
    "reason": lambda text: {"reason": text, "timestamp": 1761998400123},
    "text in text": lambda text: {"statusText": json.dumps({"message": text})},
}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.text[:40])
def test_message_has_its_reason(failure: Failure) -> None:
    """Each line of the table."""
    assert failure.reason == reason(failure.text, failure.platform)


def test_reasons_are_those_of_the_contract() -> None:
    """The table has an example of each."""
    assert {failure.reason for failure in FAILURES} == KNOWN


@given(st.sampled_from(FAILURES), st.sampled_from(PREFIXES), st.sampled_from(SUFFIXES))
def test_case_and_surrounding_text_change_no_reason(failure: Failure, prefix: str, suffix: str) -> None:
    """Senders store messages with words of their own."""
    for text in (failure.text.upper(), failure.text.lower(), prefix + failure.text + suffix):
        assert (text, failure.reason) == (text, reason(text, failure.platform))


@given(st.sampled_from(FAILURES), st.sampled_from(sorted(WRAPPERS)), st.sampled_from([None, 2]))
def test_surrounding_json_changes_no_reason(failure: Failure, wrapper: str, indent: int | None) -> None:
    """Senders store whole answers of a platform."""
    text = json.dumps(WRAPPERS[wrapper](failure.text), indent=indent)
    assert (text, failure.reason) == (text, reason(text, failure.platform))


@given(st.text(), st.sampled_from(["", "IOS", "ANDROID", "WEBPUSH", "SMS"]))
def test_any_text_has_a_reason_of_the_contract(text: str, platform: str) -> None:
    """No message is an error."""
    assert reason(text, platform) in KNOWN


@pytest.mark.parametrize(
    "text",
    [
        "Delivery failed",
        "Something went wrong, see the log",
        "Server-side push failed more than 3 times.",
        "An error occurred when switching to FCM.",
        "Handler raised an exception in step 4",
        "NullPointerException at PushSender.java",
        "TypeError: cannot read properties of undefined (reading 'title')",
        "Job 12 ended with exit code 1",
        "The worker ran out of memory",
        "A design error of the sender",
        "Could not load preferences of the worker",
        "The preferred language of the user is zh-TW",
        "Cancelled by the sender before it was sent",
        "Message 81 of 100 failed",
        "push_publish_retries_exhausted",
        "The template was not rendered",
        "Certified mail",
        "A monkey identified the banner",
        "未知错误",
    ],
)
def test_words_that_show_no_cause_are_unknown(text: str) -> None:
    """A wrong reason sends somebody to the wrong place; UNKNOWN is counted, and seen on the dashboard."""
    assert [UNKNOWN] * 3 == [reason(text, platform) for platform in ("", "IOS", "ANDROID")]


@pytest.mark.parametrize(
    ("text", "platform", "expected"),
    [
        ("403", "IOS", "CREDENTIALS_INVALID"),
        ("403", "ANDROID", "TOKEN_MISMATCH"),
        ("404", "IOS", "PAYLOAD_INVALID"),
        ("404", "SMS", "TOKEN_UNREGISTERED"),
        ("599", "", "PROVIDER_UNAVAILABLE"),
        ("418", "", UNKNOWN),
        ("after 500 ms", "", UNKNOWN),
        ("", "", UNKNOWN),
    ],
)
def test_status_alone_tells_the_reason(text: str, platform: str, expected: str) -> None:
    """It is the last evidence, and its meaning depends on the platform."""
    assert expected == reason(text, platform)


def test_sample_rows_have_every_reason() -> None:
    """So that filters and summaries of the local stack have something to show."""
    failed = [row for row in sample_rows() if row.get("status") == "FAILED"]
    assert {reason(row["error_msg"], row["platform"]) for row in failed} == KNOWN


def seed(table: Table) -> None:
    """Store failures of four reasons, and a delivered row with an error message."""
    same = {"marketing_id": "m", "transaction_id": "t"}
    for number, (status, text) in enumerate(
        [
            ("FAILED", {"error_msg": "410 Unregistered"}),
            ("FAILED", {"error_msg": "BadDeviceToken"}),
            ("FAILED", {"error_msg": "something else"}),
            ("FAILED", {}),
            ("DELIVERED", {"error_msg": "410 Unregistered"}),
        ]
    ):
        table.put(created_at=str(number), status=status, platform="IOS", **same, **text)


@pytest.mark.parametrize(("operation", "key"), LISTS.items())
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["TOKEN_UNREGISTERED"], [0]),
        (["TOKEN_UNREGISTERED", "TOKEN_INVALID"], [1, 0]),
        (["UNKNOWN"], [3, 2]),
        (["NETWORK"], []),
        (["OF_A_LATER_VERSION"], []),
    ],
)
def test_filter_finds_failures_with_a_reason(
    table: Table, operation: str, key: str, wanted: list[str], expected: list[int]
) -> None:
    """Only failures have one: a row without an error message is UNKNOWN."""
    seed(table)
    body: dict[str, Any] = {key: {"user_id": "u", "marketing_id": "m", "transaction_id": "t"}[key]}
    assert expected == table.times(operation, **body, reason=wanted)


@pytest.mark.parametrize("operation", ["query_user", "query_transaction"])
def test_reason_of_another_state_reads_nothing(table: Table, operation: str) -> None:
    """No delivered push has a reason."""
    key = {"query_user": {"user_id": "u"}, "query_transaction": {"transaction_id": "t"}}[operation]
    assert [] == table.times(operation, **key, status=["DELIVERED"], reason=["UNKNOWN"])
    assert [] == table.sent


def test_only_failed_records_have_a_reason(table: Table, lines: Any) -> None:  # noqa: ANN401  # a fixture
    """The log line counts the reasons, and those that are UNKNOWN."""
    seed(table)
    page = table.page(user_id="u")
    assert [None, "UNKNOWN", "UNKNOWN", "TOKEN_INVALID", "TOKEN_UNREGISTERED"] == [
        record.get("reason") for record in page["items"]
    ]
    (line,) = lines()
    assert (4, 2) == (line["reasons"], line["reasons_unknown"])
