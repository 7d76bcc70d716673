"""Parts of every command: exit codes, the output of the report, the end at a signal, and a rate limit."""

import json
import re
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class Report(ABC):
    """The result of a command."""

    @abstractmethod
    def outcome(self) -> Outcome:
        """Return the exit code."""

    @abstractmethod
    def show(self, console: Console) -> None:
        """Print the report as text."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return asdict(self)


def identifier(value: str | None) -> str | None:
    """Return an id of API Gateway. Raises BadParameter for another text, such as the option after an unset variable."""
    if value is not None and not re.fullmatch("[a-z0-9]+", value):
        raise typer.BadParameter(f"{value!r} is not an id: set the shell variable that the command reads it from")
    return value


def end(report: Report, *, as_json: bool, problem: Exception | None = None) -> None:
    """Print the report, and on stderr the error that stopped the command; then exit."""
    if as_json:
        fields = {**report.as_json(), "outcome": report.outcome().name.lower()}
        sys.stdout.write(f"{json.dumps(fields, ensure_ascii=False, indent=2)}\n")
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


class Budget:
    """Limits the capacity units or requests that all threads spend in a second. Unused units do not accumulate."""

    def __init__(
        self,
        units_per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.seconds_per_unit = 1 / units_per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._paid_at = clock()

    def spend(self, units: float) -> None:
        """Wait until all units spent earlier are paid for, then spend `units`."""
        with self._lock:
            now = self._clock()
            start = max(now, self._paid_at)
            self._paid_at = start + units * self.seconds_per_unit
        if start > now:
            self._sleep(start - now)

    def correct(self, units: float) -> None:
        """Spend the difference between real and estimated cost, without waiting; it can be negative."""
        with self._lock:
            self._paid_at += units * self.seconds_per_unit
