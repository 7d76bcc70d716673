"""CloudWatch's alarms, as far as ours use them: data of every minute in, the state after every period out.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Samples of each minute; no sample differs from a zero.
Minutes = Sequence[Sequence[float]]
# One value per period; None if it is missing.
Series = list[float | None]

# CloudWatch reads more periods than it evaluates, to have enough of them when data is missing.
MORE_PERIODS = 2
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
}


def states(alarm: Mapping[str, Any], data: Mapping[str, Minutes]) -> list[str]:
    """Return the state of an alarm, ALARM or OK, for each period of the data.

    The keys of `data` are metric names, or the metric ids of an alarm on an expression; other metrics have no data.
    Raises KeyError for features that are not supported here.
    """
    values = _computed(alarm, data) if alarm["Metrics"] else _single(alarm, data)
    breaches: list[bool | None] = [
        None if value is None else COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])
        for value in values
    ]
    return [_state(alarm, breaches[: end + 1]) for end in range(len(breaches))]


def _state(alarm: Mapping[str, Any], breaches: list[bool | None]) -> str:
    """Evaluate the newest periods with data; missing ones count only if there are too few."""
    wanted = alarm["EvaluationPeriods"]
    missing_breaches = {"breaching": True, "notBreaching": False}[alarm["TreatMissingData"]]
    looked_at = ([None] * (wanted + MORE_PERIODS) + breaches)[-(wanted + MORE_PERIODS) :]
    judged = [breach for breach in looked_at if breach is not None][-wanted:]
    judged += [missing_breaches] * (wanted - len(judged))
    return "ALARM" if sum(judged) >= alarm.get("DatapointsToAlarm", wanted) else "OK"


def _single(alarm: Mapping[str, Any], data: Mapping[str, Minutes]) -> Series:
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    return _aggregate(data[alarm["MetricName"]], alarm["Period"], statistic)


def _computed(alarm: Mapping[str, Any], data: Mapping[str, Minutes]) -> Series:
    metrics = {query["Id"]: query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query}
    expression = next(query["Expression"] for query in alarm["Metrics"] if query["ReturnData"])
    length = max(len(minutes) for minutes in data.values())
    nothing: Minutes = [[]] * length
    series = {id_: _aggregate(data.get(id_, nothing), stat["Period"], stat["Stat"]) for id_, stat in metrics.items()}
    periods = len(next(iter(series.values())))
    tree = ast.parse(expression, mode="eval").body
    return [_value(tree, {id_: values[period] for id_, values in series.items()}) for period in range(periods)]


def _value(node: ast.AST, metrics: Mapping[str, float | None]) -> float | None:
    """Compute one period of an expression; an operation on a missing value has no value."""
    match node:
        case ast.Constant(value=number):
            return float(number)
        case ast.Name(id=name):
            return metrics[name]
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            sides = [_value(side, metrics) for side in (left, right)]
            return None if None in sides else float(OPERATORS[type(op)](*sides))
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, filler]):
            value = _value(filled, metrics)
            return _value(filler, metrics) if value is None else value
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            holds = _value(condition, metrics)
            return None if holds is None else _value(then if holds else otherwise, metrics)
    raise KeyError(ast.unparse(node))


def _aggregate(minutes: Minutes, period: int, statistic: str) -> Series:
    """Return the statistic of each whole period, which is given in seconds."""
    step = period // 60
    periods = [
        [sample for minute in minutes[start : start + step] for sample in minute]
        for start in range(0, len(minutes) - step + 1, step)
    ]
    return [_statistic(statistic, samples) if samples else None for samples in periods]


def _statistic(name: str, samples: list[float]) -> float:
    if name.startswith("p"):
        return _percentile(sorted(samples), float(name[1:]) / 100)
    return {"Average": math.fsum(samples) / len(samples), "Sum": math.fsum(samples), "Maximum": max(samples)}[name]


def _percentile(ordered: list[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    low = math.floor(position)
    return ordered[low] + (ordered[math.ceil(position)] - ordered[low]) * (position - low)
