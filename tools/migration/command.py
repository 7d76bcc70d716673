"""Parts of every command: exit codes, the output of the report, and the end at a signal."""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, Protocol

import typer
from rich.console import Console


class Outcome(IntEnum):
    """Exit code of a command."""

    GOOD = 0  # done, nothing wrong
    FINDING = 1  # done, and the report lists a problem
    MISUSE = 2  # not started: an option, a file or a name is wrong
    INCOMPLETE = 3  # stopped early, or some parts could not be checked


class MisuseError(Exception):
    """The input of the command is wrong; the message names the mistake."""


class Report(Protocol):
    """The result of a command."""

    def outcome(self) -> Outcome:
        """Return the exit code."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""

    def show(self, console: Console) -> None:
        """Print the report as text."""


def end(report: Report, *, as_json: bool, problem: Exception | None = None) -> None:
    """Print the report, and on stderr the error that stopped the command; then exit."""
    if as_json:
        sys.stdout.write(f"{json.dumps(report.as_json(), ensure_ascii=False, indent=2)}\n")
    else:
        report.show(Console())
    if problem is not None:
        typer.echo(f"migration: {problem}", err=True)
    raise typer.Exit(report.outcome())


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give an event that SIGINT or SIGTERM sets."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
