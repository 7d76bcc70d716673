"""Checks of the guide's alarms (existence, threshold, subscriber) and of the logs."""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from tools.migration.aws import items
from tools.migration.verify.check import OUTSIDE, Check, FailedError, Site, fail_if

_RECENT_SECONDS: Final = 15 * 60
# Name, metric, threshold, and the statistic where several alarms read the metric. CPU and memory are in percent, the
# response time is that of look-ups in milliseconds, errors are in percent of all requests.
_WANTED: Final = (
    ("alarm on CPU", "CPUUtilization", 70, "Average"),
    ("alarm on memory", "MemoryUtilization", 80, "Average"),
    ("alarm on response time", "duration_ms", 100, "p99"),
    ("alarm on errors", "HTTPCode_Target_5XX_Count", 1, None),
)


def checks(site: Site) -> Iterator[Check]:
    """Yield a check for each alarm, and one for the logs."""
    for name, metric, threshold, statistic in _WANTED:
        look = partial(_alarm, site, metric, threshold, statistic)
        yield Check(name, look, "aws cloudwatch describe-alarms", "CloudWatch", OUTSIDE)
    yield Check("logs", partial(_logs, site), f"aws logs tail {site.log_group} --follow", "CloudWatch Logs", OUTSIDE)


def _alarm(site: Site, metric: str, threshold: float, statistic: str | None) -> str:
    # The alarms of auto scaling read the same metrics, but notify nobody.
    found = [
        alarm
        for alarm in items(site.aws.client("cloudwatch"), "describe_alarms", "MetricAlarms", AlarmTypes=["MetricAlarm"])
        if metric in _reads(alarm)[0] and statistic in {None, _reads(alarm)[1]}
        if not alarm["AlarmName"].startswith("TargetTracking-")
    ]
    fail_if(not found, f"no alarm reads {' '.join(filter(None, (metric, statistic)))}")
    rule = ("GreaterThanThreshold", threshold)
    exact = [alarm for alarm in found if (alarm["ComparisonOperator"], alarm["Threshold"]) == rule]
    if not exact:
        seen = ", ".join(f"{alarm['AlarmName']} is at {alarm['Threshold']:g}" for alarm in found)
        raise FailedError(f"{seen}; the guide has > {threshold:g}")
    topics = [_topic(site, alarm) for alarm in exact]
    return f"{exact[0]['AlarmName']} at > {threshold:g}, to {topics[0]}"


def _topic(site: Site, alarm: Mapping[str, Any]) -> str:
    """Return the topic that an alarm notifies; raise FailedError if it notifies nobody."""
    topics: list[str] = [action for action in alarm.get("AlarmActions", []) if ":sns:" in action]
    fail_if(not topics or not alarm.get("ActionsEnabled", False), f"{alarm['AlarmName']} notifies no topic")
    client = site.aws.client("sns")
    for topic in topics:
        if client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            return topic.rpartition(":")[2]
    raise FailedError(f"{topics[0]} has no subscriber")


def _reads(alarm: Mapping[str, Any]) -> tuple[set[str | None], str | None]:
    """Return the metrics of an alarm, including those in an expression, and its statistic."""
    stats = [query["MetricStat"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    metrics = {alarm.get("MetricName"), *(stat["Metric"]["MetricName"] for stat in stats)}
    statistics = (alarm.get("Statistic"), alarm.get("ExtendedStatistic"), *(stat["Stat"] for stat in stats))
    return metrics, next(filter(None, statistics), None)


def _logs(site: Site) -> str:
    """Check that the service's streams have lines of the last minutes."""
    since = int((time.time() - _RECENT_SECONDS) * 1000)
    where = {"logGroupName": site.log_group, "logStreamNamePrefix": "ecs/", "startTime": since}
    event = next(items(site.aws.client("logs"), "filter_log_events", "events", **where), None)
    if event is None:
        raise FailedError(f"{site.log_group} has no line of the last {_RECENT_SECONDS // 60} minutes")
    return f"{site.log_group} has lines, as of {event['logStreamName']}"
