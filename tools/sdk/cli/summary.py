"""The counts of a campaign for people: tables with bars, as wide as the terminal."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .._runtime import to_datetime
from ..models.campaign_summary import CampaignSummary
from ..models.status import Status
from .table import View, as_time
from .texts import printable

_WIDTH_OF_A_FILE: Final = 80
_LONGEST_LABEL: Final = 30
_LONGEST_BAR: Final = 40
_SHORTEST_BAR: Final = 5
_GAP: Final = 2
# So many rows of a table are shown, and the others as one; rows over time are all shown.
_MOST_ROWS: Final = 10
_MILLISECONDS_OF_A_DAY: Final = 86_400_000
_RECORDS: Final = "records"
_ORDER: Final[list[str]] = [_RECORDS, Status.SENT, Status.DELIVERED, Status.FAILED]


@dataclass(frozen=True)
class _Counts:
    """A table: the counts of each label, by column."""

    title: str
    rows: dict[str, Counter[str]]

    @property
    def columns(self) -> list[str]:
        found = dict.fromkeys(name for counts in self.rows.values() for name in counts)
        return sorted(found, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))


def write_summary(summary: CampaignSummary, view: View) -> None:
    """Write the counts to standard output; a summary with a `next_cursor` has a part of them.

    Without records nothing is written.
    """
    to_terminal = sys.stdout.isatty()
    console = Console(force_terminal=to_terminal, width=None if to_terminal else _WIDTH_OF_A_FILE, highlight=False)
    if not summary.rows:
        return
    console.print(Text("\n".join(_heading(summary, view))), soft_wrap=True)
    for counts in _tables(summary):
        console.print()
        console.print(_drawn(counts, console.width))


def _heading(summary: CampaignSummary, view: View) -> Iterator[str]:
    yield f"{printable(summary.marketing_id)}: {summary.rows:,} records, one for each state of a push"
    zone = "local" if view.zone is None else str(view.zone)
    since = "" if summary.counted_from is None else f" from {as_time(summary.counted_from, view)}"
    until = "" if summary.counted_to is None else f" until {as_time(summary.counted_to, view)}"
    if since or until:
        yield f"counted{since}{until} ({zone})"
    if summary.next_cursor is not None:
        yield "so far: older records are not counted"
    states = _by((cell.status, _RECORDS, cell.rows) for cell in summary.cells)
    sent = states.get(Status.SENT, Counter())[_RECORDS]
    ends = [(state, states[state][_RECORDS]) for state in (Status.DELIVERED, Status.FAILED) if state in states]
    if sent and ends:
        shares = ", ".join(f"{rows / sent:.1%} {state}" for state, rows in ends)
        yield f"of {sent:,} {Status.SENT}: {shares}"


def _tables(summary: CampaignSummary) -> Iterator[_Counts]:
    cells = summary.cells
    tables = {
        "status": _by((cell.status, _RECORDS, cell.rows) for cell in cells),
        "platform": _by((cell.platform, cell.status, cell.rows) for cell in cells),
        "reason": _by((cell.reason, _RECORDS, cell.rows) for cell in cells if cell.reason),
        "application": _by((cell.ap_id, cell.status, cell.rows) for cell in cells),
        "transaction": _by((each.transaction_id, each.status, each.rows) for each in summary.transactions or []),
    }
    yield from (_Counts(title, _largest(rows)) for title, rows in tables.items() if rows)
    if points := summary.series:
        days = all(point.start % _MILLISECONDS_OF_A_DAY == 0 for point in points)
        title, characters = ("day (UTC)", 10) if days else ("hour (UTC)", 16)
        times = ((str(to_datetime(point.start))[:characters], point.status, point.rows) for point in points)
        yield _Counts(title, _by(times))


def _by(counted: Iterable[tuple[str | None, str | None, int]]) -> dict[str, Counter[str]]:
    """Return the sums of (label, column, count)."""
    found: dict[str, Counter[str]] = {}
    for label, column, rows in counted:
        found.setdefault("(none)" if label is None else label, Counter())[column or "(none)"] += rows
    return found


def _largest(rows: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """Return the largest rows, and one with the sum of the others."""
    ordered = sorted(rows.items(), key=lambda row: -row[1].total())
    others = ordered[_MOST_ROWS:]
    if len(others) < 2:  # noqa: PLR2004  # one row takes no more room than its sum
        return dict(ordered)
    rest = Counter[str]()
    for _, row in others:
        rest.update(row)
    return dict(ordered[:_MOST_ROWS]) | {f"({len(others)} others)": rest}


def _drawn(counts: _Counts, width: int) -> Table:
    """Return a table with the numbers, and a bar for the sum of each row where there is room."""
    labels = [Text(printable(label)) for label in counts.rows]
    widest = min(max(len(counts.title), *(label.cell_len for label in labels)), _LONGEST_LABEL)
    numbers = {
        name: max(len(printable(name)), *(len(f"{row[name]:,}") for row in counts.rows.values()))
        for name in counts.columns
    }
    room = min(width - widest - sum(_GAP + each for each in numbers.values()) - _GAP, _LONGEST_BAR)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    table.add_column(counts.title, no_wrap=True, overflow="ellipsis", width=widest)
    for name, digits in numbers.items():
        table.add_column(printable(name), no_wrap=True, justify="right", min_width=digits)
    most = max(row.total() for row in counts.rows.values())
    for label, row in zip(labels, counts.rows.values(), strict=True):
        bar = _bar(row.total() * room // most) if room >= _SHORTEST_BAR else ""
        table.add_row(label, *(f"{row[name]:,}" if row[name] else "" for name in numbers), bar)
    return table


def _bar(length: int) -> str:
    """Return a bar of at least one character, in one that the output can encode."""
    full = "█"
    try:
        full.encode(sys.stdout.encoding)
    except UnicodeError:
        full = "#"
    return full * max(length, 1)
