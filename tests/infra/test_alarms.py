import json
from typing import Any

import pytest

from common.access_log import ERRORS, NAMESPACE, UNITS
from common.problem import PROBLEMS
from tests.infra.alarm_data import CASES
from tests.infra.cloudwatch import states
from tests.infra.stack import Stack

# Alarms that Application Auto Scaling makes for itself.
NOT_OURS = "TargetTracking-"
HOPS = {"query_lambda", "service", "result_lambda"}
GUIDE = {
    "ECS-HighCPU": ("AWS/ECS", "CPUUtilization", "Average", 70),
    "ECS-HighMemory": ("AWS/ECS", "MemoryUtilization", "Average", 80),
    "ALB-HighLatency": ("AWS/ApplicationELB", "TargetResponseTime", "p99", 0.1),
}


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the stack's alarms by name, as CloudWatch describes them."""
    found = stack.client("cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]
    return {alarm["AlarmName"]: alarm for alarm in found if not alarm["AlarmName"].startswith(NOT_OURS)}


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics that an alarm looks at, one or many."""
    return [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query] or [alarm]


def dimensions(alarm: dict[str, Any]) -> list[dict[str, str]]:
    """Return, for each metric of an alarm, what it is the metric of."""
    return [{pair["Name"]: pair["Value"] for pair in metric["Dimensions"]} for metric in metrics(alarm)]


def test_every_alarm_is_put_to_the_test(stack: Stack) -> None:
    """There is data for each alarm, and an alarm for all data."""
    assert alarms(stack).keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_it_rings_when_it_should(stack: Stack, name: str) -> None:
    """The alarm's own statistic, periods, threshold and treatment of missing data, on data that should fire it."""
    assert "ALARM" in states(alarms(stack)[name], CASES[name].loud)


@pytest.mark.parametrize("name", CASES)
def test_it_is_silent_when_it_should(stack: Stack, name: str) -> None:
    """The same on data that comes close to it."""
    assert "ALARM" not in states(alarms(stack)[name], CASES[name].silent)


@pytest.mark.parametrize("name", CASES)
def test_it_is_silent_again_when_all_is_well(stack: Stack, name: str) -> None:
    """An alarm that fired ends with the trouble, or nobody would look at the next one."""
    case = CASES[name]
    recovered = {metric: [*minutes, *case.silent.get(metric, [[0.0]] * 30)] for metric, minutes in case.loud.items()}
    assert "OK" == states(alarms(stack)[name], recovered)[-1]


@pytest.mark.parametrize("name", GUIDE)
def test_the_guides_thresholds(stack: Stack, name: str) -> None:
    """CPU over 70 %, memory over 80 %, p99 over 100 ms: two periods of five minutes, as the guide prints it."""
    alarm = alarms(stack)[name]
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    assert GUIDE[name] == (alarm["Namespace"], alarm["MetricName"], statistic, alarm["Threshold"])
    assert (300, 2) == (alarm["Period"], alarm["EvaluationPeriods"])
    assert "GreaterThanThreshold" == alarm["ComparisonOperator"]


def test_the_guides_error_rate(stack: Stack) -> None:
    """More than 1 % of the requests, over the same ten minutes."""
    alarm = alarms(stack)["ALB-HighErrorRate"]
    assert (1, 2, "GreaterThanThreshold") == (
        alarm["Threshold"],
        alarm["EvaluationPeriods"],
        alarm["ComparisonOperator"],
    )
    assert {300} == {query["MetricStat"]["Period"] for query in alarm["Metrics"] if "MetricStat" in query}


def test_every_alarm_reaches_the_topic(stack: Stack) -> None:
    """When it fires and when it ends; CloudWatch may publish there, and the messages are encrypted."""
    (topic,) = stack.client("sns").list_topics()["Topics"]
    for alarm in alarms(stack).values():
        assert [topic["TopicArn"]] == alarm["AlarmActions"] == alarm["OKActions"]
        assert alarm["ActionsEnabled"]
        assert alarm["AlarmDescription"]
    attributes = stack.client("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
    (statement,) = json.loads(attributes["Policy"])["Statement"]
    assert ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish") == (statement["Principal"], statement["Action"])
    assert attributes["KmsMasterKeyId"]


def test_alarms_look_at_what_the_stack_has(stack: Stack) -> None:
    """A dimension that names nothing would have no data, and an alarm without data is silent for ever."""
    elbv2 = stack.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    (group,) = elbv2.describe_target_groups()["TargetGroups"]
    real = {
        "ClusterName": set(stack.client("ecs").list_clusters()["clusterArns"]),
        "ServiceName": {"query-service"},
        "LoadBalancer": {balancer["LoadBalancerArn"].partition("loadbalancer/")[2]},
        "TargetGroup": {group["TargetGroupArn"].rpartition(":")[2]},
        "ApiName": {api["name"] for api in stack.client("apigateway").get_rest_apis()["items"]},
        "Stage": {"v1"},
        "FunctionName": {item["FunctionName"] for item in stack.client("lambda").list_functions()["Functions"]},
        "TableName": set(stack.client("dynamodb").list_tables()["TableNames"]),
        "GlobalSecondaryIndexName": {"marketing_id-index", "transaction_id-status-index"},
        "hop": HOPS,
        "code": {*PROBLEMS},
    }
    real["ClusterName"] = {arn.rpartition("/")[2] for arn in real["ClusterName"]}
    for alarm in alarms(stack).values():
        for found in dimensions(alarm):
            assert [] == [f"{key}={value}" for key, value in found.items() if value not in real[key]]


def test_alarms_and_graphs_look_at_metrics_that_the_hops_log(stack: Stack) -> None:
    """By their names and dimensions, or they would look at nothing."""
    body = json.loads(stack.client("cloudwatch").get_dashboard(DashboardName="query-service")["DashboardBody"])
    graphs = [widget["properties"]["metrics"] for widget in body["widgets"] if widget["type"] == "metric"]
    shown = [metric for metrics in graphs for metric in metrics if metric[0] == NAMESPACE]
    watched = [alarm for alarm in alarms(stack).values() if alarm.get("Namespace") == NAMESPACE]
    assert {*UNITS, ERRORS} >= {metric[1] for metric in shown} | {alarm["MetricName"] for alarm in watched}
    assert {"hop"} == {metric[2] for metric in shown}
    assert HOPS >= {metric[3] for metric in shown}
    operations = {metric[5] for metric in shown if len(metric) > 5 and metric[4] == "operation"}
    assert {"query_user", "query_marketing", "query_fail"} == operations
    (search,) = [metric[0]["expression"] for metrics in graphs for metric in metrics if isinstance(metric[0], dict)]
    assert f"{{{NAMESPACE},hop,code}}" in search


def test_a_tables_indexes_are_watched_too(stack: Stack) -> None:
    """An index is throttled by itself, and its events are not in the table's own count."""
    watched = dimensions(alarms(stack)["DynamoDB-Throttles-notification-records"])
    assert {None, "marketing_id-index", "transaction_id-status-index"} == {
        found.get("GlobalSecondaryIndexName") for found in watched
    }


def test_the_dashboard_shows_every_alarm_and_every_hop(stack: Stack) -> None:
    """One page from the public API to the tables."""
    body = json.loads(stack.client("cloudwatch").get_dashboard(DashboardName="query-service")["DashboardBody"])
    (shown,) = [widget for widget in body["widgets"] if widget["type"] == "alarm"]
    assert {alarm["AlarmArn"] for alarm in alarms(stack).values()} == set(shown["properties"]["alarms"])
    graphs = [widget["properties"] for widget in body["widgets"] if widget["type"] == "metric"]
    namespaces = {metric[0] for graph in graphs for metric in graph["metrics"] if isinstance(metric[0], str)}
    aws = {"AWS/ApiGateway", "AWS/ApplicationELB", "AWS/DynamoDB", "AWS/ECS", "AWS/Lambda"}
    assert aws | {NAMESPACE} == namespaces
    assert len({(widget["x"], widget["y"]) for widget in body["widgets"]}) == len(body["widgets"])
