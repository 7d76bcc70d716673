"""Shows each request that the hops log as a line or a waterfall, and keeps the log lines in a file for `trace`."""

import json
import logging
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from common import logs

LOG: Final = Path(tempfile.gettempdir()) / f"push-records-{os.getuid()}.log"

# From the caller inwards. A gateway and its function are one layer: both log the gateway's request id.
_LAYERS: Final = {"public_gateway": 0, "query_lambda": 0, "service": 1, "internal_gateway": 2, "result_lambda": 2}
_HOPS: Final = (*_LAYERS, "DynamoDB")
_FLAGS: Final = {"cold_start": "cold start", "breaker_open": "breaker open", "shed": "turned away"}
# Seconds to wait for the lines of outer hops, by the outermost hop so far: a hop logs after it has sent its response.
_WAIT: Final = {"public_gateway": 0.25, "query_lambda": 1.0, "service": 1.0}
_ROW: Final = "{:<20}{:>7} {:>7} ", " {:>3} {:>5} {:>5} {:>5}"
_HEAD: Final = _ROW[0].format("hop", "from ms", "ms"), _ROW[1].format("", "items", "units", "tries")

# A log line; `at` is its time in epoch milliseconds.
Line = Mapping[str, Any]
# Draws the lines of a request for a terminal of a width.
Draw = Callable[[Sequence[Line], int], Iterable[Text]]


class _Formatter(logs.JsonFormatter):
    """A log line as JSON, with `at`."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({**json.loads(super().format(record)), "at": record.created * 1_000})


class Requests(logging.Handler):
    """Collects log lines by request, and shows each request once it is over; `clock` returns seconds."""

    def __init__(self, console: Console, draw: Draw, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(_Formatter())
        self._console = console
        self._draw = draw
        self._clock = clock
        self._lines: dict[str, list[Line]] = {}
        self._due: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Add a line to its request; ignore a line without one."""
        line = json.loads(self.format(record))
        if name := line.get("request_id"):
            lines = self._lines.setdefault(name, [])
            lines.append(line)
            outermost = next((each["hop"] for each in access_lines(lines)), "")
            self._due[name] = self._clock() + _WAIT.get(outermost, 30.0)

    def show_until(self, ended: threading.Event) -> None:
        """Show requests as they end."""
        while not ended.wait(0.05):
            self.show()

    def show(self, *, unfinished: bool = False) -> None:
        """Write the requests that are over; the others too if `unfinished`."""
        with self.lock or threading.RLock():
            now = self._clock()
            over = [self._lines.pop(name) for name, due in self._due.items() if unfinished or due <= now]
            self._due = {name: self._due[name] for name in self._lines}
        for lines in over:
            write(self._console, self._draw(lines, self._console.width))


@contextmanager
def shown(console: Console, draw: Draw, path: Path | None = None) -> Iterator[None]:
    """Show each request that is logged inside the block; the process's other handlers get no more lines than before.

    The lines are appended to the file at `path`; older lines move to `<path>.1` and are dropped later.
    """
    root = logging.getLogger()
    level = root.level
    for handler in root.handlers:
        handler.setLevel(max(handler.level, level))
    requests = Requests(console, draw)
    added: list[logging.Handler] = [requests]
    if path is not None:
        added.append(_file(path))
    for handler in added:
        root.addHandler(handler)
    root.setLevel(min(level, logging.INFO))
    ended = threading.Event()
    thread = threading.Thread(target=requests.show_until, args=(ended,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        root.setLevel(level)
        for handler in added:
            root.removeHandler(handler)
            handler.close()
        requests.show(unfinished=True)


def _file(path: Path) -> logging.Handler:
    handler = RotatingFileHandler(path, maxBytes=10_000_000, backupCount=1, encoding="utf-8")
    handler.setLevel(logging.INFO)
    handler.setFormatter(_Formatter())
    return handler


def find(path: Path, request_id: str) -> list[Line]:
    """Return the lines of a request in the file that `shown` wrote."""
    lines = []
    for file in (path.with_name(f"{path.name}.1"), path):
        if file.is_file():
            with file.open(encoding="utf-8") as texts:
                lines += [json.loads(text) for text in texts if request_id in text]
    return [line for line in lines if line.get("request_id") == request_id]


def write(console: Console, lines: Iterable[Text]) -> None:
    """Write lines to a terminal and cut each at its width."""
    for line in lines:
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def access_lines(lines: Iterable[Line]) -> list[Line]:
    """Return the access lines from the caller inwards; a gateway is followed by the function that it invoked.

    The time of a summary has another name.
    """
    wanted = [line for line in lines if line["event"] == "request" and line["hop"] in _LAYERS]
    access = [{"duration_ms": line.get("summary_ms"), **line} for line in wanted]
    began: dict[str | None, float] = {}
    for line in access:
        invocation = line.get("gateway_request_id")
        began[invocation] = min(began.get(invocation, _start(line)), _start(line))

    def place(line: Line) -> tuple[float, ...]:
        return _LAYERS[line["hop"]], began[line.get("gateway_request_id")], _HOPS.index(line["hop"]), line["at"]

    return sorted(access, key=place)


def one_line(lines: Sequence[Line], _width: int) -> Iterator[Text]:
    """Yield one line: method, path, status, duration and request id of the outermost hop's access log."""
    for line in access_lines(lines)[:1]:
        status = str(line["status"]), _colour(line)
        yield Text.assemble(
            f"{line['method']} {line['path']} ", status, f" {line['duration_ms']:.0f} ms {line['request_id']}"
        )


def waterfall(lines: Sequence[Line], width: int) -> Iterator[Text]:
    """Yield the lines of a request's waterfall; none if no hop has logged an access line."""
    access = access_lines(lines)
    if not access:
        return
    title = f"{access[0]['operation']} {access[0]['status']} {access[0].get('code', '')}".rstrip()
    yield Text()
    yield Text.assemble((title, f"bold {_colour(access[0])}"), f"  request {access[0]['request_id']}")
    bar_width = max(8, width - len("".join(_HEAD)))
    yield Text((" " * bar_width).join(_HEAD), "dim")
    causes = [line for line in lines if line["event"] != "request" and line["level"] not in {"debug", "info"}]
    first = min(_start(line) for line in access)
    total = max(line["at"] for line in access) - first
    for line, notes in _rows(access, causes):
        depth = " " * _HOPS.index(line["hop"])
        yield _row(line, depth, first, total, bar_width)
        yield from (Text(f"{depth}  ↳ {note}", _colour(line)) for note in notes)
    elsewhere = {line["hop"] for line in causes} - {line["hop"] for line in access}
    yield from (Text(f"  ↳ {cause}", "yellow") for hop in sorted(elsewhere) for cause in _causes(causes, hop))


def _rows(access: list[Line], causes: list[Line]) -> Iterator[tuple[Line, list[str]]]:
    """Yield each hop and attempt with its notes; a row for DynamoDB follows result_lambda."""
    for number, line in enumerate(access, 1):
        inner = access[number:]
        notes = [text for name, text in _FLAGS.items() if line.get(name)]
        if line["hop"] not in {each["hop"] for each in inner}:
            notes += _causes(causes, line["hop"])
        if line.get("code") not in {None, "", *(each.get("code") for each in inner)}:
            notes.append(line["code"])
        yield line, notes
        if line.get("pages_read"):
            row = {name: line[name] for name in ("at", "read_units", "pages_read")}
            read = [f"{line['rows_read']} rows read"] if line["rows_read"] > line["items"] + 1 else []
            # The start is estimated: the queries take nearly all of result_lambda's time.
            yield {"hop": "DynamoDB", "duration_ms": line["upstream_ms"], **row}, read


def _causes(causes: list[Line], hop: str) -> list[str]:
    """Return the warnings and errors of a hop, each once."""
    texts: Counter[str] = Counter()
    for line in causes:
        if line["hop"] == hop:
            why = ", ".join(str(line[name]) for name in ("reason", "upstream_status") if name in line)
            texts[f"{line['event']}: {why}" if why else line["event"]] += 1
    return [text if number == 1 else f"{text} ({number} times)" for text, number in texts.items()]


def _row(line: Line, depth: str, first: float, total: float, width: int) -> Text:
    own = line["hop"] == "DynamoDB"  # result_lambda logs the pages and read units of the queries
    calls = f" x{line['pages_read']}" if own and line["pages_read"] > 1 else ""
    units = f"{line['read_units']:g}" if own else ""
    tries = line["retries"] + 1 if "retries" in line else ""
    started, scale = max(0.0, _start(line) - first), width / total if total else 0.0
    begin = min(width - 1, int(started * scale))
    bar = "█" * min(width - begin, max(1, round(line["duration_ms"] * scale)))
    colour = _colour(line)
    return Text.assemble(
        (
            _ROW[0].format(f"{depth}{line['hop']}{calls}", _number(started), _number(line["duration_ms"])),
            "" if colour == "green" else colour,
        ),
        (f"{' ' * begin}{bar}".ljust(width), colour),
        _ROW[1].format(line.get("status", ""), line.get("items", ""), units, tries),
    )


def _start(line: Line) -> float:
    return float(line["at"] - line["duration_ms"])


def _colour(line: Line) -> str:
    status = line.get("status")
    if status is None:
        return "cyan"
    return "red" if status >= 500 else "yellow" if status >= 400 else "green"  # noqa: PLR2004  # statuses of HTTP


def _number(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 10_000 else f"{milliseconds:.0f}"  # noqa: PLR2004  # seven columns
