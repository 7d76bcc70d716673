"""The progress bar and the report of a back-fill."""

import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from tools.migration.backfill.command import BackfillReport, progress_bar
from tools.migration.command import Outcome


def report(folder: Path, *, whole: bool = True, **counts: int) -> BackfillReport:
    """Make a report with two listed rows."""
    listed = folder / "listed"
    listed.write_text('{"user_id": "u1"}\n{"user_id": "u2"}\n', encoding="utf-8")
    return BackfillReport(
        counts=Counter(counts),
        table="command-records",
        dry_run=False,
        resumed=False,
        whole=whole,
        seconds=2.0,
        spent={"write_units": 4.0},
        unmatched_list=str(listed),
    )


def shown(result: BackfillReport) -> str:
    """Return the printed report."""
    console = Console(file=io.StringIO(), width=100)
    result.show(console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return text


@pytest.mark.parametrize(
    ("counts", "whole", "outcome"),
    [
        ({"scanned": 5, "written": 5}, True, Outcome.GOOD),
        ({"scanned": 5, "unmatched": 1}, True, Outcome.FINDING),
        ({"scanned": 5, "changed": 1}, True, Outcome.INCOMPLETE),
        ({"scanned": 5, "unmatched": 1}, False, Outcome.INCOMPLETE),
    ],
)
def test_exit_code(tmp_path: Path, counts: dict[str, int], whole: bool, outcome: Outcome) -> None:  # noqa: FBT001  # a case
    """No open rows, rows without a rule, or an incomplete pass."""
    assert outcome is report(tmp_path, whole=whole, **counts).outcome()


def test_the_report_counts_rows_by_result(tmp_path: Path) -> None:
    """It lists rows without a rule, and explains how to continue."""
    text = shown(report(tmp_path, whole=False, scanned=5, written=3, unmatched=2, **{"ap_id a": 1, "ap_id b": 2}))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert {"rows read 5", "given an ap_id 3", "a 1", "b 2", "no rule matches 2"} <= set(lines)
    assert '{"user_id": "u2"}' in lines
    assert "Stopped before the end; run the same command again and it goes on from here." in lines


def ten_a_second(rows: int, _counts: Mapping[str, int]) -> float:
    """Estimate the time of rows."""
    return rows / 10


def test_the_bar_shows_rows_and_the_time_left() -> None:
    """It includes the rows of earlier runs, and its total grows if DynamoDB's count is too low."""
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with progress_bar("command-records", rows=900, done=40, console=console, seconds_left=ten_a_second) as moved:
        moved(Counter(scanned=10))
    assert "0:01:25 left by the budget" in console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    with progress_bar("command-records", rows=100, done=40, console=console, seconds_left=ten_a_second) as moved:
        moved(Counter(scanned=70, written=7))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "110/110" in text
    assert "7 written" in text
    assert "0:00:00 left by the budget" in text


def test_without_a_terminal_there_is_no_bar() -> None:
    """A log file stays free of it."""
    console = Console(file=io.StringIO())
    with progress_bar("command-records", rows=100, done=0, console=console, seconds_left=ten_a_second) as moved:
        moved(Counter(scanned=70))
    assert "" == console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
