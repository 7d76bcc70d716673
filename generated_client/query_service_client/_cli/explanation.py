"""Shows the outcome of a push to people: the verdict, why, who has to act, and all that is recorded."""

import sys
from typing import Final

from rich.console import Console
from rich.text import Text

from ..models.actor import Actor
from ..models.push_explanation import PushExplanation
from ..models.verdict import Verdict
from .table import View, as_time, write_table
from .texts import printable

_COLOURS: Final[dict[str, str]] = {Verdict.DELIVERED: "bold green", Verdict.FAILED: "bold red"}
_ACTORS: Final[dict[str, str]] = {
    Actor.NOBODY: "nobody",
    Actor.SENDER: "the sender",
    Actor.APP: "the app, when it is opened next",
    Actor.PLATFORM_TEAM: "the platform team",
}


def write_explanation(found: PushExplanation, view: View) -> list[str]:
    """Write an explanation to standard output; return the titles of columns that a narrow terminal has no room for."""
    console = Console(force_terminal=sys.stdout.isatty(), highlight=False)
    heading = Text(printable(found.verdict), _COLOURS.get(found.verdict, "bold"))
    lines = [heading.append(f"  {printable(found.detail)}", "default not bold")]
    if found.reason is not None:
        lines.append(Text(f"reason: {printable(found.reason)}"))
    if found.actor is not None:
        lines.append(Text(f"who has to act: {_ACTORS.get(found.actor, printable(found.actor))}"))
    if found.last_delivered_at is not None:
        lines.append(Text(f"last push that this user got: {as_time(found.last_delivered_at, view)}"))
    if not found.complete:
        back = "" if found.searched_until is None else f", only those back to {as_time(found.searched_until, view)}"
        lines.append(Text(f"not all records were looked at{back}: --since and --until say where to look"))
    for line in lines:
        console.print(line)
    steps = sorted((step for push in found.pushes for step in push.steps), key=lambda step: step.created_at)
    if not steps:
        return []
    console.print()
    return write_table(steps, view)
