"""Prints a report as text or JSON, and ends the process with its exit code."""

import json
import sys
from typing import Any, Protocol

import typer
from rich.console import Console

from tools.migration.outcome import Outcome


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
