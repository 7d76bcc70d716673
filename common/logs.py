"""JSON log lines on standard output; what a request is known by is bound once and stands in each of its lines."""

import json
import logging
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

_bound: ContextVar[dict[str, Any]] = ContextVar("_bound", default={})  # noqa: B039  # never mutated, only replaced
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._=+/-]{1,128}", re.ASCII)
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a record: time, level, hop, event, the bound fields, and the record's own `extra`.

    The hop is the first part of the logger's name: each deployable logs under the name of its folder.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`; a traceback, where there is one, is its field `exception`."""
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
        except TypeError:  # half of a surrogate pair, or a number beyond 64 bits: the line is not lost for it
            text = json.dumps(line, ensure_ascii=False, default=str)
            return text.encode("utf-8", "backslashreplace").decode()


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log record of this process to `stream` (standard output) as JSON, in place of what was set up."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """Put `fields` into every line that is logged inside the block."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def fields() -> dict[str, Any]:
    """Return what is put into every line just now."""
    return _bound.get()


def choose_request_id(*candidates: object) -> str:
    """Return the first candidate that can be an id in a header and a log line, or a new one."""
    for candidate in candidates:
        if isinstance(candidate, str) and _REQUEST_ID.fullmatch(candidate):
            return candidate
    return str(uuid.uuid4())
