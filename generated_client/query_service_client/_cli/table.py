"""A table for people: one line a record, as wide as the terminal."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .._runtime import to_datetime
from ..models.push_record import PushRecord
from .texts import printable

# In the order of the columns; where the terminal is narrow, the last ones are left out. Other fields follow.
_ORDER: Final = (
    "created_at",
    "status",
    "reason",
    "user_id",
    "platform",
    "error_msg",
    "notification_title",
    "transaction_id",
    "marketing_id",
    "ap_id",
)
_TITLES: Final = {"error_msg": "error", "notification_title": "title"}
# Never cut; texts and ids have at least these widths, or are left out.
_WHOLE: Final = ("created_at", "status", "reason", "platform")
_LEAST_OF_TEXTS: Final = 16
_LEAST: Final = 12
_GAP: Final = 2
_COLOURS: Final = {"FAILED": "red", "DELIVERED": "green"}


@dataclass(frozen=True, kw_only=True)
class View:
    """The content of a table: `known` are the fields that were asked for, `zone` is local time if None."""

    known: Collection[str]
    zone: tzinfo | None
    is_wide: bool


def write_table(records: Sequence[PushRecord], view: View) -> list[str]:
    """Write records to standard output; return the titles of columns that were left out of a narrow terminal.

    In a file, and with `is_wide`, all columns are whole.
    """
    columns = _columns(records, view)
    if not records:
        return []
    to_terminal = sys.stdout.isatty()
    widths = {name: max(cell.cell_len for cell in cells) for name, cells in columns.items()}
    if to_terminal and not view.is_wide:
        widths = _fitted(widths, Console().width)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for name, width in widths.items():
        table.add_column(columns[name][0], no_wrap=True, overflow="ellipsis", width=width)
    for number in range(1, len(records) + 1):
        table.add_row(*(columns[name][number] for name in widths))
    Console(force_terminal=to_terminal, width=sum(widths.values()) + _GAP * len(widths)).print(table)
    return [columns[name][0].plain for name in columns if name not in widths]


def _columns(records: Sequence[PushRecord], view: View) -> dict[str, list[Text]]:
    """Return the cells of each column that holds something, the title first."""
    fields = PushRecord.__struct_fields__
    names = [name for name in (*_ORDER, *fields) if name in fields and name not in view.known]
    titles = _TITLES | {"created_at": f"created_at ({'local' if view.zone is None else view.zone})"}
    columns = {name: [_cell(name, record, view) for record in records] for name in dict.fromkeys(names)}
    return {name: [Text(titles.get(name, name)), *cells] for name, cells in columns.items() if any(map(len, cells))}


def _fitted(natural: Mapping[str, int], room: int) -> dict[str, int]:
    """Return the widths of the columns that have room: ids are whole, if they can be, before texts are."""
    widths: dict[str, int] = {}
    for name, width in natural.items():
        least = width if name in _WHOLE else min(width, _LEAST_OF_TEXTS if name in _TITLES else _LEAST)
        if not widths or sum(widths.values()) + _GAP * len(widths) + least <= room:
            widths[name] = least
    left = room - sum(widths.values()) - _GAP * (len(widths) - 1)
    for name in sorted(widths, key=lambda name: name in _TITLES):
        more = min(natural[name] - widths[name], max(left, 0))
        if name in _TITLES or widths[name] + more == natural[name]:  # a longer part of an id is no better
            widths[name] += more
            left -= more
    return widths


def _cell(name: str, record: PushRecord, view: View) -> Text:
    value = getattr(record, name)
    if name.endswith(("_at", "_ts")) and isinstance(value, int):
        return Text(as_time(value, view))
    style = _COLOURS.get(value or "", "") if name == "status" else ""
    text = "" if value is None else printable(str(value))
    # What the output will replace is as wide as what replaces it.
    return Text(text.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding), style)


def as_time(milliseconds: int, view: View) -> str:
    """Return a time in the zone of the view, or its number if it is after the year 9999."""
    try:
        moment = to_datetime(milliseconds).astimezone(view.zone).replace(tzinfo=None)
    except OverflowError:
        return str(milliseconds)
    return moment.isoformat(" ", "milliseconds" if view.is_wide else "seconds")
