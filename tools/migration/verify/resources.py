"""Checks of image, cluster, task definition, service, targets and tables."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from tools.migration.verify.check import OUTSIDE, Check, FailedError, Site, fail_if
from tools.migration.verify.rows import TABLES

_CONTAINER: Final = "ecs-handler"
_PORT: Final = 8000
_IMAGE: Final = re.compile(r".*\.dkr\.ecr\..*\.amazonaws\.com/(?P<name>[^:@]+)(?::(?P<tag>[^@]+)|@(?P<digest>.+))")
_FIXED: Final = {"ENVIRONMENT": "production", "REQUEST_TIMEOUT": "30"}


def checks(site: Site) -> Iterator[Check]:
    """Yield the checks of ECS in the order of deployment, and one for each table."""
    definition = f"aws ecs describe-task-definition --task-definition {site.service}"
    events = f"aws ecs describe-services --cluster {site.cluster} --services {site.service}"
    query = "--query TargetGroups[0].TargetGroupArn --output text"
    group = f"aws elbv2 describe-target-groups --names {site.service} {query}"
    targets = f"aws elbv2 describe-target-health --target-group-arn $({group})"
    images = "aws ecr describe-images --repository-name query-service"
    yield Check("container image", partial(_image, site), images, "ECR", OUTSIDE)
    clusters = f"aws ecs describe-clusters --clusters {site.cluster}"
    yield Check("cluster", partial(_cluster, site), clusters, "ECS", OUTSIDE)
    yield Check("task definition", partial(_definition, site), definition, "ECS", OUTSIDE)
    yield Check("service", partial(_service, site), events, "ECS", OUTSIDE)
    yield Check("targets of the load balancer", partial(_targets, site), targets, "load balancer", OUTSIDE)
    for name, table in json.loads(TABLES.read_text(encoding="utf-8")).items():
        yield Check(
            f"table {name}", partial(_shape, site, name, table), f"aws dynamodb describe-table --table-name {name}"
        )


def _image(site: Site) -> str:
    image = _container(site)["image"]
    found = _IMAGE.fullmatch(image)
    if found is None:
        raise FailedError(f"{image} names no tag or digest in ECR")
    name, version = found["name"], found["tag"] or found["digest"]
    wanted = {"imageTag" if found["tag"] else "imageDigest": version}
    if not site.aws.client("ecr").describe_images(repositoryName=name, imageIds=[wanted])["imageDetails"]:
        raise FailedError(f"{name} has no {version}")
    return f"{name} has {version}"


def _cluster(site: Site) -> str:
    clusters = site.aws.client("ecs").describe_clusters(clusters=[site.cluster])["clusters"]
    fail_if(not clusters, f"{site.cluster} does not exist in {site.aws.region}")
    fail_if(clusters[0]["status"] != "ACTIVE", f"{site.cluster} is {clusters[0]['status']}")
    return f"{site.cluster} is active"


def _definition(site: Site) -> str:
    """Check the values that the guide's task definition sets."""
    container = _container(site)
    environment = {variable["name"]: variable["value"] for variable in container.get("environment", [])}
    group = container.get("logConfiguration", {}).get("options", {}).get("awslogs-group")
    wrong = [f"{name} is {environment.get(name)}" for name, value in _FIXED.items() if environment.get(name) != value]
    wrong += [] if environment.get("INTERNAL_API_URL") else ["INTERNAL_API_URL is missing"]
    wrong += [] if group == site.log_group else [f"logs go to {group}"]
    if _PORT not in {mapping["containerPort"] for mapping in container.get("portMappings", [])}:
        wrong.append(f"port {_PORT} is not open")
    fail_if(wrong, "; ".join(wrong))
    return f"{_CONTAINER} on port {_PORT}, logs to {site.log_group}"


def _container(site: Site) -> dict[str, Any]:
    for container in site.task_definition()["containerDefinitions"]:
        if container["name"] == _CONTAINER:
            return dict(container)
    raise FailedError(f"the task definition has no container {_CONTAINER}")


def _service(site: Site) -> str:
    """Check that the service is stable: one completed deployment, and all tasks run."""
    service = _described(site)
    running, desired = service["runningCount"], service["desiredCount"]
    if service["status"] != "ACTIVE" or desired < site.tasks or running != desired:
        raise FailedError(f"{service['status']}, {running} of {desired} tasks run, {site.tasks} are wanted")
    deployments = service.get("deployments", [])
    if len(deployments) > 1 or any(one.get("rolloutState", "COMPLETED") != "COMPLETED" for one in deployments):
        states = ", ".join(f"{one['status']} {one.get('rolloutState', '')}".strip() for one in deployments)
        raise FailedError(f"a deployment is under way: {states}")
    return f"{running} of {desired} tasks run, one deployment"


def _targets(site: Site) -> str:
    groups = [balancer["targetGroupArn"] for balancer in _described(site).get("loadBalancers", [])]
    fail_if(not groups, "the service has no target group")
    targets = site.aws.client("elbv2").describe_target_health(TargetGroupArn=groups[0])["TargetHealthDescriptions"]
    healthy = sum(target["TargetHealth"]["State"] == "healthy" for target in targets)
    fail_if(healthy < site.tasks, f"{healthy} of {len(targets)} targets are healthy, {site.tasks} are wanted")
    return f"{healthy} of {len(targets)} targets are healthy"


def _described(site: Site) -> dict[str, Any]:
    services = site.aws.client("ecs").describe_services(cluster=site.cluster, services=[site.service])["services"]
    fail_if(not services, f"{site.service} does not exist in {site.cluster}")
    return dict(services[0])


def _shape(site: Site, name: str, definition: Mapping[str, Any]) -> str:
    table = site.aws.client("dynamodb").describe_table(TableName=name)["Table"]
    fail_if(table["TableStatus"] != "ACTIVE", f"it is {table['TableStatus']}")
    wanted, found = _parts(definition), _parts(table)
    lacking = [part for part, value in wanted.items() if found.get(part) != value]
    fail_if(lacking, f"{', '.join(lacking)}: differs from infra/tables.json")
    indexes = table.get("GlobalSecondaryIndexes", [])
    waiting = [index["IndexName"] for index in indexes if index.get("IndexStatus", "ACTIVE") != "ACTIVE"]
    fail_if(waiting, f"{', '.join(waiting)} not active yet")
    return f"active; {', '.join(wanted)}"


def _parts(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a table by name: its keys, the types of all keys, each index and the stream."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    indexes = {
        i["IndexName"]: (i["KeySchema"], i["Projection"]["ProjectionType"])
        for i in table.get("GlobalSecondaryIndexes", [])
    }
    stream = {"stream": table["StreamSpecification"]} if table.get("StreamSpecification") else {}
    return {"keys": (table["KeySchema"], types), **indexes, **stream}
