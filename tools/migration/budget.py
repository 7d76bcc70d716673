"""A rate limit shared by threads: capacity units or requests per second."""

import threading
import time
from collections.abc import Callable


class Budget:
    """Limits the units that all threads spend in a second. Unused units do not accumulate.

    Each caller waits until the units spent before it are paid for, so any period keeps the rate, except for the units
    of its last call. `sleep` takes seconds.
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
        """Wait until all units spent earlier are paid for, then spend `units`."""
        with self._lock:
            now = self._clock()
            start = max(now, self._paid_at)
            self._paid_at = start + units * self._seconds_per_unit
        if start > now:
            self._sleep(start - now)

    def correct(self, units: float) -> None:
        """Spend the difference between real and estimated cost, without waiting; it can be negative."""
        with self._lock:
            self._paid_at += units * self._seconds_per_unit
