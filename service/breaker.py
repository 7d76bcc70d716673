"""A circuit breaker: while the internal API is dead, calls are refused at once instead of waiting for it."""

import time
from collections.abc import Callable
from typing import Final

# A query: the operation, and the id that it asks for.
Query = tuple[str, str]

WINDOW_SECONDS: Final = 10.0
# The breaker looks at the last queries only, so that it finds a dead gateway soon at any traffic.
LEAST_QUERIES: Final = 10
MOST_QUERIES: Final = 20


class CircuitBreaker:
    """Opens when half of the last different queries have failed; then lets one call through every `probe_seconds`.

    It keeps the last outcome of each query: of the last 20 different ones, and for 10 seconds. With fewer than 10 it
    stays closed. So a query that always fails, however often it is sent, counts once and does not open it.

    The first answer closes it, whichever call it belongs to. Probes do not wait for one another: one that hangs would
    keep the breaker open after the gateway is back. Not for use by several threads.
    """

    def __init__(self, probe_seconds: float = 1.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._probe_seconds = probe_seconds
        self._clock = clock
        self._outcomes: dict[Query, tuple[float, bool]] = {}  # the oldest first
        self._next_probe = 0.0
        self.is_open = False

    def admits(self) -> bool:
        """Tell whether a call may be made now; while the breaker is open, True makes this call the probe."""
        if not self.is_open:
            return True
        if self._clock() < self._next_probe:
            return False
        self._next_probe = self._clock() + self._probe_seconds
        return True

    def succeeded(self, query: Query) -> bool:
        """Note an answer; return whether it closed the breaker."""
        was_open, self.is_open = self.is_open, False
        if was_open:
            self._outcomes.clear()
        self._note(query, failed=False)
        return was_open

    def failed(self, query: Query) -> bool:
        """Note a failure; return whether it opened the breaker."""
        self._note(query, failed=True)
        if self.is_open or not self._most_failed():
            return False
        self.is_open = True
        self._next_probe = self._clock() + self._probe_seconds
        return True

    def _note(self, query: Query, *, failed: bool) -> None:
        self._outcomes.pop(query, None)
        self._outcomes[query] = (self._clock(), failed)
        if len(self._outcomes) > MOST_QUERIES:
            del self._outcomes[next(iter(self._outcomes))]

    def _most_failed(self) -> bool:
        start = self._clock() - WINDOW_SECONDS
        recent = [failed for moment, failed in self._outcomes.values() if moment >= start]
        return len(recent) >= LEAST_QUERIES and 2 * sum(recent) >= len(recent)
