"""Holds threads to a number of units a second: capacity units of a table, or requests."""

import threading
import time
from collections.abc import Callable


class Budget:
    """So many units a second and no more; what is not used at once is not saved up.

    Each caller waits until what was spent before it is paid for, so the rate holds over any stretch of time, but for
    the last call's own units. `sleep` is given seconds.
    """

    def __init__(
        self,
        units_per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._seconds_per_unit = 1 / units_per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._paid_at = clock()

    def spend(self, units: float) -> None:
        """Wait until all that was spent is paid for, and spend the units (read or write units of DynamoDB)."""
        with self._lock:
            now = self._clock()
            start = max(now, self._paid_at)
            self._paid_at = start + units * self._seconds_per_unit
        if start > now:
            self._sleep(start - now)

    def correct(self, units: float) -> None:
        """Spend the units too, without a wait: what a call took beyond its estimate, or less than zero."""
        with self._lock:
            self._paid_at += units * self._seconds_per_unit
