"""When calls of the internal API are held back, and when they are let through again."""

import hypothesis
import pytest
from hypothesis import strategies as st

from service.internal_api import LEAST_QUERIES, MOST_QUERIES, WINDOW_SECONDS, CircuitBreaker, Query


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time that was set."""
        return self.now


def query(number: int) -> Query:
    """Return one of many different queries."""
    return "query_user", f"u{number}"


def opens(breaker: CircuitBreaker, query: Query) -> bool:
    """Record a failure; return whether it opened the breaker."""
    was_open = breaker.is_open
    breaker.record(query, failed=True)
    return breaker.is_open and not was_open


def closes(breaker: CircuitBreaker, query: Query) -> bool:
    """Record an answer; return whether it closed the breaker."""
    was_open = breaker.is_open
    breaker.record(query, failed=False)
    return was_open and not breaker.is_open


def opened(clock: Clock) -> CircuitBreaker:
    """Return a breaker that has just opened: as many different queries as it needs have failed."""
    breaker = CircuitBreaker(1.0, clock=clock)
    outcomes = [opens(breaker, query(number)) for number in range(LEAST_QUERIES)]
    assert [False] * (LEAST_QUERIES - 1) + [True] == outcomes
    return breaker


def test_ten_different_queries_that_fail_open_it() -> None:
    """From then on calls are held back."""
    breaker = opened(Clock())
    assert (True, False) == (breaker.is_open, breaker.admits())


@pytest.mark.parametrize("repeats", [1, 1_000])
def test_one_query_that_always_fails_does_not_open_it(repeats: int) -> None:
    """However often it is sent, alone or among queries that succeed: its caller is not everybody."""
    breaker = CircuitBreaker(clock=Clock())
    for number in range(100):
        assert not any(opens(breaker, ("query_user", "poisoned")) for _ in range(repeats))
        closes(breaker, query(number))
    assert not breaker.is_open


def test_a_query_is_an_operation_and_an_id() -> None:
    """The same id in another operation is another query."""
    breaker = CircuitBreaker(clock=Clock())
    outcomes = [opens(breaker, (operation, f"u{number}")) for operation in "ab" for number in range(5)]
    assert [False] * 9 + [True] == outcomes


def test_less_than_half_does_not_open_it() -> None:
    """Queries that succeed count as much as those that fail."""
    breaker = CircuitBreaker(clock=Clock())
    for number in range(100):
        if number % 5 < 2:
            opens(breaker, query(number))
        else:
            closes(breaker, query(number))
    assert not breaker.is_open


def test_old_outcomes_do_not_count() -> None:
    """Nine failures, and one more when they are forgotten."""
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for number in range(LEAST_QUERIES - 1):
        opens(breaker, query(number))
    clock.now += WINDOW_SECONDS + 1
    assert not opens(breaker, query(99))


@pytest.mark.parametrize("rate", [10, 100])
def test_a_dead_gateway_is_found_within_two_seconds(rate: int) -> None:
    """At ten different queries a second and more, also after a long time in which all succeeded."""
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for number in range(20 * rate):
        clock.now += 1 / rate
        closes(breaker, query(number))
    died = clock.now
    number = 20 * rate
    while not breaker.is_open:
        clock.now += 1 / rate
        number += 1
        opens(breaker, query(number))
    assert clock.now - died <= 2


def test_it_lets_one_call_through_in_each_interval() -> None:
    """The first after the interval, however many come."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 0.99
    assert not breaker.admits()
    clock.now += 0.01
    assert [True, False, False] == [breaker.admits() for _ in range(3)]
    clock.now += 1
    assert [True, False] == [breaker.admits() for _ in range(2)]


def test_a_probe_that_fails_leaves_it_open() -> None:
    """The next probe goes when it would have gone."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 1
    assert breaker.admits()
    clock.now += 0.9
    assert not opens(breaker, query(1))
    clock.now += 0.1
    assert breaker.admits()


def test_a_probe_that_hangs_does_not_keep_it_open() -> None:
    """The answer to the next probe closes it."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 1
    assert breaker.admits()  # this probe never ends
    clock.now += 1
    assert breaker.admits()
    assert closes(breaker, query(1))
    assert (False, True, True) == (breaker.is_open, breaker.admits(), breaker.admits())


def test_an_answer_to_any_call_closes_it() -> None:
    """Also to a call that was sent before it opened; the failures before are forgotten."""
    breaker = opened(Clock())
    assert closes(breaker, query(1))
    assert (False, False) == (breaker.is_open, opens(breaker, query(2)))
    assert not closes(breaker, query(1))


@hypothesis.given(
    st.lists(st.sampled_from(["call", "wait"]) | st.tuples(st.booleans(), st.integers(0, 30)), max_size=300)
)
def test_it_follows_its_rules(steps: list[str | tuple[bool, int]]) -> None:
    """Against an oracle that remembers everything: when it opens, when it closes, and which calls it admits."""
    clock = Clock()
    breaker = CircuitBreaker(1.0, clock=clock)
    history: list[tuple[float, int, bool]] = []
    is_open, probe = False, 0.0
    for step in steps:
        if step == "wait":
            clock.now += 0.4
        elif step == "call":
            expected = not is_open or clock.now >= probe
            assert expected == breaker.admits()
            probe = clock.now + 1.0 if is_open and expected else probe
        else:
            failed, number = bool(step[0]), int(step[1])
            if is_open and not failed:
                is_open, history = False, []
            history.append((clock.now, number, failed))
            breaker.record(query(number), failed=failed)
            if failed and not is_open and _half_failed(history, clock.now):
                is_open, probe = True, clock.now + 1.0
        assert is_open == breaker.is_open


def _half_failed(history: list[tuple[float, int, bool]], now: float) -> bool:
    latest: dict[int, tuple[float, bool]] = {}
    for moment, number, failed in reversed(history):
        latest.setdefault(number, (moment, failed))
    recent = [failed for moment, failed in list(latest.values())[:MOST_QUERIES] if moment >= now - WINDOW_SECONDS]
    return len(recent) >= LEAST_QUERIES and sum(recent) * 2 >= len(recent)
