"""The deadline of a request: each hop keeps within the time that its caller leaves, and passes on the rest."""

import time
from collections.abc import Callable
from typing import Final

HEADER: Final = "X-Request-Timeout-Ms"
LEAST_SECONDS: Final = 1.0
_MOST_DIGITS: Final = 9


class Deadline:
    """A countdown in seconds.

    `header` is the caller's X-Request-Timeout-Ms, if it sent one. It can only shorten `seconds`, and not below
    LEAST_SECONDS, in which a query can succeed. A value that is not a plain number is ignored. `margin` is kept back,
    so that the answer arrives before the caller gives up.
    """

    def __init__(
        self,
        seconds: float,
        header: str | None = None,
        *,
        margin: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if header and header.isascii() and header.isdecimal():
            digits = header.lstrip("0") or "0"
            seconds = min(seconds, max(LEAST_SECONDS, int(digits[:_MOST_DIGITS]) / 1_000))
        self._clock = clock
        self._end = clock() + seconds - margin

    def remaining(self) -> float:
        """Return the remaining seconds; never less than 0."""
        return max(0.0, self._end - self._clock())

    def header(self) -> str:
        """Return the remaining time as the next hop reads it: whole milliseconds."""
        return str(int(self.remaining() * 1_000))
