"""Shows on a terminal each request that the hops log: a line, or a waterfall of its way through the hops."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.text import Text

from common.logs import JsonFormatter
from tools.local.journey import Journey, Row

# Seconds to wait for the lines of outer hops, by the outermost hop so far: a hop logs after its answer is sent, and a
# hop that retries logs once it is done.
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

# Draws a request of an id for a terminal of a width.
Draw = Callable[[str, Journey, int], Iterable[Text]]


class Requests(logging.Handler):
    """Collects log lines by request, and shows each request once it is over; `clock` returns seconds."""

    def __init__(self, console: Console, draw: Draw, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonFormatter())
        self._console = console
        self._draw = draw
        self._clock = clock
        self._journeys: dict[str, tuple[Journey, float]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Add a line to its request; ignore a line without one."""
        line = json.loads(self.format(record))
        if "request_id" in line:
            journey, _ = self._journeys.get(line["request_id"], (Journey(), 0.0))
            journey.add(line, record.created * 1_000)
            hop = (journey.outermost or {}).get("hop", "")
            self._journeys[line["request_id"]] = journey, self._clock() + _WAIT.get(hop, _LONGEST_WAIT)

    def show(self, *, unfinished: bool = False) -> None:
        """Write the requests that are over; the others too if `unfinished`."""
        with self.lock or threading.RLock():
            now = self._clock()
            over = [name for name, (_, due) in self._journeys.items() if unfinished or due <= now]
            journeys = [(name, self._journeys.pop(name)[0]) for name in over]
        for request_id, journey in journeys:
            write(self._console, self._draw(request_id, journey, self._console.width))


@contextmanager
def shown(console: Console, draw: Draw) -> Iterator[None]:
    """Show each request that is logged inside the block; the process's other handlers keep their levels."""
    root = logging.getLogger()
    requests = Requests(console, draw)
    levels = [(handler, handler.level) for handler in root.handlers]
    level = root.level
    for handler, own in levels:
        handler.setLevel(max(own, level))
    root.addHandler(requests)
    root.setLevel(min(level, logging.INFO))
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(requests, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        root.removeHandler(requests)
        root.setLevel(level)
        for handler, own in levels:
            handler.setLevel(own)
        requests.show(unfinished=True)


def write(console: Console, lines: Iterable[Text]) -> None:
    """Write lines to a terminal and cut each at its width."""
    for line in lines:
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def line(request_id: str, journey: Journey, _width: int) -> Iterator[Text]:
    """Yield one line: method, path, status, duration and request id of the outermost hop's access log."""
    fields = journey.outermost
    if fields is not None:
        status, duration = fields["status"], fields["duration_ms"]
        yield Text.assemble(
            f"{fields['method']} {fields['path']} ", (str(status), _colour(status)), f" {duration:.0f} ms {request_id}"
        )


def waterfall(request_id: str, journey: Journey, width: int) -> Iterator[Text]:
    """Yield the lines of a request's waterfall; none if no hop has logged an access line."""
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
    yield from (Text(f"  ↳ {cause}", "yellow") for cause in journey.elsewhere())


def _show(requests: Requests, ended: threading.Event) -> None:
    while not ended.wait(_TICK):
        requests.show()


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
    return "red" if status >= 500 else "yellow" if status >= 400 else "green"  # noqa: PLR2004  # statuses of HTTP


def _number(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 10_000 else f"{milliseconds:.0f}"  # noqa: PLR2004  # seven columns


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
