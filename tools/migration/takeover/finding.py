"""What `takeover` finds, and the traffic of a method."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

DAYS: Final = 30


class Kind(StrEnum):
    """The action that a finding requires."""

    STOP = "stop"  # the move cannot go on
    DECIDE = "decide"  # callers would notice: the owner decides, with --accept
    NOTE = "note"  # good to know


@dataclass(frozen=True)
class Finding:
    """One difference, or one thing that is taken over."""

    kind: Kind
    subject: str
    seen: str
    advice: str = ""


@dataclass(kw_only=True)
class Takeover:
    """What Terraform gets: import blocks (address and id) and variables."""

    imports: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)


def calls(cloudwatch: Any, api: str, stage: str, method: str) -> str:  # noqa: ANN401  # botocore has no types
    """Say how many calls a method had in the last 30 days."""
    verb, path = method.split(" ", 1)
    names = {"ApiName": api, "Stage": stage, "Method": verb, "Resource": path}
    now = datetime.now(UTC)
    points = cloudwatch.get_metric_statistics(
        Namespace="AWS/ApiGateway",
        MetricName="Count",
        Dimensions=[{"Name": name, "Value": value} for name, value in names.items()],
        StartTime=now - timedelta(days=DAYS),
        EndTime=now,
        Period=86_400,
        Statistics=["Sum"],
    )["Datapoints"]
    if not points:
        return f"no figures of the last {DAYS} days (without metrics for each method, read the access log)"
    return f"{sum(point['Sum'] for point in points):g} calls in the last {DAYS} days"
