"""For each alarm, metrics that must fire it and metrics that must not.

The data has a value per minute and metric for half an hour, which is six periods of the guide's five minutes.
"""

from dataclasses import dataclass

from tests.infra.cloudwatch import Minutes

MINUTES = 30


@dataclass(frozen=True)
class Case:
    """Two half-hours of an alarm's metrics: `loud` fires it, `silent` comes close and does not."""

    loud: dict[str, Minutes]
    silent: dict[str, Minutes]


def steady(*samples: float) -> Minutes:
    """Return the same samples for every minute."""
    return [samples] * MINUTES


def once(samples: list[float], *, other: list[float] | None = None, minute: int = 7) -> Minutes:
    """Return `samples` in one minute, and `other` (nothing at all) in the others."""
    return [samples if at == minute else other or [] for at in range(MINUTES)]


def from_then_on(before: list[float], after: list[float], *, minute: int = 10) -> Minutes:
    """Return one state until a minute, and another from there on."""
    return [before if at < minute else after for at in range(MINUTES)]


NOTHING: Minutes = [[]] * MINUTES
FAST, SLOW = 20.0, 400.0
REFUSALS = once([1.0])

CASES = {
    # A value at the target does not fire it, and neither does a peak of one period.
    "ECS-HighCPU": Case(
        loud={"CPUUtilization": from_then_on([40.0], [71.0])},
        silent={"CPUUtilization": [[95.0 if 10 <= at < 15 else 70.0] for at in range(MINUTES)]},
    ),
    "ECS-HighMemory": Case(
        loud={"MemoryUtilization": from_then_on([60.0], [81.0])}, silent={"MemoryUtilization": steady(80.0)}
    ),
    # Two slow look-ups of a hundred, and one of two hundred.
    "Service-HighLatency": Case(
        loud={"duration_ms": steady(*[FAST] * 98, SLOW, SLOW)}, silent={"duration_ms": steady(*[FAST] * 199, SLOW)}
    ),
    # A summary takes up to 4 s; with a second attempt it is late.
    "Service-SlowSummaries": Case(loud={"summary_ms": steady(7_500.0)}, silent={"summary_ms": steady(3_900.0)}),
    # 2 % and 1 %. Without an error the metric has no data.
    "ALB-HighErrorRate": Case(
        loud={"requests": steady(1000.0), "targets": from_then_on([5.0], [12.0]), "itself": from_then_on([], [8.0])},
        silent={"requests": steady(1000.0), "targets": steady(6.0), "itself": steady(4.0)},
    ),
    # A replaced task is unhealthy for a minute.
    "ALB-UnhealthyTargets": Case(
        loud={"UnHealthyHostCount": from_then_on([0.0], [1.0])},
        silent={"UnHealthyHostCount": once([1.0], other=[0.0])},
    ),
    # Missing data means that there is no target, so it fires the alarm.
    "ALB-NoHealthyTargets": Case(
        loud={"HealthyHostCount": from_then_on([2.0], [])}, silent={"HealthyHostCount": from_then_on([2.0], [1.0])}
    ),
    # Requests of one minute may be refused while the breaker probes.
    "Service-BreakerOpen": Case(
        loud={"breaker_open": from_then_on([], [1.0] * 50)}, silent={"breaker_open": once([1.0] * 50)}
    ),
    # The limit exists for bursts; three minutes in a row mean too few tasks.
    "Service-Shedding": Case(
        loud={"shed": from_then_on([], [1.0] * 9)},
        silent={"shed": [[1.0] * 9 if at in {7, 8} else [] for at in range(MINUTES)]},
    ),
    "Fault-query_lambda": Case(loud={"errors": once([1.0])}, silent={"errors": NOTHING}),
    "Fault-service": Case(loud={"errors": once([1.0])}, silent={"errors": NOTHING}),
    "Fault-result_lambda": Case(loud={"errors": once([1.0])}, silent={"errors": NOTHING}),
    # The metric is 1 for a 5xx and 0 for any other answer.
    "PublicApi-5xx": Case(
        loud={"5XXError": steady(*[0.0] * 98, 1.0, 1.0)}, silent={"5XXError": steady(*[0.0] * 99, 1.0)}
    ),
    "InternalApi-5xx": Case(
        loud={"5XXError": steady(*[0.0] * 98, 1.0, 1.0)}, silent={"5XXError": once([1.0] * 9, other=[0.0] * 100)}
    ),
    "Lambda-Errors-query-lambda": Case(loud={"Errors": once([1.0], other=[0.0])}, silent={"Errors": steady(0.0)}),
    "Lambda-Errors-query-result-lambda": Case(loud={"Errors": once([1.0])}, silent={"Errors": NOTHING}),
    "Lambda-Throttles-query-lambda": Case(
        loud={"Throttles": once([3.0], other=[0.0])}, silent={"Throttles": steady(0.0)}
    ),
    "Lambda-Throttles-query-result-lambda": Case(loud={"Throttles": once([1.0])}, silent={"Throttles": NOTHING}),
    # An index alone, which counts by itself.
    "DynamoDB-Throttles-notification-records": Case(loud={"reads_2": REFUSALS}, silent={"reads_0": NOTHING}),
    "DynamoDB-Throttles-command-records": Case(loud={"writes_0": REFUSALS}, silent={"writes_0": steady(0.0)}),
}
