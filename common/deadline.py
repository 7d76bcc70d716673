"""How long a request may still take: each hop works within what its caller leaves and passes on what is left of it."""

import time
from collections.abc import Callable
from typing import Final

HEADER: Final = "X-Request-Timeout-Ms"
_MOST_DIGITS: Final = 9


class Deadline:
    """A countdown in seconds.

    `said` is the caller's X-Request-Timeout-Ms, if it sent one; it can only shorten `seconds`, and what is no plain
    number counts as not sent. `margin` is kept back, so that the answer is on its way before the caller gives up.
    """

    def __init__(
        self, seconds: float, said: str | None = None, *, margin: float = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if said and said.isascii() and said.isdecimal():
            digits = said.lstrip("0") or "0"
            seconds = min(seconds, int(digits[:_MOST_DIGITS]) / 1_000)
        self._clock = clock
        self._end = clock() + seconds - margin

    def remaining(self) -> float:
        """Return the seconds that are left; never less than 0."""
        return max(0.0, self._end - self._clock())

    def header(self) -> str:
        """Return what is left as the next hop reads it: whole milliseconds."""
        return str(int(self.remaining() * 1_000))
