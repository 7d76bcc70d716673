"""The report says what was measured, and nothing else."""

from pathlib import Path

import pytest

from lab.faults import report
from lab.faults.report import Case, Result


def result(*, held: bool = True) -> Result:
    """Return a small one."""
    case = Case("killed", {"sent": 1200, "answered": {"200": 1199, "502 bad_gateway": 1}, "p99 ms": 1.5})
    case.check("nothing is lost", held)
    return Result(1, "Killed", {"requests a second": 60}, [case, Case("stopped", {"exit code": 0})])


def test_the_document_has_the_figures_of_the_results() -> None:
    """The part of docs/reliability.md that is generated is what lab/faults/results says: nobody has edited either."""
    document = report.DOCUMENT.read_text(encoding="utf-8")
    assert report.update(document, report.read()) == document


def test_every_scenario_has_its_results() -> None:
    """All seven have been run at their full sizes."""
    assert [1, 2, 3, 4, 5, 6, 7] == [result.number for result in report.read()]


@pytest.mark.parametrize("found", report.read(), ids=lambda found: str(found.number))
def test_what_has_to_hold_held(found: Result) -> None:
    """The results that are shown are those of a run in which everything held, and which checked something."""
    assert [] == found.failed
    assert all(case.checks for case in found.cases)


def test_figures_are_tables() -> None:
    """Cases with the same figures share a table; numbers are written for people."""
    text = report.figures([result()])
    assert "### 1. Killed\n\nrequests a second 60.\n" in text
    assert "| case | sent | answered | p99 ms |\n|---|---|---|---|\n" in text
    assert "| killed | 1,200 | 200: 1,199, 502 bad_gateway: 1 | 1.5 |\n" in text
    assert "| stopped | 0 |\n" in text
    assert "- nothing is lost: yes\n" in text


def test_what_did_not_hold_is_said() -> None:
    """A failed check stands in the report with the case that failed it."""
    assert "- nothing is lost: **no**, killed\n" in report.figures([result(held=False)])
    assert ["killed: nothing is lost"] == result(held=False).failed


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    """JSON keeps all of it."""
    result().write(tmp_path)
    assert [result()] == report.read(tmp_path)


def test_only_the_generated_part_is_replaced() -> None:
    """What people wrote before and after the figures stays."""
    document = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    assert f"before\n{report.figures([result()])}\nafter\n" == report.update(document, [result()])
