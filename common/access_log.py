"""The access log: one line for each request with the same field names in every hop, and the metrics embedded in it.

CloudWatch reads the metrics out of the line, without an API call. The format is specified in the CloudWatch user guide,
"Specification: Embedded metric format".
"""

import functools
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

# The operation of a request that matches none in the contract. Also logged in place of such a request's path, which
# could hold personal data.
UNKNOWN: Final = "unknown"

NAMESPACE: Final = "push-records"
# Fields of the line that are metrics, with CloudWatch's unit. Each value is one sample, so that CloudWatch can compute
# percentiles.
UNITS: Final[Mapping[str, str]] = {
    "requests": "Count",
    "duration_ms": "Milliseconds",
    "upstream_ms": "Milliseconds",
    "read_units": "Count",
    "retries": "Count",
    "shed": "Count",
    "breaker_open": "Count",
    "cold_start": "Count",
}
# Counts failed requests by their `code`.
ERRORS: Final = "errors"


class AccessLog:
    """Collects the fields of one request's line, and writes the line once; the duration counts from construction.

    `fields` are the same in each line of a hop: version and build.
    """

    def __init__(self, log: logging.Logger, fields: Mapping[str, Any] | None = None) -> None:
        self.facts: dict[str, Any] = {"operation": UNKNOWN, **(fields or {})}
        self._log = log
        self._started = time.monotonic()

    def write(self, status: int) -> None:
        """Log the line with the status of the answer and the duration in milliseconds."""
        self.facts |= {"requests": 1, "status": status, "duration_ms": since(self._started)}
        if "code" in self.facts:
            self.facts[ERRORS] = 1
        self._log.info("request", extra=self.facts | embedded(self.facts))


def since(started: float) -> float:
    """Return the milliseconds, to a tenth, since a reading of `time.monotonic`."""
    return round((time.monotonic() - started) * 1_000, 1)


def embedded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the member `_aws` for a line with these fields: it declares which of them are metrics.

    The dimensions are the line's `hop` and `operation`, and its `code` for `errors`.
    """
    directives = _directives(tuple(name for name in UNITS if name in fields), has_errors=ERRORS in fields)
    return {"_aws": {"Timestamp": int(time.time() * 1_000), "CloudWatchMetrics": directives}}


@functools.cache
def _directives(names: tuple[str, ...], *, has_errors: bool) -> list[dict[str, Any]]:
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    result = [{"Namespace": NAMESPACE, "Dimensions": [["hop"], ["hop", "operation"]], "Metrics": metrics}]
    if has_errors:
        errors = [{"Name": ERRORS, "Unit": "Count"}]
        result.append({"Namespace": NAMESPACE, "Dimensions": [["hop", "code"]], "Metrics": errors})
    return result
