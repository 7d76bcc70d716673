import base64
import hashlib
import json
from typing import Any

import pytest

from service.app import DRAIN_SECONDS, KEEP_ALIVE_SECONDS
from service.settings import Settings
from tests.infra.stack import BEFORE, NOW, Stack
from tests.infra.workspace import ACCOUNT, REGION, image
from tools.deploy.definitions import render
from tools.deploy.packages import PYTHON

FUNCTIONS = {"query-lambda": 28, "query-result-lambda": 26}
SECRET = "query-service/cursor-keys"


def task(stack: Stack) -> dict[str, Any]:
    """Return the newest task definition."""
    answer: dict[str, Any] = stack.client("ecs").describe_task_definition(taskDefinition="query-service")
    return dict(answer["taskDefinition"])


def running(stack: Stack) -> dict[str, Any]:
    """Return the service."""
    found = stack.client("ecs").describe_services(cluster="query-service-cluster", services=["query-service"])
    return dict(found["services"][0])


def test_the_task_definition_has_the_guides_values(stack: Stack) -> None:
    """Family, network, size, container, port, settings and log as the guide prints them."""
    kept = task(stack)
    (container,) = kept["containerDefinitions"]
    (port,) = container["portMappings"]
    assert ("query-service", "awsvpc", ["FARGATE"]) == (
        kept["family"],
        kept["networkMode"],
        kept["requiresCompatibilities"],
    )
    assert ("256", "512") == (kept["cpu"], kept["memory"])
    assert ("ecs-handler", image(NOW)) == (container["name"], container["image"])
    assert (8000, "tcp") == (port["containerPort"], port["protocol"])
    assert {
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "ENVIRONMENT": "production",
        "INTERNAL_API_URL": stack.output("internal_api_url"),
        "REQUEST_TIMEOUT": "30",
    } == {variable["name"]: variable["value"] for variable in container["environment"]}
    assert {
        "awslogs-group": "/ecs/query-service",
        "awslogs-region": "ap-southeast-1",
        "awslogs-stream-prefix": "ecs",
        "mode": "non-blocking",
        "max-buffer-size": "4m",
    } == container["logConfiguration"]["options"]


def test_the_container_can_do_little_harm(stack: Stack) -> None:
    """No root, no writes, no capabilities; the keys come from Secrets Manager, not from the definition."""
    (container,) = task(stack)["containerDefinitions"]
    assert ("10001", True) == (container["user"], container["readonlyRootFilesystem"])
    assert ["ALL"] == container["linuxParameters"]["capabilities"]["drop"]
    assert not container.get("privileged")
    secrets = {"CURSOR_KEYS": SECRET, "AUDIT_KEY": "query-service/audit-key"}
    arns = {name: stack.client("secretsmanager").describe_secret(SecretId=of)["ARN"] for name, of in secrets.items()}
    assert arns == {secret["name"]: secret["valueFrom"] for secret in container["secrets"]}


def test_the_service_drains_before_it_is_killed(stack: Stack) -> None:
    """The load balancer waits as long as a task takes to drain, and ECS kills no task while it waits."""
    (container,) = task(stack)["containerDefinitions"]
    elbv2 = stack.client("elbv2")
    group = elbv2.describe_target_groups()["TargetGroups"][0]
    attributes = elbv2.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    delay = {attribute["Key"]: attribute["Value"] for attribute in attributes}["deregistration_delay.timeout_seconds"]
    assert Settings.drain_delay_seconds + DRAIN_SECONDS <= int(delay) < container["stopTimeout"]


def test_the_load_balancer_closes_idle_connections_first(stack: Stack) -> None:
    """No request meets a connection that the service is closing. The load balancer is internal."""
    elbv2 = stack.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
    kept = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert "internal" == balancer["Scheme"]
    assert int(kept["idle_timeout.timeout_seconds"]) < KEEP_ALIVE_SECONDS
    assert "true" == kept["routing.http.drop_invalid_header_fields.enabled"]


def test_the_load_balancer_asks_each_task_for_its_health(stack: Stack) -> None:
    """The targets are the addresses of tasks, on the service's port."""
    (group,) = stack.client("elbv2").describe_target_groups()["TargetGroups"]
    assert ("ip", 8000, "HTTP") == (group["TargetType"], group["Port"], group["Protocol"])
    assert ("/health", "200") == (group["HealthCheckPath"], group["Matcher"]["HttpCode"])


def test_the_service_runs_two_private_tasks_and_rolls_back(stack: Stack) -> None:
    """Fargate, two tasks, no public address, behind the load balancer, with the circuit breaker's roll-back."""
    kept = running(stack)
    network = kept["networkConfiguration"]["awsvpcConfiguration"]
    assert ("FARGATE", 2, "DISABLED") == (kept["launchType"], kept["desiredCount"], network["assignPublicIp"])
    assert task(stack)["taskDefinitionArn"] == kept["taskDefinition"]
    assert {"enable": True, "rollback": True} == kept["deploymentConfiguration"]["deploymentCircuitBreaker"]
    (target,) = kept["loadBalancers"]
    assert ("ecs-handler", 8000) == (target["containerName"], target["containerPort"])


def test_both_paths_deploy_the_same(stack: Stack) -> None:
    """With Terraform's values, the documents for the AWS CLI equal what Terraform applied."""
    kept, service = task(stack), running(stack)
    (container,) = kept["containerDefinitions"]
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    values = {
        "aws_region": REGION,
        "cluster_name": "query-service-cluster",
        "cursor_keys_arn": container["secrets"][0]["valueFrom"],
        "audit_key_arn": container["secrets"][1]["valueFrom"],
        "desired_count": 2,
        "execution_role_arn": f"arn:aws:iam::{ACCOUNT}:role/query-service-execution",
        "image_uri": image(NOW),
        "internal_api_url": stack.output("internal_api_url"),
        "security_groups": network["securityGroups"],
        "service_name": "query-service",
        "subnets": network["subnets"],
        "target_group_arn": service["loadBalancers"][0]["targetGroupArn"],
        "task_definition": kept["taskDefinitionArn"],
        "task_role_arn": f"arn:aws:iam::{ACCOUNT}:role/query-service-task",
    }
    wanted_task = json.loads(render("task-definition", values))
    wanted_service = json.loads(render("service-definition", values))
    (wanted_container,) = wanted_task.pop("containerDefinitions")
    assert wanted_container == {key: container[key] for key in wanted_container}
    assert wanted_task == {key: kept[key] for key in wanted_task}
    assert wanted_service.pop("cluster") == service["clusterArn"].rpartition("/")[2]
    assert wanted_service.pop("enableExecuteCommand") is service.get("enableExecuteCommand", False)
    assert wanted_service == {key: service[key] for key in wanted_service}


def test_the_number_of_tasks_follows_cpu_and_requests(stack: Stack) -> None:
    """Target tracking on 70 % of CPU, and on the requests per minute of each task."""
    client = stack.client("application-autoscaling")
    (target,) = client.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (2, 4) == (target["MinCapacity"], target["MaxCapacity"])
    policies = client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    tracked = [policy["TargetTrackingScalingPolicyConfiguration"] for policy in policies]
    assert {"ECSServiceAverageCPUUtilization": 70.0, "ALBRequestCountPerTarget": 7500.0} == {
        policy["PredefinedMetricSpecification"]["PredefinedMetricType"]: policy["TargetValue"] for policy in tracked
    }


def test_the_audit_key_is_valid(stack: Stack) -> None:
    """As the cursor keys."""
    value = stack.client("secretsmanager").get_secret_value(SecretId="query-service/audit-key")["SecretString"]
    environ = {"INTERNAL_API_URL": "https://example.com", "AUDIT_KEY": value}
    assert value.encode() == Settings.from_env(environ).audit_key
    assert value not in stack.shown
    assert all(value not in step.output for step in stack.steps.values())


def test_the_first_cursor_key_is_valid(stack: Stack) -> None:
    """The apply creates it, the service starts with it, and it is in neither the state nor an output."""
    value = stack.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"]
    environ = {"ENVIRONMENT": "production", "INTERNAL_API_URL": "https://example.com", "CURSOR_KEYS": value}
    assert ["k1"] == list(Settings.from_env(environ).cursor_keys)
    key = value.partition(":")[2]
    assert key not in stack.shown
    assert all(key not in step.output for step in stack.steps.values())


@pytest.mark.parametrize(("name", "seconds"), FUNCTIONS.items())
def test_a_function_runs_its_package_in_the_vpc(stack: Stack, name: str, seconds: int) -> None:
    """The zip that was built, on the runtime that it was built for, inside of the VPC, traced and in its own log."""
    kept = stack.client("lambda").get_function_configuration(FunctionName=name)
    package = (stack.workspace.dist / f"{name}.zip").read_bytes()
    assert base64.b64encode(hashlib.sha256(package).digest()).decode() == kept["CodeSha256"]
    assert (f"python{PYTHON}", ["x86_64"], seconds) == (kept["Runtime"], kept["Architectures"], kept["Timeout"])
    assert 2 == len(kept["VpcConfig"]["SubnetIds"])
    assert "Active" == kept["TracingConfig"]["Mode"]
    assert f"/aws/lambda/{name}" == kept["LoggingConfig"]["LogGroup"]
    # As in environments/dev.tfvars: the quota of a new account may be too small to reserve from.
    assert "ReservedConcurrentExecutions" not in stack.client("lambda").get_function_concurrency(FunctionName=name)


def test_the_functions_get_the_settings_that_they_read(stack: Stack) -> None:
    """The load balancer by the guide's name, the table, and the build that the image is tagged with."""
    client = stack.client("lambda")
    environments = {
        name: client.get_function_configuration(FunctionName=name)["Environment"]["Variables"] for name in FUNCTIONS
    }
    assert {
        "query-lambda": {
            "BUILD_ID": "1.0.0",
            "SERVICE_URL": "http://internal-alb.query-service.local",
            "REQUEST_TIMEOUT": "30",
        },
        "query-result-lambda": {"BUILD_ID": "1.0.0", "NOTIFICATION_TABLE": "notification-records"},
    } == environments


def test_the_revision_before_stays_for_a_roll_back(stack: Stack) -> None:
    """A service cannot be pointed at a revision that is no longer active."""
    client = stack.client("ecs")
    kept = client.list_task_definitions(familyPrefix="query-service", status="ACTIVE")["taskDefinitionArns"]
    images = {
        container["image"]
        for arn in kept
        for container in client.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    }
    assert {image(BEFORE), image(NOW)} <= images


def test_images_keep_their_tags_and_are_scanned(stack: Stack) -> None:
    """A tag is pushed once, and each push is scanned for vulnerabilities."""
    (repository,) = stack.client("ecr").describe_repositories()["repositories"]
    assert ("query-service", "IMMUTABLE") == (repository["repositoryName"], repository["imageTagMutability"])
    assert {"scanOnPush": True} == repository["imageScanningConfiguration"]
    assert "KMS" == repository["encryptionConfiguration"]["encryptionType"]
