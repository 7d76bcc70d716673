"""A budget is never exceeded, and never wasted."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.migration.command import Budget


class Clock:
    """A clock that only `sleep` advances."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Advance the clock."""
        self.now += seconds


@given(rate=st.floats(0.5, 1000), spent=st.lists(st.floats(0.5, 50), min_size=1, max_size=40))
def test_spending_stays_within_the_rate(rate: float, spent: list[float]) -> None:
    """A call waits exactly until all earlier units are paid for."""
    clock = Clock()
    budget = Budget(rate, clock=clock, sleep=clock.sleep)
    total = 0.0
    for units in spent:
        budget.spend(units)
        assert pytest.approx(total / rate) == clock.now
        total += units


def test_the_next_call_pays_for_a_low_estimate() -> None:
    """The rate applies to the real cost."""
    clock = Clock()
    budget = Budget(10, clock=clock, sleep=clock.sleep)
    budget.spend(10)
    budget.correct(20)
    budget.spend(1)
    assert pytest.approx(3) == clock.now


def test_a_high_estimate_is_refunded() -> None:
    """A call that costs less than its estimate does not delay the next."""
    clock = Clock()
    budget = Budget(10, clock=clock, sleep=clock.sleep)
    budget.spend(10)
    budget.correct(-9)
    budget.spend(1)
    assert pytest.approx(0.1) == clock.now


def test_unused_units_do_not_accumulate() -> None:
    """After a pause the rate is the same, so that no burst reaches the table."""
    clock = Clock()
    budget = Budget(10, clock=clock, sleep=clock.sleep)
    clock.now = 100.0
    budget.spend(10)
    budget.spend(10)
    budget.spend(1)
    assert pytest.approx(102) == clock.now


def test_threads_share_a_budget() -> None:
    """Eight threads together wait as long as one thread that spends the same."""
    slept: list[float] = []
    budget = Budget(100, clock=lambda: 0.0, sleep=slept.append)
    threads = [threading.Thread(target=lambda: [budget.spend(1) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pytest.approx(1.99) == max(slept)
