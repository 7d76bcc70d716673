"""Metrics in CloudWatch's embedded metric format: CloudWatch reads them out of the log line, without any call.

After the specification in the CloudWatch user guide, "Specification: Embedded metric format".
"""

import functools
import time
from collections.abc import Mapping
from typing import Any, Final

NAMESPACE: Final = "push-records"
# Fields of a request's line that are metrics, with CloudWatch's unit; each value is one sample, so that CloudWatch
# knows every percentile of a time.
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
# A failed request is counted under its code.
ERRORS: Final = "errors"


def embedded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the member `_aws` for a line with these fields, which says what of them is a metric.

    The line has `hop` and `operation`, and `code` where it has `errors`: the dimensions.
    """
    directives = _directives(tuple(name for name in UNITS if name in facts), has_errors=ERRORS in facts)
    return {"_aws": {"Timestamp": int(time.time() * 1_000), "CloudWatchMetrics": directives}}


@functools.cache
def _directives(names: tuple[str, ...], *, has_errors: bool) -> list[dict[str, Any]]:
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    result = [{"Namespace": NAMESPACE, "Dimensions": [["hop"], ["hop", "operation"]], "Metrics": metrics}]
    if has_errors:
        errors = [{"Name": ERRORS, "Unit": "Count"}]
        result.append({"Namespace": NAMESPACE, "Dimensions": [["hop", "code"]], "Metrics": errors})
    return result
