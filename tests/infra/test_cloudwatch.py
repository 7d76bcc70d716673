from typing import Any

import pytest

from tests.infra.cloudwatch import states

ALARM: dict[str, Any] = {
    "MetricName": "Load",
    "Metrics": [],
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}
# X breaches, 0 does not, - is missing.
SAMPLES: dict[str, list[float]] = {"X": [1.0], "0": [0.0], "-": []}


@pytest.mark.parametrize(
    ("points", "to_alarm", "breaching", "not_breaching"),
    [
        ("0-X-X", 3, "OK", "OK"),
        ("----0", 3, "OK", "OK"),
        ("-----", 3, "ALARM", "OK"),
        ("0XX-X", 3, "ALARM", "ALARM"),
        ("--X--", 3, "ALARM", "OK"),
        ("0-X-X", 2, "ALARM", "ALARM"),
        ("00X0X", 2, "ALARM", "ALARM"),
        ("0-X--", 2, "ALARM", "OK"),
        ("----0", 2, "ALARM", "OK"),
        ("---X-", 2, "ALARM", "OK"),
    ],
)
def test_missing_data_is_judged_as_aws_documents_it(
    points: str, to_alarm: int, breaching: str, not_breaching: str
) -> None:
    """The two tables of "How alarm state is evaluated when data is missing", for the treatments that our alarms use."""
    data = {"Load": [SAMPLES[point] for point in points]}
    alarm = ALARM | {"DatapointsToAlarm": to_alarm}
    assert breaching == states(alarm | {"TreatMissingData": "breaching"}, data)[-1]
    assert not_breaching == states(alarm | {"TreatMissingData": "notBreaching"}, data)[-1]


@pytest.mark.parametrize(
    ("statistic", "threshold", "state"),
    [("Sum", 9.5, "ALARM"), ("Sum", 10, "OK"), ("Maximum", 3.5, "ALARM"), ("Maximum", 4, "OK"), ("Average", 2.5, "OK")],
)
def test_a_statistic_is_of_all_samples_of_its_period(statistic: str, threshold: float, state: str) -> None:
    """Two minutes of 1 and 2, 3 and 4 are one period of two minutes; at the threshold is not above it."""
    alarm = ALARM | {"Period": 120, "EvaluationPeriods": 1, "TreatMissingData": "notBreaching"}
    data = {"Load": [[1.0, 2.0], [3.0, 4.0]]}
    assert [state] == states(alarm | {"Statistic": statistic, "Threshold": threshold}, data)


def test_a_percentile_looks_past_the_rare_outlier() -> None:
    """The 99th of a thousand samples is above the threshold with eleven slow ones, and not with nine."""
    alarm = ALARM | {"EvaluationPeriods": 1, "TreatMissingData": "notBreaching", "ExtendedStatistic": "p99"}
    del alarm["Statistic"]
    assert ["OK", "ALARM"] == states(alarm, {"Load": [[1.0] * 9 + [0.0] * 991, [1.0] * 11 + [0.0] * 989]})


def test_an_expression_fills_what_is_missing_and_else_has_no_value() -> None:
    """FILL and IF as metric math has them: an operation on missing data has no value, and counts as missing."""
    expression = "IF(all > 0, 100 * FILL(bad, 0) / all, 0)"
    metrics = [{"Id": id_, "MetricStat": {"Period": 60, "Stat": "Sum"}, "ReturnData": False} for id_ in ("all", "bad")]
    alarm = ALARM | {
        "Metrics": [*metrics, {"Id": "rate", "Expression": expression, "ReturnData": True}],
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "TreatMissingData": "breaching",
    }
    data: dict[str, list[list[float]]] = {"all": [[100], [100], [0], []], "bad": [[2], [], [5], []]}
    # The last period has no value of its own, so that the newest one that has decides.
    assert ["ALARM", "OK", "OK", "OK"] == states(alarm, data)
