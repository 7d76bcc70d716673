"""What became of a push: the verdict, its reason, and the steps."""

from typing import Any

import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from result_lambda import pushes
from result_lambda.operations import EXPLAINED_ROWS
from tests.unit.result_lambda.harness import Table, client_of, part

OPERATION = "explain_push"
GONE = "APNs 410 Unregistered: the device token is no longer active"
TX = {"transaction_id": "t"}


def row(time: str, status: str | None = "SENT", platform: str = "IOS", **texts: str) -> dict[str, Any]:
    """Return a row of the transaction as DynamoDB answers it."""
    attributes = {"user_id": "u", **TX, "platform": platform, "status": status, **texts}
    return {"created_at": {"N": time}, **{name: {"S": text} for name, text in attributes.items() if text is not None}}


def explain(*rows: dict[str, Any], is_complete: bool = True, is_known: bool | None = None) -> dict[str, Any]:
    """Explain the push from these rows."""
    return pushes.explain(pushes.Reading(rows=rows, is_complete=is_complete, is_known=is_known), "transaction_id", "t")


FIXTURES: list[tuple[str, dict[str, Any]]] = [
    ("DELIVERED", explain(row("1"), row("2", "DELIVERED"))),
    ("FAILED", explain(row("1"), row("2", "FAILED", error_msg=GONE))),
    ("HANDED_OVER", explain(row("1"), row("2", "QUEUED"))),
    ("NOT_ADDRESSED", explain(is_known=True)),
    ("UNKNOWN_TRANSACTION", explain(is_known=False)),
    ("UNDECIDED", explain(row("1", "QUEUED"))),
    ("UNDECIDED", explain(is_complete=False)),
]


@pytest.mark.parametrize(("verdict", "found"), FIXTURES)
def test_every_verdict(verdict: str, found: dict[str, Any]) -> None:
    """Six kinds of evidence, six verdicts, each with its words."""
    assert (verdict, True) == (found["verdict"], len(found["detail"]) > 20)


def test_a_failure_names_its_reason_and_who_has_to_act() -> None:
    """The reason of the push that failed last; the steps show all that is recorded, the oldest first."""
    found = explain(row("3", "FAILED", error_msg=GONE), row("1"), row("2", "FAILED", "ANDROID", error_msg="?"))
    assert ("FAILED", "TOKEN_UNREGISTERED", "APP") == (found["verdict"], found["reason"], found["actor"])
    android, ios = found["pushes"]
    assert ("UNKNOWN", "TOKEN_UNREGISTERED") == (android["reason"], ios["reason"])
    assert [("SENT", 1), ("FAILED", 3)] == [(step["status"], step["created_at"]) for step in ios["steps"]]


def test_an_unknown_reason_is_the_platform_teams() -> None:
    """They extend the list of reasons."""
    assert "PLATFORM_TEAM" == explain(row("1", "FAILED", error_msg="?"))["actor"]
    assert "PLATFORM_TEAM" == explain(row("1", "FAILED"))["actor"]


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (("DELIVERED", "FAILED"), "DELIVERED"),
        (("SENT", "FAILED"), "HANDED_OVER"),
        (("FAILED", "QUEUED"), "FAILED"),
    ],
)
def test_of_several_platforms_the_best_counts(statuses: tuple[str, str], verdict: str) -> None:
    """The user got it if one device did; the others stand beside."""
    found = explain(row("1", statuses[0], "IOS"), row("2", statuses[1], "ANDROID"))
    assert verdict == found["verdict"]
    assert set(statuses) == {push["state"] for push in found["pushes"]}


def test_the_last_end_of_a_push_counts() -> None:
    """Not a SENT row that a writer stored later."""
    found = explain(row("1", "FAILED"), row("2", "DELIVERED"), row("3", "SENT"))
    assert ("DELIVERED", 2) == (found["verdict"], found["last_delivered_at"])


def test_last_delivery_is_on_the_platforms_of_the_push() -> None:
    """It tells whether the platform works for the user; without a push, any platform counts."""
    other = {**row("7", "DELIVERED", "ANDROID"), "transaction_id": {"S": "other"}}
    older = {**row("5", "DELIVERED", "IOS"), "transaction_id": {"S": "other"}}
    assert 5 == explain(row("9"), other, older)["last_delivered_at"]
    assert 7 == explain(other, older, is_known=True)["last_delivered_at"]
    assert "last_delivered_at" not in explain(row("9"))


ROWS = st.builds(
    row,
    time=st.sampled_from(["1", "2", "2.25", "2.5", "3", "4"]),
    status=st.sampled_from(["SENT", "DELIVERED", "FAILED", "QUEUED", None]),
    platform=st.sampled_from(["IOS", "ANDROID"]),
)


@given(st.lists(ROWS, max_size=6, unique_by=lambda row: row["created_at"]["N"]), st.randoms(), st.booleans())
def test_order_and_repetition_change_nothing(rows: list[dict[str, Any]], chance: Any, is_known: bool) -> None:  # noqa: ANN401, FBT001  # as drawn
    """The explanation is a function of the set of rows."""
    shuffled = rows + rows[: len(rows) // 2]
    chance.shuffle(shuffled)
    assert explain(*rows, is_known=is_known) == explain(*shuffled, is_known=is_known)


@given(st.lists(ROWS, max_size=6, unique_by=lambda row: row["created_at"]["N"]))
def test_every_row_is_a_step_of_one_push(rows: list[dict[str, Any]]) -> None:
    """None is dropped, whatever its status."""
    steps = [step for push in explain(*rows)["pushes"] for step in push["steps"]]
    assert len(rows) == len(steps)


# On a table.


def seed(table: Table) -> None:
    """Store the rows of a user in three transactions, one of another user, and of a campaign."""
    table.put(created_at="1", **TX, marketing_id="m", platform="IOS", status="SENT")
    table.put(created_at="2", **TX, marketing_id="m", platform="IOS", status="FAILED", error_msg=GONE)
    table.put(created_at="3", transaction_id="t3", platform="IOS", status="DELIVERED")
    table.put(created_at="4", user_id="other", transaction_id="theirs", marketing_id="m2", status="SENT")


@pytest.mark.parametrize(
    ("body", "verdict", "calls"),
    [
        ({"transaction_id": "t"}, "FAILED", 1),
        ({"marketing_id": "m"}, "FAILED", 1),
        ({"transaction_id": "t3", "marketing_id": None}, "DELIVERED", 1),
        ({"transaction_id": "t", "created_to": 2}, "HANDED_OVER", 1),
        ({"transaction_id": "theirs"}, "NOT_ADDRESSED", 2),
        ({"marketing_id": "m2"}, "NOT_ADDRESSED", 2),
        ({"transaction_id": "nobodys"}, "UNKNOWN_TRANSACTION", 2),
        ({"transaction_id": "t", "created_from": 2, "created_to": 1}, "NOT_ADDRESSED", 1),
    ],
)
def test_explanation_reads_the_user_and_at_most_one_row_of_an_index(
    table: Table, body: dict[str, Any], verdict: str, calls: int
) -> None:
    """The window bounds what is looked at."""
    seed(table)
    found = table.post(OPERATION, user_id="u", **body)
    assert (verdict, True, calls) == (found["verdict"], found["complete"], len(table.sent))


def test_most_calls_are_three() -> None:
    """Two for the user, whose rows may have more than a megabyte, and one for the index."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_response("query", part([9], more=True))
        stubber.add_response("query", part([8], more=False))
        stubber.add_response("query", part([1], more=False))
        assert "NOT_ADDRESSED" == table.post(OPERATION, user_id="u", transaction_id="theirs")["verdict"]
    assert [EXPLAINED_ROWS + 1, EXPLAINED_ROWS, 2] == [sent["Limit"] for sent in table.sent]


def test_a_budget_that_ends_leaves_it_undecided() -> None:
    """Rows that were not read may be of the push: it is never called not addressed."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        stubber.add_response("query", part([9], more=True))
        stubber.add_client_error("query", "ThrottlingException", http_status_code=400)
        found = table.post(OPERATION, user_id="u", transaction_id="theirs")
    assert ("UNDECIDED", False, 1_010) == (found["verdict"], found["complete"], found["searched_until"])


@pytest.mark.parametrize("throttled", [0, 1])
def test_throttle_of_the_table_or_the_index_is_503(throttled: int) -> None:
    """Nothing half is said."""
    table = Table(client_of())
    with Stubber(table.client) as stubber:
        if throttled:
            stubber.add_response("query", part([9], more=False))
        stubber.add_client_error("query", "ThrottlingException", http_status_code=400)
        assert (503, "service_unavailable") == table.ask(OPERATION, user_id="u", transaction_id="theirs").code


@pytest.mark.parametrize("body", [{}, {"transaction_id": None}, {"transaction_id": "t", "marketing_id": "m"}])
def test_exactly_one_of_both_ids_is_sent(table: Table, body: dict[str, Any]) -> None:
    """The refusal names them."""
    answered = table.ask(OPERATION, user_id="u", **body)
    assert (400, "invalid_body") == answered.code
    assert {"#/transaction_id", "#/marketing_id"} == {error["pointer"] for error in answered.body["errors"]}
    assert "exactly one of transaction_id and marketing_id" in answered.body["detail"]
