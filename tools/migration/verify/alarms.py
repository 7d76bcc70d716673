"""Checks of the guide's alarms (existence, threshold, subscriber) and of the logs."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tools.migration.verify.check import Check, FailedError
from tools.migration.verify.site import STREAM_PREFIX, Site

_DESCRIBE: Final = "aws cloudwatch describe-alarms"
_RECENT_SECONDS: Final = 15 * 60


@dataclass(frozen=True)
class _Wanted:
    """An alarm of the guide, identified by its metric and, if unambiguous, its statistic."""

    name: str
    metric: str
    threshold: float
    statistic: str | None = None


# CPU and memory in percent, response time in seconds, errors in percent of all requests.
_WANTED: Final = (
    _Wanted("alarm on CPU", "CPUUtilization", 70, "Average"),
    _Wanted("alarm on memory", "MemoryUtilization", 80, "Average"),
    _Wanted("alarm on response time", "TargetResponseTime", 0.1, "p99"),
    _Wanted("alarm on errors", "HTTPCode_Target_5XX_Count", 1),
)


def checks(site: Site) -> Iterator[Check]:
    """Yield a check for each alarm, and one for the logs."""
    for wanted in _WANTED:
        yield Check(wanted.name, partial(_alarm, site, wanted), _DESCRIBE, "CloudWatch")
    tail = f"aws logs tail {site.log_group} --follow"
    yield Check("logs", partial(_logs, site), tail, "CloudWatch Logs")


def _alarm(site: Site, wanted: _Wanted) -> str:
    pages = site.aws.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    # The alarms of auto scaling read the same metrics, but notify nobody.
    ours = [
        alarm
        for page in pages
        for alarm in page["MetricAlarms"]
        if wanted.metric in _metrics(alarm) and not alarm["AlarmName"].startswith("TargetTracking-")
    ]
    found = [alarm for alarm in ours if wanted.statistic in {None, _statistic(alarm)}]
    if not found:
        raise FailedError(f"no alarm reads {' '.join(filter(None, (wanted.metric, wanted.statistic)))}")
    exact = [alarm for alarm in found if _rule(alarm) == ("GreaterThanThreshold", wanted.threshold)]
    if not exact:
        seen = ", ".join(f"{alarm['AlarmName']} is at {alarm['Threshold']:g}" for alarm in found)
        raise FailedError(f"{seen}; the guide has > {wanted.threshold:g}")
    heard = [_target(site, alarm) for alarm in exact]
    return f"{exact[0]['AlarmName']} at > {wanted.threshold:g}, to {heard[0]}"


def _target(site: Site, alarm: Mapping[str, Any]) -> str:
    """Return the topic that an alarm notifies; raise FailedError if it notifies nobody."""
    topics = [action for action in alarm.get("AlarmActions", []) if ":sns:" in action]
    if not topics or not alarm.get("ActionsEnabled", False):
        raise FailedError(f"{alarm['AlarmName']} notifies no topic")
    client = site.aws.client("sns")
    for topic in topics:
        subscribers = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if subscribers:
            return str(topic).rpartition(":")[2]
    raise FailedError(f"{topics[0]} has no subscriber")


def _metrics(alarm: Mapping[str, Any]) -> set[str]:
    """Return the metrics of an alarm, including those in an expression."""
    parts = [query.get("MetricStat", {}).get("Metric", {}).get("MetricName") for query in alarm.get("Metrics", [])]
    return {name for name in (alarm.get("MetricName"), *parts) if name}


def _statistic(alarm: Mapping[str, Any]) -> str | None:
    """Return the statistic of an alarm on one metric, from any of the three fields that can hold it."""
    stats = [query["MetricStat"]["Stat"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    statistic: str | None = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or next(iter(stats), None)
    return statistic


def _rule(alarm: Mapping[str, Any]) -> tuple[str, float]:
    return alarm["ComparisonOperator"], float(alarm["Threshold"])


def _logs(site: Site) -> str:
    """Check that the service's streams have lines of the last minutes."""
    since = int((time.time() - _RECENT_SECONDS) * 1000)
    pages = (
        site.aws.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=site.log_group, logStreamNamePrefix=f"{STREAM_PREFIX}/", startTime=since)
    )
    event = next((event for page in pages for event in page["events"]), None)
    if event is None:
        raise FailedError(f"{site.log_group} has no line of the last {_RECENT_SECONDS // 60} minutes")
    return f"{site.log_group} has lines, as of {event['logStreamName']}"
