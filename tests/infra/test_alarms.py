import json
import re
from typing import Any

import pytest

from common.logs import ERRORS, NAMESPACE, UNITS
from common.problem import PROBLEMS
from tests.infra.alarm_data import CASES
from tests.infra.cloudwatch import states
from tests.infra.stack import Stack
from tests.infra.workspace import ROOT
from tools.contract.bundle import NAMES

# Alarms of Application Auto Scaling.
NOT_OURS = "TargetTracking-"
HOPS = {"query_lambda", "service", "result_lambda"}
HOP_LOGS = {"/aws/lambda/query-lambda", "/ecs/query-service", "/aws/lambda/query-result-lambda"}
GUIDE = {
    "ECS-HighCPU": ("AWS/ECS", "CPUUtilization", "Average", 70),
    "ECS-HighMemory": ("AWS/ECS", "MemoryUtilization", "Average", 80),
    "Service-HighLatency": (NAMESPACE, "duration_ms", "p99", 100),
}


def groups(stack: Stack) -> set[str]:
    """Return the names of the stack's log groups."""
    return {group["logGroupName"] for group in stack.client("logs").describe_log_groups()["logGroups"]}


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the stack's alarms by name."""
    found = stack.client("cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]
    return {alarm["AlarmName"]: alarm for alarm in found if not alarm["AlarmName"].startswith(NOT_OURS)}


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics of an alarm."""
    return [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query] or [alarm]


def dimensions(alarm: dict[str, Any]) -> list[dict[str, str]]:
    """Return the dimensions of each metric of an alarm."""
    return [{pair["Name"]: pair["Value"] for pair in metric["Dimensions"]} for metric in metrics(alarm)]


def test_every_alarm_has_test_data(stack: Stack) -> None:
    """The data names exactly the alarms of the stack."""
    assert alarms(stack).keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_an_alarm_fires(stack: Stack, name: str) -> None:
    """Its statistic, periods, threshold and treatment of missing data fire it on the loud data."""
    assert "ALARM" in states(alarms(stack)[name], CASES[name].loud)


@pytest.mark.parametrize("name", CASES)
def test_an_alarm_stays_silent(stack: Stack, name: str) -> None:
    """Data that comes close does not fire it."""
    assert "ALARM" not in states(alarms(stack)[name], CASES[name].silent)


@pytest.mark.parametrize("name", CASES)
def test_an_alarm_ends_after_recovery(stack: Stack, name: str) -> None:
    """A fired alarm returns to OK with normal data."""
    case = CASES[name]
    recovered = {metric: [*minutes, *case.silent.get(metric, [[0.0]] * 30)] for metric, minutes in case.loud.items()}
    assert "OK" == states(alarms(stack)[name], recovered)[-1]


@pytest.mark.parametrize("name", GUIDE)
def test_the_guides_thresholds(stack: Stack, name: str) -> None:
    """CPU over 70 %, memory over 80 %, p99 over 100 ms, each in two periods of five minutes."""
    alarm = alarms(stack)[name]
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    assert GUIDE[name] == (alarm["Namespace"], alarm["MetricName"], statistic, alarm["Threshold"])
    assert (300, 2) == (alarm["Period"], alarm["EvaluationPeriods"])
    assert "GreaterThanThreshold" == alarm["ComparisonOperator"]


def test_a_percentile_needs_enough_requests(stack: Stack) -> None:
    """With few requests the p99 is one slow request, which is no alarm."""
    percentiles = {name: alarm for name, alarm in alarms(stack).items() if "ExtendedStatistic" in alarm}
    assert {"ALB-HighLatency"} == percentiles.keys()
    assert ["ignore"] == [alarm["EvaluateLowSampleCountPercentile"] for alarm in percentiles.values()]


def test_the_guides_error_rate(stack: Stack) -> None:
    """More than 1 % of the requests in the same ten minutes."""
    alarm = alarms(stack)["ALB-HighErrorRate"]
    assert (1, 2, "GreaterThanThreshold") == (
        alarm["Threshold"],
        alarm["EvaluationPeriods"],
        alarm["ComparisonOperator"],
    )
    assert {300} == {query["MetricStat"]["Period"] for query in alarm["Metrics"] if "MetricStat" in query}


def test_every_alarm_reaches_the_topic(stack: Stack) -> None:
    """Alarms notify it when they fire and end; CloudWatch may publish, and messages are encrypted."""
    (topic,) = stack.client("sns").list_topics()["Topics"]
    for alarm in alarms(stack).values():
        assert [topic["TopicArn"]] == alarm["AlarmActions"] == alarm["OKActions"]
        assert alarm["ActionsEnabled"]
        assert alarm["AlarmDescription"]
    attributes = stack.client("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
    (statement,) = json.loads(attributes["Policy"])["Statement"]
    assert ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish") == (statement["Principal"], statement["Action"])
    assert attributes["KmsMasterKeyId"]


def test_dimensions_of_alarms_exist(stack: Stack) -> None:
    """An alarm on a resource that does not exist would have no data and never fire."""
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
        "GlobalSecondaryIndexName": {"marketing_id-index", "transaction_id-status-index", "marketing_id-status-index"},
        "hop": HOPS,
        "code": {*PROBLEMS},
    }
    real["ClusterName"] = {arn.rpartition("/")[2] for arn in real["ClusterName"]}
    for alarm in alarms(stack).values():
        for found in dimensions(alarm):
            assert [] == [f"{key}={value}" for key, value in found.items() if value not in real[key]]


def test_alarms_and_graphs_use_metrics_that_the_hops_log(stack: Stack) -> None:
    """Names and dimensions are those of the logged metrics."""
    body = json.loads(stack.client("cloudwatch").get_dashboard(DashboardName="query-service")["DashboardBody"])
    graphs = [widget["properties"]["metrics"] for widget in body["widgets"] if widget["type"] == "metric"]
    shown = [metric for metrics in graphs for metric in metrics if metric[0] == NAMESPACE]
    watched = [alarm for alarm in alarms(stack).values() if alarm.get("Namespace") == NAMESPACE]
    assert {*UNITS, ERRORS} >= {metric[1] for metric in shown} | {alarm["MetricName"] for alarm in watched}
    assert {"hop"} == {metric[2] for metric in shown}
    assert HOPS >= {metric[3] for metric in shown}
    operations = {metric[5] for metric in shown if len(metric) > 5 and metric[4] == "operation"}
    assert {"query_user", "query_marketing", "query_fail"} == operations
    expressions = [metric[0]["expression"] for metrics in graphs for metric in metrics if isinstance(metric[0], dict)]
    (search,) = [expression for expression in expressions if expression.startswith("SEARCH(")]
    assert f"{{{NAMESPACE},hop,code}}" in search


def test_a_tables_indexes_are_watched_too(stack: Stack) -> None:
    """Throttles of an index are not in the table's own metric."""
    watched = dimensions(alarms(stack)["DynamoDB-Throttles-notification-records"])
    assert {None, "marketing_id-index", "transaction_id-status-index", "marketing_id-status-index"} == {
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


def test_the_dashboard_shows_the_threshold_of_every_alarm(stack: Stack) -> None:
    """A horizontal line on a graph of the alarm's metric has the alarm's name and threshold."""
    body = json.loads(stack.client("cloudwatch").get_dashboard(DashboardName="query-service")["DashboardBody"])
    graphs = [widget["properties"] for widget in body["widgets"] if widget["type"] == "metric"]
    drawn = {
        line["label"]: (line["value"], graph) for graph in graphs for line in graph["annotations"].get("horizontal", [])
    }
    assert {name: alarm["Threshold"] for name, alarm in alarms(stack).items()} == {
        name: value for name, (value, _) in drawn.items()
    }
    for name, alarm in alarms(stack).items():
        shown = {metric[1] for metric in drawn[name][1]["metrics"] if len(metric) > 1}
        assert {metric["MetricName"] for metric in metrics(alarm)} <= shown


def test_the_dashboard_shows_the_last_errors(stack: Stack) -> None:
    """A table of the newest warnings and errors of every hop, from log groups that exist."""
    body = json.loads(stack.client("cloudwatch").get_dashboard(DashboardName="query-service")["DashboardBody"])
    (table,) = [widget["properties"] for widget in body["widgets"] if widget["type"] == "log"]
    assert HOP_LOGS == set(re.findall(r"SOURCE '([^']+)'", table["query"])) <= groups(stack)
    assert "filter level in ['warning', 'error']" in table["query"]


def test_queries_are_saved(stack: Stack) -> None:
    """A request by its id, the slowest queries, errors by code and unknown operations are ready to run."""
    found = stack.client("logs").describe_query_definitions(queryDefinitionNamePrefix="query-service/")
    saved = {query["name"].partition("/")[2]: query for query in found["queryDefinitions"]}
    assert {"request-by-id", "slowest-queries", "errors-by-code", "unknown-operations"} == saved.keys()
    for query in saved.values():
        assert HOP_LOGS <= {*query["logGroupNames"]} <= groups(stack)
    assert "filter request_id = 'REQUEST_ID'" in saved["request-by-id"]["queryString"]
    assert {f"/apigateway/{name}/access" for name in NAMES} <= {*saved["request-by-id"]["logGroupNames"]}


def test_every_alarm_leads_to_its_runbook(stack: Stack) -> None:
    """The description ends with the address of the alarm's own section in docs/operations.md."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### (\S+)$", page, re.MULTILINE)
    assert sorted(alarms(stack)) == sorted(headings)
    for name, alarm in alarms(stack).items():
        assert alarm["AlarmDescription"].endswith(f" Runbook: docs/operations.md#{name.lower()}")
