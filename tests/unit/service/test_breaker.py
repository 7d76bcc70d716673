"""When calls to a neighbour are held back, and when they are let through again."""

import hypothesis
from hypothesis import strategies as st

from service.breaker import CircuitBreaker


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time that was set."""
        return self.now


def opened(clock: Clock) -> CircuitBreaker:
    """Return a breaker that three failures have just opened."""
    breaker = CircuitBreaker(3, 1.0, clock=clock)
    assert [False, False, True] == [breaker.failed() for _ in range(3)]
    return breaker


def test_failures_in_a_row_open_it() -> None:
    """Not those that an answer comes between."""
    breaker = CircuitBreaker(3, 1.0, clock=Clock())
    breaker.failed()
    breaker.failed()
    assert not breaker.succeeded()
    assert [False, False] == [breaker.failed(), breaker.failed()]
    assert (False, True) == (breaker.is_open, breaker.admits())
    assert breaker.failed()
    assert (True, False) == (breaker.is_open, breaker.admits())


def test_open_it_lets_one_call_through_in_each_interval() -> None:
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
    """And delays nothing: the next one goes when it would have gone."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 1
    assert breaker.admits()
    clock.now += 0.9
    assert not breaker.failed()
    clock.now += 0.1
    assert breaker.admits()


def test_a_probe_that_hangs_does_not_keep_it_open() -> None:
    """The next probe's answer counts."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += 1
    assert breaker.admits()  # and is not heard of again
    clock.now += 1
    assert breaker.admits()
    assert breaker.succeeded()
    assert (False, True, True) == (breaker.is_open, breaker.admits(), breaker.admits())


def test_an_answer_to_any_call_closes_it() -> None:
    """One that was sent before it opened is as good a sign."""
    breaker = opened(Clock())
    assert breaker.succeeded()
    assert not breaker.is_open
    assert not breaker.succeeded()


@hypothesis.given(st.lists(st.sampled_from(["ask", "tick", "fail", "succeed"]), max_size=200))
def test_it_never_admits_more_than_it_should(steps: list[str]) -> None:
    """Against an oracle: closed, everything; open, at most one call in a second, and one if a second has gone by."""
    clock = Clock()
    breaker = CircuitBreaker(3, 1.0, clock=clock)
    in_a_row, last = 0, 0.0
    for step in steps:
        if step == "tick":
            clock.now += 0.3
        elif step == "succeed":
            breaker.succeeded()
            in_a_row = 0
        elif step == "fail":
            in_a_row += 1
            breaker.failed()
            last = clock.now if in_a_row == 3 else last
        else:
            expected = in_a_row < 3 or clock.now >= last + 1.0
            assert expected == breaker.admits()
            last = clock.now if in_a_row >= 3 and expected else last
