"""Stops calls to a neighbour that is dead, so that its callers are answered at once and it can come back in peace."""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Opens after so many `failures` in a row; while it is open one call in `probe_seconds` goes through as a probe.

    The first answer closes it again, whichever call it belongs to. Probes do not wait for one another: one that
    hangs, as calls to a dead neighbour do, would keep the breaker open after the neighbour is back. It is of one
    event loop, and knows nothing of what a call is: its user says how each one ended.
    """

    def __init__(
        self, failures: int = 10, probe_seconds: float = 1.0, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_failures = failures
        self._probe_seconds = probe_seconds
        self._clock = clock
        self._failures = 0
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether calls are held back."""
        return self._failures >= self._most_failures

    def admits(self) -> bool:
        """Tell whether a call may be made now; True for an open breaker means that this call is the probe."""
        if not self.is_open:
            return True
        if self._clock() < self._next_probe:
            return False
        self._next_probe = self._clock() + self._probe_seconds
        return True

    def succeeded(self) -> bool:
        """Note that the neighbour answered; return whether that closed the breaker."""
        was_open = self.is_open
        self._failures = 0
        return was_open

    def failed(self) -> bool:
        """Note that the neighbour gave no answer that shows it well; return whether that opened the breaker."""
        was_open = self.is_open
        self._failures += 1
        if not was_open:
            self._next_probe = self._clock() + self._probe_seconds
        return self.is_open and not was_open
