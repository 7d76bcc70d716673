"""JSON log lines on standard output, and the access log: one line for each request, with the metrics embedded in it.

CloudWatch reads the metrics from the line, without an API call: see "Specification: Embedded metric format" in the
CloudWatch user guide.
"""

import contextlib
import functools
import json
import logging
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

# The operation of a request that matches none in the contract. Also logged in place of such a request's path, which
# could hold personal data.
UNKNOWN: Final = "unknown"

NAMESPACE: Final = "push-records"
# Fields of the line that are metrics, with CloudWatch's unit. Each value is one sample, so that CloudWatch can compute
# percentiles.
UNITS: Final[Mapping[str, str]] = {
    "requests": "Count",
    "duration_ms": "Milliseconds",
    "summary_ms": "Milliseconds",
    "upstream_ms": "Milliseconds",
    "read_units": "Count",
    "reasons": "Count",
    "reasons_unknown": "Count",
    "retries": "Count",
    "shed": "Count",
    "summaries_shed": "Count",
    "breaker_open": "Count",
    "cold_start": "Count",
}
# Operations that take seconds. Their time is `summary_ms`, so that `duration_ms` is the time of look-ups.
SUMMARIES: Final = ("summarize_marketing",)
# Counts failed requests by their `code`.
ERRORS: Final = "errors"

_bound: ContextVar[dict[str, Any]] = ContextVar("_bound", default={})  # noqa: B039  # never mutated, only replaced
# Lines that wait for a reader of the pipe, in addition to the 64 KB in the pipe itself.
MOST_BUFFERED_BYTES: Final = 1_048_576

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object: time, level, hop, event, the bound fields, and the record's `extra`.

    The hop is the first part of the logger's name, which is the folder of the deployable.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`; its field `exception` is the traceback, if there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "hop": record.name.partition(".")[0],
            "event": record.getMessage(),
            **_bound.get(),
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
        except TypeError:  # half of a surrogate pair, or a number beyond 64 bits
            text = json.dumps(line, ensure_ascii=False, default=str)
            return text.encode("utf-8", "backslashreplace").decode()


class PipeHandler(logging.Handler):
    """Writes to a pipe, and never waits for its reader: a process whose output nobody reads goes on.

    Lines that the pipe has no room for are buffered up to `most_bytes`. Further ones are dropped and counted; a line
    with the count follows when there is room again.
    """

    def __init__(self, descriptor: int, most_bytes: int = MOST_BUFFERED_BYTES) -> None:
        super().__init__()
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._buffer = bytearray()
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of `record`, or buffer or drop it."""
        try:
            line = self.format(record).encode() + b"\n"
        except (TypeError, ValueError):  # arguments that do not fit the message
            self.handleError(record)
            return
        self.flush()
        if len(self._buffer) + len(line) > self._most_bytes:
            self._dropped += 1
            return
        if self._dropped:
            count = {"name": __name__, "levelname": "WARNING", "msg": "log_lines_dropped", "count": self._dropped}
            self._buffer += self.format(logging.makeLogRecord(count)).encode() + b"\n"
            self._dropped = 0
        self._buffer += line
        self.flush()

    def flush(self) -> None:
        """Write as much as the pipe takes now."""
        with contextlib.suppress(OSError):  # full, or closed by its reader
            while self._buffer:
                del self._buffer[: os.write(self._descriptor, self._buffer)]


def configure(level: str = "INFO", stream: TextIO | None = None, *, may_drop: bool = False) -> None:
    """Send every log record of this process to `stream` (standard output) as JSON, and nowhere else.

    With `may_drop` the process does not wait for the reader of a pipe, and may lose lines.
    """
    stream = stream or sys.stdout
    is_pipe = may_drop and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    handler = PipeHandler(stream.fileno()) if is_pipe else logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


@contextlib.contextmanager
def bound(**fields: object) -> Iterator[None]:
    """Add `fields` to every line that is logged inside the block."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


class AccessLog:
    """Collects the fields of one request's line, and writes the line once; the duration counts from construction.

    `fields` are the same in each line of a hop: version and build.
    """

    def __init__(self, log: logging.Logger, fields: Mapping[str, Any] | None = None) -> None:
        self.facts: dict[str, Any] = {"operation": UNKNOWN, **(fields or {})}
        self._log = log
        self._started = time.monotonic()

    def write(self, status: int) -> None:
        """Log the line with the status of the answer and the duration in milliseconds."""
        time_name = "summary_ms" if self.facts["operation"] in SUMMARIES else "duration_ms"
        self.facts |= {"requests": 1, "status": status, time_name: since(self._started)}
        if "code" in self.facts:
            self.facts[ERRORS] = 1
        if self._log.isEnabledFor(logging.INFO):
            # Cheaper than `info`, which looks for the file and line of its caller.
            record = {"name": self._log.name, "levelno": logging.INFO, "levelname": "INFO", "msg": "request"}
            self._log.handle(logging.makeLogRecord(self.facts | embedded(self.facts) | record))


def since(started: float) -> float:
    """Return the milliseconds, to a tenth, since a reading of `time.monotonic`."""
    return round((time.monotonic() - started) * 1_000, 1)


def embedded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the member `_aws` for a line with these fields: it declares which of them are metrics.

    The dimensions are the line's `hop` and `operation`, and its `code` for `errors`.
    """
    directives = _directives(tuple(name for name in UNITS if name in fields), has_errors=ERRORS in fields)
    return {"_aws": {"Timestamp": int(time.time() * 1_000), "CloudWatchMetrics": directives}}


@functools.cache
def _directives(names: tuple[str, ...], *, has_errors: bool) -> list[dict[str, Any]]:
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    result = [{"Namespace": NAMESPACE, "Dimensions": [["hop"], ["hop", "operation"]], "Metrics": metrics}]
    if has_errors:
        errors = [{"Name": ERRORS, "Unit": "Count"}]
        result.append({"Namespace": NAMESPACE, "Dimensions": [["hop", "code"]], "Metrics": errors})
    return result
