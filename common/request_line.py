"""The one line that a hop logs for a request: the same names everywhere, and the metrics in it."""

import logging
import time
from typing import Any, Final

from common import metrics

# What no operation of the contract is asked for, and a path that could hold anybody's data.
UNKNOWN: Final = "unknown"


class RequestLine:
    """Collects what a hop finds out about one request, from its construction on, and logs it once."""

    def __init__(self, log: logging.Logger) -> None:
        self.facts: dict[str, Any] = {"operation": UNKNOWN}
        self._log = log
        self._started = time.monotonic()

    def write(self, status: int) -> None:
        """Log the line, with the status of the answer and the milliseconds that it took."""
        self.facts |= {"requests": 1, "status": status, "duration_ms": since(self._started)}
        if "code" in self.facts:
            self.facts[metrics.ERRORS] = 1
        self._log.info("request", extra=self.facts | metrics.embedded(self.facts))


def since(started: float) -> float:
    """Return the milliseconds, to a tenth, since a reading of `time.monotonic`."""
    return round((time.monotonic() - started) * 1_000, 1)
