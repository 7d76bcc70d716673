"""Keeps the last log lines of all hops in a file, in which `python -m tools.local trace` finds a request again."""

import json
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from common import logs
from tools.local.journey import Journey

DEFAULT: Final = Path(tempfile.gettempdir()) / f"push-records-{os.getuid()}.log"

_FILE_BYTES: Final = 10_000_000


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """Write log lines to `path` inside the block; older lines move to `<path>.1` and are dropped later."""
    handler = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=1, encoding="utf-8")
    handler.setLevel(logging.INFO)
    handler.setFormatter(_Formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def find(path: Path, request_id: str) -> Journey:
    """Return the lines of a request; a journey without lines if the file has none."""
    journey = Journey()
    for file in (path.with_name(f"{path.name}.1"), path):
        if not file.is_file():
            continue
        with file.open(encoding="utf-8") as lines:
            for text in lines:
                if request_id in text and (line := json.loads(text)).get("request_id") == request_id:
                    journey.add(line, line["at"])
    return journey


class _Formatter(logs.JsonFormatter):
    """A line with the field `at`: its time in epoch milliseconds, with a fraction."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({**json.loads(super().format(record)), "at": record.created * 1_000})
