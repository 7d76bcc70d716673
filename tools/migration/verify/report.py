"""The report of the checklist, one line per check."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console

from tools.migration.outcome import Outcome
from tools.migration.verify.check import State, Tick

_MARKS: Final = {
    State.PASSED: "[green][x][/green]",
    State.FAILED: "[red][ ][/red]",
    State.UNCHECKED: "[yellow][?][/yellow]",
}
_WIDTH: Final = 32


@dataclass(frozen=True, kw_only=True)
class Report:
    """The results in the order of the guide."""

    ticks: Sequence[Tick]

    def outcome(self) -> Outcome:
        """Return the exit code; an unchecked line is not a success."""
        states = {tick.state for tick in self.ticks}
        if State.FAILED in states:
            return Outcome.FINDING
        return Outcome.INCOMPLETE if State.UNCHECKED in states else Outcome.GOOD

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        ticks = [{**asdict(tick), "state": tick.state.value} for tick in self.ticks]
        return {"ticks": ticks, "outcome": self.outcome().name.lower()}

    def show(self, console: Console) -> None:
        """Print the report."""
        for tick in self.ticks:
            mark = _MARKS[tick.state].replace("[x]", r"\[x]").replace("[ ]", r"\[ ]").replace("[?]", r"\[?]")
            console.print(mark, end=" ")
            console.print(f"{tick.name:<{_WIDTH}} {tick.seen}", markup=False, highlight=False, soft_wrap=True)
            if tick.advice is not None:
                console.print(f"    run: {tick.advice}", markup=False, highlight=False, soft_wrap=True)
        counts = Counter(tick.state for tick in self.ticks)
        console.print(", ".join(f"{counts[state]} {state.value}" for state in State))
