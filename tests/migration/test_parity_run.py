"""Both sides are queried at a limited rate; failures are not differences, and temporary differences do not count."""

import itertools
import threading
from typing import Any

import httpx
import pytest

from tests.migration.sides import Service, side
from tools.migration.command import Budget
from tools.migration.parity.compare import IGNORED
from tools.migration.parity.queries import Query, query
from tools.migration.parity.run import Parity, Result, Verdict, percentiles

ROWS = [{"transaction_id": "tx_1", "user_id": "u1", "created_at": 1, "status": "FAILED"}]
USER = query("/query/user", {"user_id": "u1"})
FAIL = query("/query/fail", {"transaction_id": "tx_1"})


def run(
    asked: list[Query],
    before: Service | None = None,
    after: Service | None = None,
    **options: Any,  # noqa: ANN401  # arguments of Parity
) -> list[Result]:
    """Query two services."""
    made = {
        "old": side("old", before or Service(rows=()), fail_path=None),
        "new": side("new", after or Service(rows=())),
        "threads": 2,
        "rows": 100,
        "confirm": 0,
        "ignored": IGNORED,
    }
    return Parity(**{**made, **options}).run(asked, threading.Event(), lambda _result: None)


def answering(*answers: Any) -> Service:  # noqa: ANN401  # httpx.Response or an exception
    """Make a service that gives these answers in turn."""
    turn = itertools.cycle(answers)

    def edit(_: object) -> httpx.Response:
        answer = next(turn)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return Service(rows=ROWS, edit=edit)


@pytest.mark.parametrize("name", ["/query/fail", "/query/failures", "/failed"])
def test_each_side_is_queried_by_its_own_path(name: str) -> None:
    """The new side gets the new path for any logged path, and the old side gets its own."""
    old_only = Service(rows=ROWS, names=frozenset({name}))
    new_only = Service(rows=ROWS, names=frozenset({"/query/fail"}))
    by_query = run([query(name, {"transaction_id": "tx_1"})], old_only, new_only)
    by_option = run([FAIL], old_only, new_only, old=side("old", old_only, fail_path=name))
    assert [Verdict.EQUAL] * 2 == [by_query[0].verdict, by_option[0].verdict]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(500, json={"code": "internal_error"}), 'new: 500 {"code": "internal_error"}'),
        (httpx.Response(502, text="<html>"), "new: 502, and the body is not JSON"),
        (httpx.Response(200, text=""), "new: 200, and the body is not JSON"),
        (httpx.Response(200, json=[]), "new: 200 []"),
        (httpx.Response(200, json={"items": 7}), "new: 200, and the body has no list of items"),
        (httpx.Response(200, json={"items": [7]}), "new: 200, and the body has no list of items"),
        (httpx.ReadTimeout("too late"), "new: ReadTimeout: too late"),
        (httpx.ConnectError("refused"), "new: ConnectError: refused"),
    ],
)
def test_an_unusable_answer_is_a_failure(answer: Any, reason: str) -> None:  # noqa: ANN401  # an answer or an error
    """The result names side and reason. It is not a difference, but the move is not safe."""
    (result,) = run([USER], Service(rows=ROWS), answering(answer))
    assert (Verdict.FAILED, [reason]) == (result.verdict, result.failures)
    assert result.old_seconds is not None
    assert result.new_seconds is None


def test_a_page_that_fails_is_a_failure() -> None:
    """A partial answer is unusable."""
    first = httpx.Response(200, json={"items": ROWS, "next_cursor": "1"})
    (result,) = run([USER], Service(rows=ROWS), answering(first, httpx.Response(400, json={"code": "invalid_cursor"})))
    assert ["new: page 2 is 400"] == result.failures


def test_endless_pages_are_abandoned() -> None:
    """A cursor that repeats does not block the run."""
    (result,) = run([USER], Service(rows=ROWS), answering(httpx.Response(200, json={"items": [], "next_cursor": "1"})))
    assert Verdict.DIFFERENT is result.verdict


def test_a_temporary_difference_does_not_count() -> None:
    """A row that is written between the two answers is in both when the query is repeated."""
    late = answering(
        httpx.Response(200, json={"items": [], "count": 0}), httpx.Response(200, json={"items": ROWS, "count": 1})
    )
    assert [Verdict.DIFFERENT] == [result.verdict for result in run([USER], Service(rows=ROWS), late)]
    assert [Verdict.EQUAL] == [result.verdict for result in run([USER], Service(rows=ROWS), late, confirm=1)]


def test_the_rate_is_limited() -> None:
    """Each request spends the budget of its side first, also one for a next page or a repeated query."""
    slept: dict[str, list[float]] = {"old": [], "new": []}
    services = {"old": Service(rows=ROWS * 3, page=1), "new": Service(rows=[])}
    sides = {
        name: side(name, service, pace=Budget(10, clock=lambda: 0.0, sleep=slept[name].append))
        for name, service in services.items()
    }
    run([USER] * 4, **sides, confirm=1, threads=1)
    assert pytest.approx([0.1 * number for number in range(1, 24)]) == slept["old"]  # four queries, twice, three pages
    assert pytest.approx([0.1 * number for number in range(1, 8)]) == slept["new"]


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "check --old-api-key"), (403, "check --old-api-key"), (404, "check --old, with"), (429, "lower --rate")],
)
def test_a_refusal_is_a_failure_with_advice(status: int, advice: str) -> None:
    """A wrong key or path makes both sides equal, or differ, and says nothing of the move."""
    refusing = answering(httpx.Response(status, json={"code": "forbidden"}))
    (both,) = run([USER], refusing, answering(httpx.Response(403, json={"code": "forbidden"})))
    (one,) = run([USER], refusing, Service(rows=ROWS))
    for result, count in ((both, 2), (one, 1)):
        assert (Verdict.FAILED, count) == (result.verdict, len(result.failures))
        assert result.failures[0].startswith(f"old: refused with {status}: {advice}")


def test_rows_of_both_sides_are_evidence() -> None:
    """Two empty answers are equal and no evidence."""
    nobody = query("/query/user", {"user_id": "nobody"})
    results = run([USER, nobody], Service(rows=ROWS), Service(rows=ROWS))
    assert [(Verdict.EQUAL, True), (Verdict.EQUAL, False)] == [(each.verdict, each.has_rows) for each in results]


def test_a_stop_takes_effect_between_two_queries() -> None:
    """The results so far are kept."""
    stop = threading.Event()
    sides = {name: side(name, Service(rows=ROWS)) for name in ("old", "new")}
    work = Parity(**sides, threads=1, rows=10, confirm=0, ignored=())
    assert 1 == len(work.run([USER] * 5, stop, lambda _result: stop.set()))


def test_percentiles_are_measured_values() -> None:
    """They use the nearest rank, without interpolation."""
    assert {"p50": 50_000, "p95": 95_000, "p99": 99_000} == percentiles(range(1, 101))
    assert {"p50": 7_000, "p95": 7_000, "p99": 7_000} == percentiles([7])
    assert {} == percentiles([])
