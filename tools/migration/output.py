"""Prints a command's report, to a person or to a machine, and ends the process with its exit code."""

import json
import sys
from typing import Any, Protocol

import typer
from rich.console import Console

from tools.migration.outcome import Outcome


class Report(Protocol):
    """What every command ends with."""

    def outcome(self) -> Outcome:
        """Return how the command ended."""

    def as_json(self) -> dict[str, Any]:
        """Return all of it for a machine."""

    def show(self, console: Console) -> None:
        """Print it for a person."""


def end(report: Report, *, as_json: bool, problem: Exception | None = None) -> None:
    """Print the report, and on stderr what kept the command from its end; then exit."""
    if as_json:
        sys.stdout.write(f"{json.dumps(report.as_json(), ensure_ascii=False, indent=2)}\n")
    else:
        report.show(Console())
    if problem is not None:
        typer.echo(f"migration: {problem}", err=True)
    raise typer.Exit(report.outcome())
