"""Results are shown as tables; checks and goals are judged separately."""

from pathlib import Path

import pytest

from lab import publish
from lab.faults import scenario
from lab.faults.__main__ import SCENARIOS, blocks
from lab.faults.scenario import Case, Result


def result(*, held: bool = True, fast: bool = True) -> Result:
    """Return a small result."""
    case = Case("killed", {"sent": 1200, "answered": {"200": 1199, "502 bad_gateway": 1}, "p99 ms": 1.5})
    case.check("nothing is lost", held)
    case.goal("99 of 100 in under 2 ms", fast)
    cases = [case, Case("stopped", {"exit code": 0})]
    return Result("stopping", "Killed", {"requests a second": 60}, cases, {"load": 0.5})


def test_the_page_agrees_with_the_results() -> None:
    """`make faults` writes both; an edit of one alone is an error."""
    page = scenario.PAGE.read_text(encoding="utf-8")
    assert publish.filled(page, blocks()) == page


def test_every_scenario_is_on_the_page() -> None:
    """A scenario without a block would not be published."""
    marks = [name for _, name, _ in publish.MARKED.findall(scenario.PAGE.read_text(encoding="utf-8"))]
    assert list(SCENARIOS.values()) == marks


@pytest.mark.parametrize("name", SCENARIOS.values())
def test_every_published_check_held(name: str) -> None:
    """A goal may be missed and is shown so; a check may not."""
    found = scenario.read(name)
    assert [] == found.failed(with_goals=False)
    assert any(case.checks for case in found.cases)


def test_figures_are_tables() -> None:
    """Cases with the same figures share a table."""
    text = scenario.block(result())
    assert text.startswith("requests a second 60, load average of the machine at the end 0.5.\n\n")
    assert "| case | sent | answered | p99 ms |\n|---|---|---|---|\n" in text
    assert "| killed | 1,200 | 200: 1,199, 502 bad_gateway: 1 | 1.5 |\n" in text
    assert "| stopped | 0 |\n" in text
    assert "- nothing is lost: yes\n- goal: 99 of 100 in under 2 ms: yes\n" in text


def test_a_failed_check_is_shown_with_its_case() -> None:
    """The reader sees where it failed."""
    assert "- nothing is lost: **no**, killed\n" in scenario.block(result(held=False))
    assert ["killed: nothing is lost"] == result(held=False).failed(with_goals=True)


def test_a_missed_goal_fails_a_full_run_and_not_a_short_one() -> None:
    """Goals depend on the speed of the machine."""
    assert ["killed: 99 of 100 in under 2 ms"] == result(fast=False).failed(with_goals=True)
    assert [] == result(fast=False).failed(with_goals=False)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    """JSON keeps all of a result, with the machine of the run."""
    result().write(tmp_path)
    found = scenario.read("stopping", tmp_path)
    assert {"python", "cores", "load"} == set(found.machine)
    assert result().cases == found.cases
