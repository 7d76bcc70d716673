"""Checks of image, cluster, task definition, service and targets."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tools.migration.verify.check import Check, FailedError
from tools.migration.verify.site import CONTAINER, PORT, REPOSITORY, Site

_IMAGE: Final = re.compile(r".*\.dkr\.ecr\..*\.amazonaws\.com/(?P<name>[^:@]+)(?::(?P<tag>[^@]+)|@(?P<digest>.+))")
_FIXED: Final = {"ENVIRONMENT": "production", "REQUEST_TIMEOUT": "30"}


def checks(site: Site) -> Iterator[Check]:
    """Yield the checks of ECS in the order of deployment."""
    definition = f"aws ecs describe-task-definition --task-definition {site.service}"
    events = f"aws ecs describe-services --cluster {site.cluster} --services {site.service}"
    clusters = f"aws ecs describe-clusters --clusters {site.cluster}"
    images = f"aws ecr describe-images --repository-name {REPOSITORY}"
    group = (
        f"aws elbv2 describe-target-groups --names {site.service} --query TargetGroups[0].TargetGroupArn --output text"
    )
    targets = f"aws elbv2 describe-target-health --target-group-arn $({group})"
    yield Check("container image", lambda: _image(site), images, "ECR")
    yield Check("cluster", lambda: _cluster(site), clusters, "ECS")
    yield Check("task definition", lambda: _definition(site), definition, "ECS")
    yield Check("service", lambda: _service(site), events, "ECS")
    yield Check("targets of the load balancer", lambda: _targets(site), targets, "load balancer")


def _image(site: Site) -> str:
    (image,) = [container["image"] for container in _containers(site)]
    found = _IMAGE.fullmatch(image)
    if found is None:
        raise FailedError(f"{image} names no tag or digest in ECR")
    wanted = {"imageTag": found["tag"]} if found["tag"] else {"imageDigest": found["digest"]}
    client = site.aws.client("ecr")
    details = client.describe_images(repositoryName=found["name"], imageIds=[wanted])["imageDetails"]
    if not details:
        raise FailedError(f"{found['name']} has no {found['tag'] or found['digest']}")
    return f"{found['name']} has {found['tag'] or found['digest']}"


def _cluster(site: Site) -> str:
    clusters = site.aws.client("ecs").describe_clusters(clusters=[site.cluster])["clusters"]
    if not clusters:
        raise FailedError(f"{site.cluster} does not exist")
    if clusters[0]["status"] != "ACTIVE":
        raise FailedError(f"{site.cluster} is {clusters[0]['status']}")
    return f"{site.cluster} is active"


def _definition(site: Site) -> str:
    """Check the values that the guide's task definition sets."""
    (container,) = _containers(site)
    environment = {variable["name"]: variable["value"] for variable in container.get("environment", [])}
    options = container.get("logConfiguration", {}).get("options", {})
    wrong = [f"{name} is {environment.get(name)}" for name, value in _FIXED.items() if environment.get(name) != value]
    wrong += [] if environment.get("INTERNAL_API_URL") else ["INTERNAL_API_URL is missing"]
    wrong += [] if options.get("awslogs-group") == site.log_group else [f"logs go to {options.get('awslogs-group')}"]
    if PORT not in {mapping["containerPort"] for mapping in container.get("portMappings", [])}:
        wrong.append(f"port {PORT} is not open")
    if wrong:
        raise FailedError("; ".join(wrong))
    return f"{CONTAINER} on port {PORT}, logs to {site.log_group}"


def _containers(site: Site) -> list[dict[str, Any]]:
    containers = site.task_definition()["containerDefinitions"]
    ours = [container for container in containers if container["name"] == CONTAINER]
    if not ours:
        raise FailedError(f"the task definition has no container {CONTAINER}")
    return ours


def _service(site: Site) -> str:
    """Check that the service is stable: one completed deployment, and all tasks run."""
    service = _described(site)
    running, desired = service["runningCount"], service["desiredCount"]
    if service["status"] != "ACTIVE" or desired < site.tasks or running != desired:
        raise FailedError(f"{service['status']}, {running} of {desired} tasks run, {site.tasks} are wanted")
    deployments = service.get("deployments", [])
    unfinished = [one for one in deployments if one.get("rolloutState", "COMPLETED") != "COMPLETED"]
    if len(deployments) > 1 or unfinished:
        states = ", ".join(f"{one['status']} {one.get('rolloutState', '')}".strip() for one in deployments)
        raise FailedError(f"a deployment is under way: {states}")
    return f"{running} of {desired} tasks run, one deployment"


def _targets(site: Site) -> str:
    client = site.aws.client("elbv2")
    groups = [balancer["targetGroupArn"] for balancer in _described(site).get("loadBalancers", [])]
    if not groups:
        raise FailedError("the service has no target group")
    health = client.describe_target_health(TargetGroupArn=groups[0])["TargetHealthDescriptions"]
    states = [target["TargetHealth"]["State"] for target in health]
    if states.count("healthy") < site.tasks:
        raise FailedError(f"{states.count('healthy')} of {len(states)} targets are healthy, {site.tasks} are wanted")
    return f"{states.count('healthy')} of {len(states)} targets are healthy"


def _described(site: Site) -> dict[str, Any]:
    services = site.aws.client("ecs").describe_services(cluster=site.cluster, services=[site.service])["services"]
    if not services:
        raise FailedError(f"{site.service} does not exist in {site.cluster}")
    service: dict[str, Any] = services[0]
    return service
