"""Each hop keeps within the time that its caller leaves, and passes on the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.request import Deadline


class Clock:
    """A clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_time_runs_out() -> None:
    """Down to nothing, and never below."""
    clock = Clock()
    deadline = Deadline(5, clock=clock)
    left = []
    for clock.now in (1_000.0, 1_004.5, 1_005.0, 1_009.0):
        left.append((deadline.remaining(), deadline.header()))
    assert [(5.0, "5000"), (0.5, "500"), (0.0, "0"), (0.0, "0")] == left


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, 30.0),
        ("", 30.0),
        ("2500", 2.5),
        ("0", 1.0),
        ("000", 1.0),
        ("999", 1.0),
        ("0000000002500", 2.5),
        ("30001", 30.0),
        ("9" * 10_000, 30.0),
        ("-5", 30.0),
        ("+5", 30.0),
        ("5.0", 30.0),
        ("5 ", 30.0),
        ("1_000", 30.0),
        ("\u0665", 30.0),
        ("²", 30.0),
        ("soon", 30.0),
    ],
)
def test_caller_can_only_shorten(said: str | None, seconds: float) -> None:
    """A value that is not a plain number is ignored."""
    assert seconds == Deadline(30, said, clock=Clock()).remaining()


@given(st.text())
def test_no_header_is_an_exception(said: str) -> None:
    """A header of any content."""
    assert 0 <= Deadline(30, said, clock=Clock()).remaining() <= 30


@pytest.mark.parametrize(("said", "seconds"), [(None, 29.5), ("2000", 1.5), ("400", 0.5)])
def test_margin_is_kept_back(said: str | None, seconds: float) -> None:
    """The margin applies to the own limit and to the caller's."""
    assert seconds == Deadline(30, said, margin=0.5, clock=Clock()).remaining()


def test_clock_is_a_monotonic_one() -> None:
    """A correction of the wall clock ends no request."""
    assert 29 < Deadline(30).remaining() <= 30
