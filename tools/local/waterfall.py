"""Shows on a terminal each request's way through the hops, made of nothing but the lines that the hops log."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.text import Text

from common.logs import JsonFormatter
from tools.local.journey import Journey, Row

# The seconds in which the lines of the hops further out can still come, by the outermost hop so far: a hop that answers
# logs after its answer has gone, and one that waits for another try of its neighbour logs when it is done.
_WAIT: Final = {"public_gateway": 0.25, "query_lambda": 1.0, "service": 1.0}
_LONGEST_WAIT: Final = 30.0
_TICK: Final = 0.05
_NARROWEST_BAR: Final = 8
_LEFT: Final = "{hop:<20}{started:>7} {duration:>7} "
_RIGHT: Final = " {status:>3} {items:>5} {units:>5} {retries:>5}"
_HEAD: Final = {
    "hop": "hop",
    "started": "from ms",
    "duration": "ms",
    "status": "",
    "items": "items",
    "units": "units",
    "retries": "tries",
}


class Waterfall(logging.Handler):
    """Collects log lines by request, and writes each request's once it is over; `clock` tells seconds."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonFormatter())
        self._console = console
        self._clock = clock
        self._journeys: dict[str, tuple[Journey, float]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Take in a line, if it is one of a request."""
        line = json.loads(self.format(record))
        if "request_id" in line:
            journey, _ = self._journeys.get(line["request_id"], (Journey(), 0.0))
            journey.add(line, record.created * 1_000)
            hop = (journey.outermost or {}).get("hop", "")
            self._journeys[line["request_id"]] = journey, self._clock() + _WAIT.get(hop, _LONGEST_WAIT)

    def show(self, *, all_of_them: bool = False) -> None:
        """Write the requests that are over, or all that there are."""
        with self.lock or threading.RLock():
            now = self._clock()
            over = [name for name, (_, due) in self._journeys.items() if all_of_them or due <= now]
            journeys = [(name, self._journeys.pop(name)[0]) for name in over]
        for request_id, journey in journeys:
            for line in drawn(request_id, journey, self._console.width):
                self._console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


@contextmanager
def waterfalls(console: Console) -> Iterator[None]:
    """Show each request that is logged in the block; what the process logs otherwise stays as it is."""
    root = logging.getLogger()
    waterfall = Waterfall(console)
    levels = [(handler, handler.level) for handler in root.handlers]
    level = root.level
    for handler, own in levels:
        handler.setLevel(max(own, level))
    root.addHandler(waterfall)
    root.setLevel(min(level, logging.INFO))
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(waterfall, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        root.removeHandler(waterfall)
        root.setLevel(level)
        for handler, own in levels:
            handler.setLevel(own)
        waterfall.show(all_of_them=True)


def _show(waterfall: Waterfall, ended: threading.Event) -> None:
    while not ended.wait(_TICK):
        waterfall.show()


def drawn(request_id: str, journey: Journey, width: int) -> Iterator[Text]:
    """Yield the lines of a request's picture, for a terminal of this width; there are none if no hop has logged one."""
    outermost = journey.outermost
    if outermost is None:
        return
    title = f"{outermost['operation']} {outermost['status']} {outermost.get('code', '')}".rstrip()
    yield Text()
    yield Text.assemble((title, f"bold {_colour(outermost['status'])}"), f"  request {request_id}")
    bar_width = max(_NARROWEST_BAR, width - len(_LEFT.format(**_HEAD)) - len(_RIGHT.format(**_HEAD)))
    yield Text(_LEFT.format(**_HEAD) + " " * bar_width + _RIGHT.format(**_HEAD), "dim")
    rows = list(journey.rows())
    total = max(row.started + row.duration for row in rows)
    for row in rows:
        yield _line(row, total, bar_width)
        yield from (Text(f"{' ' * row.depth}  ↳ {note}", _colour(row.status)) for note in row.notes)
    yield from (Text(f"  ↳ {said}", "yellow") for said in journey.elsewhere())


def _line(row: Row, total: float, bar_width: int) -> Text:
    hop = row.hop if row.calls in {None, 1} else f"{row.hop} x{row.calls}"
    left = _LEFT.format(
        hop=" " * row.depth + hop, started=_number(max(0.0, row.started)), duration=_number(row.duration)
    )
    right = _RIGHT.format(
        status=_text(row.status),
        items=_text(row.items),
        units="" if row.read_units is None else f"{row.read_units:g}",
        retries="" if row.retries is None else row.retries + 1,
    )
    colour = _colour(row.status)
    return Text.assemble((left, colour if colour != "green" else ""), (_bar(row, total, bar_width), colour), right)


def _bar(row: Row, total: float, width: int) -> str:
    scale = width / total if total else 0.0
    begin = min(width - 1, max(0, int(row.started * scale)))
    length = min(width - begin, max(1, round(row.duration * scale)))
    return f"{' ' * begin}{'█' * length}".ljust(width)


def _colour(status: int | None) -> str:
    if status is None:
        return "cyan"
    return "red" if status >= 500 else "yellow" if status >= 400 else "green"  # noqa: PLR2004  # of HTTP


def _number(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 10_000 else f"{milliseconds:.0f}"  # noqa: PLR2004  # seven places


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
