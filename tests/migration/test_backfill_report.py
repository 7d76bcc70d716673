"""What a back-fill shows while it runs, and says at its end."""

import io
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from tools.migration.backfill.report import Report, progress_bar
from tools.migration.outcome import Outcome


def report(folder: Path, *, whole: bool = True, **counts: int) -> Report:
    """Make a report of a run that listed two rows."""
    listed = folder / "listed"
    listed.write_text('{"user_id": "u1"}\n{"user_id": "u2"}\n', encoding="utf-8")
    return Report.of(
        Counter(counts),
        table="command-records",
        dry_run=False,
        resumed=False,
        whole=whole,
        seconds=2.0,
        spent={"write_units": 4.0},
        unmatched_list=str(listed),
    )


def shown(said: Report) -> str:
    """Return what is printed."""
    console = Console(file=io.StringIO(), width=100)
    said.show(console)
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
def test_the_exit_code_says_what_is_left(tmp_path: Path, counts: dict[str, int], whole: bool, outcome: Outcome) -> None:  # noqa: FBT001  # a case
    """Nothing, rows without a rule, or a part of the work."""
    assert outcome is report(tmp_path, whole=whole, **counts).outcome()


def test_the_report_says_what_became_of_each_row(tmp_path: Path) -> None:
    """In numbers; rows without a rule by name; what is to be done by its command."""
    text = shown(report(tmp_path, whole=False, scanned=5, written=3, unmatched=2, **{"ap_id a": 1, "ap_id b": 2}))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert {"rows read 5", "given an ap_id 3", "a 1", "b 2", "no rule matches 2"} <= set(lines)
    assert '{"user_id": "u2"}' in lines
    assert "Stopped before the end; run the same command again and it goes on from here." in lines


def test_the_bar_shows_rows_rate_and_what_was_written() -> None:
    """What an earlier run read is on it; it never goes beyond its end, though the count is an old one."""
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with progress_bar("command-records", rows=100, done=40, console=console) as moved:
        moved(Counter(scanned=70, written=7))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "110/110" in text
    assert "7 written" in text
    assert "/s," in text


def test_without_a_terminal_there_is_no_bar() -> None:
    """A log file is not drawn on."""
    console = Console(file=io.StringIO())
    with progress_bar("command-records", rows=100, done=0, console=console) as moved:
        moved(Counter(scanned=70))
    assert "" == console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
