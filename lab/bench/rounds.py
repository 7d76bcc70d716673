"""How much is measured, and how repeated measurements are summarised."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

# The fewest rounds that make a spread.
LEAST: Final = 4
_QUARTILES: Final = 4


@dataclass(frozen=True, kw_only=True)
class Effort:
    """The size of a measurement.

    A round is `requests` to a server or `events` to a warm function. Latencies are taken for `seconds` at `rate`
    requests a second.
    """

    rounds: int = 15
    requests: int = 300
    events: int = 60
    rate: float = 100
    seconds: float = 15
    server_starts: int = 5
    cold_starts: int = 15

    def times(self, share: float) -> "Effort":
        """Return a share of this effort, with enough rounds for a spread."""
        return replace(
            self,
            rounds=max(LEAST, round(self.rounds * share)),
            server_starts=max(LEAST, round(self.server_starts * share)),
            cold_starts=max(LEAST, round(self.cold_starts * share)),
            seconds=max(LEAST, self.seconds * share),
        )


QUICK: Final = Effort(rounds=1, requests=20, events=5, rate=20, seconds=1, server_starts=1, cold_starts=1)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median and the quartiles of one or more values, by name."""
    if len(values) == 1:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, median, high = statistics.quantiles(values, n=_QUARTILES, method="inclusive")
    return {"median": median, "low": low, "high": high}


def ratios(taken: Mapping[str, Sequence[float]], role: str, other: str) -> list[float]:
    """Return how many times the figure of `other` the figure of `role` is, round by round."""
    return [one / base for one, base in zip(taken[role], taken[other], strict=True)]
