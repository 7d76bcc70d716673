"""A complete deployment on a moto server: all resources that the checklist reads, created with boto3."""

import json
import time
from typing import Any, Final

import httpx

from tools.local.tables import definitions
from tools.migration.aws import Aws
from tools.migration.import_contract import Importer, render

ACCOUNT: Final = "123456789012"  # moto's
REGION: Final = "ap-southeast-1"
NAME: Final = "query-service"
CLUSTER: Final = "query-service-cluster"
LOG_GROUP: Final = "/ecs/query-service"
IMAGE: Final = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{NAME}:1.0.0"
TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}],
}
INVOKE: Final = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
}
ROW: Final = {
    "user_id": {"S": "u1"},
    "transaction_id": {"S": "tx_1"},
    "created_at": {"N": "1761998400123"},
    "status": {"S": "SENT"},
}
ENDPOINTS: Final = ("dynamodb", "s3", "execute-api", "ecr.api", "ecr.dkr", "logs", "secretsmanager")


class Emulator:
    """A deployment on the server at `url`."""

    def __init__(self, url: str) -> None:
        self.aws = Aws(REGION, url)
        self._url = url
        self.arns: dict[str, str] = {}

    def client(self, service: str) -> Any:  # noqa: ANN401  # botocore creates clients at run time
        """Return a client of one service."""
        return self.aws.client(service)

    def build(self) -> None:
        """Reset the server and create all resources."""
        httpx.post(f"{self._url}/moto-api/reset", trust_env=False).raise_for_status()
        for part in (
            self.tables,
            self.network,
            self.roles,
            self.image,
            self.run,
            self.alarms,
            self.logs,
            self.gateways,
        ):
            part()

    def tables(self) -> None:
        """Create both tables with one row each, which keeps the row contract and has an ap_id."""
        client = self.client("dynamodb")
        for name, definition in definitions().items():
            client.create_table(TableName=name, **definition)
            client.put_item(TableName=name, Item={**ROW, "ap_id": {"S": "mobile-app-001"}})

    def network(self) -> None:
        """Create the VPC and its endpoints."""
        client = self.client("ec2")
        vpc = client.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        zones = (("a", "10.20.0.0/20"), ("b", "10.20.16.0/20"))
        self.subnets = [
            client.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}")["Subnet"]["SubnetId"]
            for zone, block in zones
        ]
        self.arns["vpc"] = vpc
        for name in ENDPOINTS:
            kind = "Gateway" if name in {"dynamodb", "s3"} else "Interface"
            client.create_vpc_endpoint(VpcId=vpc, VpcEndpointType=kind, ServiceName=f"com.amazonaws.{REGION}.{name}")

    def roles(self) -> None:
        """Create the two roles of the task."""
        client = self.client("iam")
        for kind in ("execution", "task"):
            role = client.create_role(RoleName=f"{NAME}-{kind}", AssumeRolePolicyDocument=json.dumps(TRUST))
            self.arns[kind] = role["Role"]["Arn"]
        client.put_role_policy(RoleName=f"{NAME}-task", PolicyName="invoke", PolicyDocument=json.dumps(INVOKE))

    def image(self) -> None:
        """Push a manifest as the image."""
        client = self.client("ecr")
        client.create_repository(repositoryName=NAME)
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": "sha256:" + 64 * "0"}, "layers": []}
        client.put_image(repositoryName=NAME, imageManifest=json.dumps(manifest), imageTag="1.0.0")

    def run(self) -> None:
        """Run the service behind its load balancer."""
        balancers = self.client("elbv2")
        balancers.create_load_balancer(Name=NAME, Subnets=self.subnets, Scheme="internal")
        group = balancers.create_target_group(
            Name=NAME, Protocol="HTTP", Port=8000, VpcId=self.arns["vpc"], TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.arns["targets"] = group
        targets = [{"Id": f"10.20.0.{number}", "Port": 8000} for number in (10, 11)]
        balancers.register_targets(TargetGroupArn=group, Targets=targets)
        client = self.client("ecs")
        client.create_cluster(clusterName=CLUSTER)
        self.define()
        client.create_service(
            cluster=CLUSTER,
            serviceName=NAME,
            taskDefinition=NAME,
            desiredCount=2,
            launchType="FARGATE",
            loadBalancers=[{"targetGroupArn": group, "containerName": "ecs-handler", "containerPort": 8000}],
        )

    def define(self, **changed: Any) -> None:  # noqa: ANN401  # any part of a container
        """Register the task definition of the guide, with some parts of its container changed."""
        container = {
            "name": "ecs-handler",
            "image": IMAGE,
            "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
            "environment": [
                {"name": "ENVIRONMENT", "value": "production"},
                {"name": "INTERNAL_API_URL", "value": f"https://internal.execute-api.{REGION}.amazonaws.com/v1"},
                {"name": "REQUEST_TIMEOUT", "value": "30"},
            ],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": LOG_GROUP,
                    "awslogs-region": REGION,
                    "awslogs-stream-prefix": "ecs",
                },
            },
            **changed,
        }
        self.client("ecs").register_task_definition(
            family=NAME,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=self.arns["execution"],
            taskRoleArn=self.arns["task"],
            containerDefinitions=[container],
        )

    def alarms(self) -> None:
        """Create the guide's four alarms, and a topic with a subscriber."""
        client = self.client("sns")
        topic = client.create_topic(Name="query-service-alarms")["TopicArn"]
        client.subscribe(TopicArn=topic, Protocol="email", Endpoint="on-call@example.com")
        self.arns["topic"] = topic
        self.alarm("cpu-high", "AWS/ECS", "CPUUtilization", 70)
        self.alarm("memory-high", "AWS/ECS", "MemoryUtilization", 80)
        self.alarm("latency-p99", "push-records", "duration_ms", 100, statistic={"ExtendedStatistic": "p99"})
        self.error_rate(1)

    def alarm(
        self, name: str, namespace: str, metric: str, threshold: float, *, statistic: dict[str, str] | None = None
    ) -> None:
        """Create or update an alarm on one metric."""
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace=namespace,
            MetricName=metric,
            **(statistic or {"Statistic": "Average"}),
            Period=300,
            EvaluationPeriods=2,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[self.arns["topic"]],
        )

    def error_rate(self, threshold: float) -> None:
        """Create or update the alarm on the error rate."""
        metrics: list[dict[str, Any]] = [
            {
                "Id": name,
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": metric},
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
            for name, metric in (("errors", "HTTPCode_Target_5XX_Count"), ("requests", "RequestCount"))
        ]
        self.client("cloudwatch").put_metric_alarm(
            AlarmName="error-rate",
            EvaluationPeriods=2,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[self.arns["topic"]],
            Metrics=[*metrics, {"Id": "rate", "Expression": "100 * errors / requests", "ReturnData": True}],
        )

    def logs(self, age_seconds: float = 0) -> None:
        """Make the log group, and a line in it of a task."""
        client = self.client("logs")
        client.create_log_group(logGroupName=LOG_GROUP)
        client.create_log_stream(logGroupName=LOG_GROUP, logStreamName="ecs/ecs-handler/task-1")
        line = {"timestamp": int((time.time() - age_seconds) * 1000), "message": "request"}
        client.put_log_events(logGroupName=LOG_GROUP, logStreamName="ecs/ecs-handler/task-1", logEvents=[line])

    def gateways(self) -> None:
        """Import both contracts."""
        values = {
            "aws_region": REGION,
            "aws_account_id": ACCOUNT,
            "task_role_arn": self.arns["task"],
            "vpc_endpoint_id": "vpce-0a1b2c3d",
        }
        client = self.client("apigateway")
        for name, kind in (("public", "REGIONAL"), ("internal", "PRIVATE")):
            rendered = render(name, values)
            # moto's import ignores the endpoint type.
            made = client.create_rest_api(name=rendered.title, endpointConfiguration={"types": [kind]})
            self.arns[name] = made["id"]
            Importer(self.aws, rendered, stage="v1", account_id=ACCOUNT).run(made["id"], accept_warnings=False)
