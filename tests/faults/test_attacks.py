"""What attacks: the same seed attacks alike, and the judges tell good from bad."""

import json
from random import Random
from typing import Any

import pytest

from lab.faults import cursors, mutation
from lab.faults.corpus import Sent, corpus
from lab.faults.judge import Judge
from lab.faults.shapes import shapes

PROBLEM = {
    "type": "urn:push-records:problem:invalid_body",
    "title": "The request body does not match the contract",
    "status": 400,
    "detail": "limit",
    "code": "invalid_body",
    "request_id": "r",
}
HEADERS = {"content-type": "application/problem+json", "x-request-id": "r"}


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Give a judge of answers."""
    return Judge()


def test_a_problem_document_is_good(judge: Judge) -> None:
    """One that the contract has, and that agrees with its own head."""
    assert judge.fault(400, HEADERS, json.dumps(PROBLEM).encode()) is None


def test_a_page_is_good(judge: Judge) -> None:
    """What was answered 200 is not looked at."""
    assert judge.fault(200, {}, b"{}") is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_bad(judge: Judge, status: int) -> None:
    """Nothing is broken while fuzzing, so that any 5xx is of our own making, however well it is worded."""
    assert judge.fault(status, HEADERS, json.dumps({**PROBLEM, "status": status}).encode()) is not None


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"content-type": "text/plain", "x-request-id": "r"}, PROBLEM),
        ({"content-type": "application/problem+json", "x-request-id": "s"}, PROBLEM),
        (HEADERS, {**PROBLEM, "status": 404}),
        (HEADERS, {**PROBLEM, "code": "not_found"}),
        (HEADERS, {**PROBLEM, "code": "no_such_code"}),
        (HEADERS, {**PROBLEM, "detail": 5}),
        (HEADERS, {key: value for key, value in PROBLEM.items() if key != "title"}),
        (HEADERS, []),
    ],
)
def test_a_bad_problem_document_is_bad(judge: Judge, headers: dict[str, str], problem: Any) -> None:  # noqa: ANN401  # any JSON
    """Another media type, id or status than its head, a code that is none, a field missing or of another type."""
    assert judge.fault(400, headers, json.dumps(problem).encode()) is not None


def test_the_same_seed_makes_the_same_requests() -> None:
    """A fault that fuzzing finds can be found again."""
    found = [corpus("public", seed=3, examples=5) for _ in range(2)]
    assert found[0] == found[1]
    changed = [[mutation.request(Random(number), sent) for number, sent in enumerate(each)] for each in found]
    assert changed[0] == changed[1]
    assert changed[0] != found[0]


def test_requests_that_start_reach_every_operation() -> None:
    """There are valid ones and invalid ones of each."""
    paths = {sent.path for sent in corpus("public", seed=1, examples=2)}
    assert {"/query/user", "/query/marketing", "/query/fail", "/query/failures", "/failed", "/health"} <= paths


def test_what_is_nested_too_deeply_is_left_as_it_is() -> None:
    """A change may nest a body so deeply that the next change cannot read it."""
    deep = Sent("POST", "/query/user", {}, b'{"user_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert 50 == len([mutation.request(Random(number), deep) for number in range(50)])


def test_an_event_is_changed() -> None:
    """Of a hundred changed events most differ, and members go missing in some."""
    whole = {"body": "{}", "headers": None, "httpMethod": "POST"}
    changed = [mutation.event(Random(number), whole) for number in range(100)]
    assert sum(event != whole for event in changed) > 50
    assert any(whole.keys() - event.keys() for event in changed)


def test_no_cursor_of_ten_thousand_is_accepted() -> None:
    """Every kind of forgery is tried as often as asked for, and none opens."""
    tried, accepted = cursors.attack(10_000, 1)
    assert [] == accepted
    assert 10_000 == tried.total()
    assert 10 == len(tried)


def test_a_changed_text_differs() -> None:
    """A forgery that is no forgery would be accepted by right."""
    assert "abc" not in {mutation.text(Random(number), "abc", "abc") for number in range(500)}


def test_shapes_differ_and_the_first_is_the_control() -> None:
    """No shape is tried twice; without a control that gets two answers, one answer shows nothing."""
    found = list(shapes())
    assert len({shape.raw for shape in found}) == len({shape.name for shape in found}) == len(found)
    assert 2 == found[0].answers
