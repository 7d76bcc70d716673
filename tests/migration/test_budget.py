"""Neither budget is ever exceeded, and none of it is given away."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.migration.budget import Budget


class Clock:
    """A time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@given(rate=st.floats(0.5, 1000), spent=st.lists(st.floats(0.5, 50), min_size=1, max_size=40))
def test_what_is_spent_by_any_moment_is_within_the_rate(rate: float, spent: list[float]) -> None:
    """When a call begins, all that was spent before it has been paid for, and not a moment longer is waited."""
    clock = Clock()
    budget = Budget(rate, clock=clock, sleep=clock.sleep)
    total = 0.0
    for units in spent:
        budget.spend(units)
        assert pytest.approx(total / rate) == clock.now
        total += units


def test_what_a_call_took_beyond_its_estimate_is_paid_for_by_the_next() -> None:
    """The rate holds for what was really spent."""
    clock = Clock()
    budget = Budget(10, clock=clock, sleep=clock.sleep)
    budget.spend(10)
    budget.correct(20)
    budget.spend(1)
    assert pytest.approx(3) == clock.now


def test_an_estimate_that_was_too_high_is_given_back() -> None:
    """A call that took less than was thought does not hold up the next."""
    clock = Clock()
    budget = Budget(10, clock=clock, sleep=clock.sleep)
    budget.spend(10)
    budget.correct(-9)
    budget.spend(1)
    assert pytest.approx(0.1) == clock.now


def test_an_idle_budget_saves_nothing_up() -> None:
    """After a pause the rate is what it was, so that a table is never hit by a burst."""
    clock = Clock()
    budget = Budget(10, clock=clock, sleep=clock.sleep)
    clock.now = 100.0
    budget.spend(10)
    budget.spend(10)
    budget.spend(1)
    assert pytest.approx(102) == clock.now


def test_threads_share_it() -> None:
    """Eight threads together wait as long as one would that spends the same."""
    slept: list[float] = []
    budget = Budget(100, clock=lambda: 0.0, sleep=slept.append)
    threads = [threading.Thread(target=lambda: [budget.spend(1) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pytest.approx(1.99) == max(slept)
