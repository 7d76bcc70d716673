"""Response times before and after the move, side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.bar import Bar
from rich.table import Table

PERCENTILES: Final = (50, 95, 99)
_BAR_WIDTH: Final = 40


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Milliseconds by percentile for each side; empty without measurements."""

    old: dict[str, float]
    new: dict[str, float]

    @classmethod
    def of(cls, old: Sequence[float], new: Sequence[float]) -> "Latency":
        """Compute the percentiles of seconds."""
        return cls(old=percentiles(old), new=percentiles(new))

    def chart(self) -> Table:
        """Draw a bar for each percentile and side; the longest has full width."""
        longest = max((*self.old.values(), *self.new.values()), default=0.0)
        grid = Table.grid(padding=(0, 1))
        for name in self.old.keys() & self.new.keys() and [f"p{number}" for number in PERCENTILES]:
            for side, values in (("old", self.old), ("new", self.new)):
                bar = Bar(longest or 1, 0, values[name], width=_BAR_WIDTH, color="cyan" if side == "old" else "green")
                grid.add_row(name if side == "old" else "", side, f"{values[name]:,.1f} ms", bar)
        return grid


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return milliseconds by percentile (nearest rank)."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {f"p{number}": 1000 * ordered[math.ceil(len(ordered) * number / 100) - 1] for number in PERCENTILES}
