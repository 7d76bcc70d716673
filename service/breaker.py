"""The circuit breaker in front of the internal API: a dead gateway is not asked again and again."""

import logging
import time
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

WINDOW_SECONDS: Final = 10.0
# The breaker counts the last queries only, so that it finds a dead gateway soon at any traffic.
LEAST_QUERIES: Final = 10
MOST_QUERIES: Final = 20

# The operation, and the id that it asks for.
Query = tuple[str, str]


class CircuitBreaker:
    """Opens when half of the last different queries have failed; then lets one call through every `probe_seconds`.

    It keeps the last outcome of each query: of the last 20 different ones, and for 10 seconds. With fewer than 10 it
    stays closed. So a query that always fails counts once, however often it is sent.

    The first answer closes it, whichever call it belongs to. Probes do not wait for one another: one that hangs would
    keep the breaker open after the gateway is back. Not safe to share between threads.
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

    def record(self, query: Query, *, failed: bool) -> None:
        """Record the outcome of a call; open or close the breaker accordingly."""
        if self.is_open and not failed:
            self.is_open = False
            self._outcomes.clear()
            log.info("breaker_closed")
        self._outcomes.pop(query, None)
        self._outcomes[query] = (self._clock(), failed)
        if len(self._outcomes) > MOST_QUERIES:
            del self._outcomes[next(iter(self._outcomes))]
        if failed and not self.is_open and self._most_failed():
            self.is_open = True
            self._next_probe = self._clock() + self._probe_seconds
            log.warning("breaker_opened")

    def _most_failed(self) -> bool:
        start = self._clock() - WINDOW_SECONDS
        recent = [failed for moment, failed in self._outcomes.values() if moment >= start]
        return len(recent) >= LEAST_QUERIES and 2 * sum(recent) >= len(recent)
