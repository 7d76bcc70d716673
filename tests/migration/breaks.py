"""Faults of a deployment: how to cause and repair each, and the line of the checklist that reports it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.migration.emulator import ACCOUNT, CLUSTER, IMAGE, LOG_GROUP, NAME, REGION, ROW, Emulator

Act = Callable[[Emulator], Any]


def drop_index(emulator: Emulator) -> None:
    """Delete an index of a table."""
    change = [{"Delete": {"IndexName": "marketing_id-index"}}]
    emulator.client("dynamodb").update_table(TableName="notification-records", GlobalSecondaryIndexUpdates=change)


def drop_ap_id(emulator: Emulator) -> None:
    """Remove the ap_id of the only row of a table."""
    emulator.client("dynamodb").put_item(TableName="command-records", Item=ROW)


def break_row(emulator: Emulator) -> None:
    """Store rows as writers must not: failed without a text, in seconds, of a new status, with a device token."""
    put = emulator.client("dynamodb").put_item
    for changed in (
        {"status": {"S": "FAILED"}},
        {"created_at": {"N": "1761998400"}},
        {"created_at": {"N": "1761998401"}, "status": {"S": "OPENED"}},
        {"created_at": {"N": "1761998400124"}, "platform": {"B": b"IOS"}, "device_token": {"S": "t"}},
        {"user_id": {"S": "u\x07"}},
    ):
        row = {**ROW, "ap_id": {"S": "a"}, "created_at": {"N": "1761998400125"}, **changed}
        put(TableName="notification-records", Item=row)


def drop_endpoint(emulator: Emulator) -> None:
    """Delete a VPC endpoint."""
    client = emulator.client("ec2")
    ids = [
        endpoint["VpcEndpointId"]
        for endpoint in client.describe_vpc_endpoints()["VpcEndpoints"]
        if endpoint["ServiceName"].endswith("execute-api")
    ]
    client.delete_vpc_endpoints(VpcEndpointIds=ids)


def stale_logs(emulator: Emulator) -> None:
    """Keep only log lines of the day before."""
    emulator.client("logs").delete_log_group(logGroupName=LOG_GROUP)
    emulator.logs(age_seconds=24 * 60 * 60)


def unsubscribe(emulator: Emulator) -> None:
    """Delete the only subscription of the topic."""
    client = emulator.client("sns")
    for subscription in client.list_subscriptions()["Subscriptions"]:
        client.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


def redirect(emulator: Emulator) -> None:
    """Integrate an operation of the public API with another function."""
    client, api = emulator.client("apigateway"), emulator.arns["public"]
    items = client.get_resources(restApiId=api, limit=500)["items"]
    resource = next(item["id"] for item in items if item["path"] == "/query/user")
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    client.put_integration(
        restApiId=api, resourceId=resource, httpMethod="POST", type="AWS_PROXY", integrationHttpMethod="POST", uri=uri
    )


def update_service(**change: Any) -> Act:  # noqa: ANN401  # arguments of ECS
    """Make a function that updates the service."""
    return lambda emulator: emulator.client("ecs").update_service(cluster=CLUSTER, service=NAME, **change)


def redefine(**changed: Any) -> Act:  # noqa: ANN401  # any part of a container
    """Make a function that gives the service another task definition."""

    def act(emulator: Emulator) -> None:
        emulator.define(**changed)
        update_service(taskDefinition=NAME)(emulator)

    return act


def alarm_at(name: str, namespace: str, metric: str, threshold: float, **statistic: str) -> Act:
    """Make a function that sets another threshold of an alarm."""
    return lambda emulator: emulator.alarm(name, namespace, metric, threshold, statistic=statistic or None)


def rebuilt(emulator: Emulator) -> None:
    """Build the whole deployment again."""
    emulator.build()


@dataclass(frozen=True)
class Break:
    """A line of the checklist, how to break and repair its subject, and parts of the expected result and advice."""

    line: str
    breaks: Act
    repairs: Act
    seen: str
    advice: str


BROKEN = [
    Break(
        "alarm on CPU",
        alarm_at("cpu-high", "AWS/ECS", "CPUUtilization", 90),
        Emulator.alarms,
        "cpu-high is at 90; the guide has > 70",
        "describe-alarms",
    ),
    Break(
        "alarm on memory",
        lambda e: e.client("cloudwatch").delete_alarms(AlarmNames=["memory-high"]),
        Emulator.alarms,
        "no alarm reads MemoryUtilization",
        "describe-alarms",
    ),
    Break(
        "alarm on response time",
        alarm_at("latency-p99", "push-records", "duration_ms", 100, Statistic="Average"),
        Emulator.alarms,
        "no alarm reads duration_ms p99",
        "describe-alarms",
    ),
    Break(
        "alarm on errors",
        lambda e: e.error_rate(5),
        Emulator.alarms,
        "error-rate is at 5; the guide has > 1",
        "describe-alarms",
    ),
    Break(
        "logs",
        stale_logs,
        lambda e: (e.client("logs").delete_log_group(logGroupName=LOG_GROUP), e.logs()),
        "no line of the last 15 minutes",
        "aws logs tail /ecs/query-service --follow",
    ),
    Break(
        "targets of the load balancer",
        lambda e: e.client("elbv2").deregister_targets(
            TargetGroupArn=e.arns["targets"], Targets=[{"Id": "10.20.0.10", "Port": 8000}]
        ),
        lambda e: e.client("elbv2").register_targets(
            TargetGroupArn=e.arns["targets"], Targets=[{"Id": "10.20.0.10", "Port": 8000}]
        ),
        "1 of",
        "describe-target-health",
    ),
    Break(
        "service",
        update_service(desiredCount=1),
        update_service(desiredCount=2),
        "1 tasks run, 2 are wanted",
        "aws ecs describe-services --cluster query-service-cluster --services query-service",
    ),
    Break(
        "task definition",
        redefine(environment=[{"name": "ENVIRONMENT", "value": "development"}]),
        redefine(),
        "ENVIRONMENT is development; REQUEST_TIMEOUT is None; INTERNAL_API_URL is missing",
        "aws ecs describe-task-definition --task-definition query-service",
    ),
    Break(
        "container image",
        redefine(image=IMAGE.replace("1.0.0", "2.0.0")),
        redefine(),
        "2.0.0",
        "aws ecr describe-images",
    ),
    Break(
        "roles of the task",
        lambda e: e.client("iam").delete_role_policy(RoleName=f"{NAME}-task", PolicyName="invoke"),
        rebuilt,
        "may not execute-api:Invoke",
        "describe-task-definition",
    ),
    Break("VPC endpoints", drop_endpoint, rebuilt, "none available for execute-api", "aws ec2 describe-vpc-endpoints"),
    Break(
        "public gateway",
        redirect,
        rebuilt,
        "POST /query/user not integrated with query-lambda",
        "import-contract public",
    ),
    Break(
        "internal gateway",
        lambda e: e.client("apigateway").delete_rest_api(restApiId=e.arns["internal"]),
        rebuilt,
        "the API 'Internal Query API' does not exist",
        "import-contract internal",
    ),
    Break(
        "table notification-records",
        drop_index,
        rebuilt,
        "marketing_id-index: differs from infra/tables.json",
        "aws dynamodb describe-table --table-name notification-records",
    ),
    Break(
        "table command-records",
        lambda e: e.client("dynamodb").delete_table(TableName="command-records"),
        rebuilt,
        "ResourceNotFoundException",
        "aws dynamodb describe-table --table-name command-records",
    ),
    Break(
        "ap_id in command-records",
        drop_ap_id,
        rebuilt,
        "0 of 1 rows that the mapping covers have one",
        "backfill-ap-id command-records",
    ),
    Break(
        "rows of notification-records",
        break_row,
        rebuilt,
        "created_at looks like seconds, not milliseconds (2)",
        "cat infra/rows.schema.json",
    ),
]
