"""Attacks are reproducible, and the judge recognises good and bad replies."""

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
    """Give a judge of replies."""
    return Judge()


def test_a_problem_document_is_good(judge: Judge) -> None:
    """It matches the contract and its own status and headers."""
    assert judge.fault(400, HEADERS, json.dumps(PROBLEM).encode()) is None


def test_a_page_is_good(judge: Judge) -> None:
    """The body of a 200 is not judged."""
    assert judge.fault(200, {}, b"{}") is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_bad(judge: Judge, status: int) -> None:
    """No dependency fails while fuzzing, so any 5xx is a fault."""
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
    """Another media type, id or status, an unknown code, a field missing or of another type."""
    assert judge.fault(400, headers, json.dumps(problem).encode()) is not None


def test_the_same_seed_makes_the_same_requests() -> None:
    """A fault that fuzzing finds can be reproduced."""
    found = [corpus("public", seed=3, examples=5) for _ in range(2)]
    assert found[0] == found[1]
    changed = [[mutation.request(Random(number), sent) for number, sent in enumerate(each)] for each in found]
    assert changed[0] == changed[1]
    assert changed[0] != found[0]


def test_the_corpus_has_requests_to_every_operation() -> None:
    """There are valid ones and invalid ones of each."""
    paths = {sent.path for sent in corpus("public", seed=1, examples=2)}
    assert {"/query/user", "/query/marketing", "/query/fail", "/query/failures", "/failed", "/health"} <= paths


def test_a_body_that_is_nested_too_deeply_is_left_unchanged() -> None:
    """One mutation may nest a body so deeply that the next cannot parse it."""
    deep = Sent("POST", "/query/user", {}, b'{"user_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert 50 == len([mutation.request(Random(number), deep) for number in range(50)])


def test_events_are_mutated() -> None:
    """Most of a hundred mutated events differ, and some lack members."""
    whole = {"body": "{}", "headers": None, "httpMethod": "POST"}
    changed = [mutation.event(Random(number), whole) for number in range(100)]
    assert sum(event != whole for event in changed) > 50
    assert any(whole.keys() - event.keys() for event in changed)


def test_no_cursor_of_ten_thousand_is_accepted() -> None:
    """Every kind of forgery is tried, and none opens."""
    tried, accepted = cursors.attack(10_000, 1)
    assert [] == accepted
    assert 10_000 == tried.total()
    assert 10 == len(tried)


def test_a_changed_text_differs() -> None:
    """An unchanged cursor would rightly be accepted."""
    assert "abc" not in {mutation.text(Random(number), "abc", "abc") for number in range(500)}


def test_shapes_differ_and_the_first_is_the_control() -> None:
    """Each has its own bytes, name and request id; the control is two well-formed requests."""
    found = list(shapes())
    for attribute in ("raw", "name", "request_id"):
        assert len(found) == len({getattr(shape, attribute) for shape in found})
    assert [2] == [shape.requests for shape in found if shape.requests > 1]
    assert 2 == found[0].requests
