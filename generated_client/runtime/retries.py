"""Retries: the policy, the budget, the parsing of Retry-After, and the clock that calls and waits are timed by."""

import asyncio
import math
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

from .errors import ApiConnectionError, ApiError, ApiStatusError

_MOST_DOUBLINGS: Final = 30


class Clock(Protocol):
    """Source of time, randomness and sleep."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes backwards."""
        ...

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        ...

    def random(self) -> float:
        """Return a number in [0, 1)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the task for `seconds`."""
        ...


class SystemClock:
    """The system's clock."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes backwards."""
        return time.monotonic()

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        return time.time()

    def random(self) -> float:
        """Return a number in [0, 1)."""
        return random.random()  # noqa: S311  # nosec B311  # spreads retries; guards nothing

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the task for `seconds`."""
        await asyncio.sleep(seconds)


SYSTEM_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter; times are in seconds.

    `Retry-After` takes precedence over the backoff. If it is longer than `max_retry_after`, the error is raised at
    once, with `retry_after` set. Connection errors are always retried. `budget` limits the retries of a client: each
    retry takes 1, each success returns 0.1, and at 0 there are no retries.
    """

    max_retries: int = 2
    base_delay: float = 0.2
    max_delay: float = 5.0
    max_retry_after: float = 20.0
    budget: float = 100.0
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})

    def delay(self, error: ApiError, retry: int, clock: Clock) -> float | None:
        """Return the seconds to wait before retry number `retry` (from 0); None for errors that are not retried."""
        if not self._is_temporary(error):
            return None
        if error.retry_after is None:
            return clock.random() * min(self.max_delay, self.base_delay * 2.0 ** min(retry, _MOST_DOUBLINGS))
        if error.retry_after > self.max_retry_after:
            return None
        # Jitter on top: clients that were told the same second do not return in the same instant.
        return error.retry_after + clock.random() * self.base_delay

    def _is_temporary(self, error: ApiError) -> bool:
        if isinstance(error, ApiStatusError):
            return error.status_code in self.statuses
        return isinstance(error, ApiConnectionError)


NO_RETRIES: Final = RetryPolicy(max_retries=0)


class RetryBudget:
    """Limits the load that retries add to a failing service; safe to share between threads.

    Each retry takes a token and each success returns a tenth of one. While the service is down, retries stop after
    `capacity` of them.
    """

    def __init__(self, capacity: float = 100.0, refund: float = 0.1) -> None:
        self._capacity = capacity
        self._refund = refund
        self._tokens = capacity
        self._lock = threading.Lock()

    def spend(self) -> bool:
        """Take a token for a retry; return False if the budget is used up."""
        with self._lock:
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def succeed(self) -> None:
        """Return a part of a token."""
        with self._lock:
            self._tokens = min(self._capacity, self._tokens + self._refund)


def parse_retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Return the seconds that `Retry-After` (RFC 9110, section 10.2.3) asks for; None if absent or invalid."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value)
    if seconds is None:
        seconds = _date(value, clock)
    return None if seconds is None or not math.isfinite(seconds) else max(0.0, seconds)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _date(value: str, clock: Clock) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp() - clock.now()
    except (OverflowError, TypeError, ValueError):
        return None
