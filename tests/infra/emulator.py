"""moto's server with patches for this stack, as a program that prints its port and ends with its standard input.

Each patch makes moto behave as AWS does, independent of the stack.
"""

import json
import logging
import os
import sys
import uuid
from typing import Any

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # AWS has its managed policies; moto loads them on request

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.awslambda.models import LambdaFunction
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.logs.responses import LogsResponse
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.route53.responses import Route53

from tests.moto_canary import deployments_are_snapshots
from tests.moto_mocks import import_mock_integrations


def scalable_targets_have_tags() -> None:
    """Application Auto Scaling lists the tags of a target; moto answers 500, which stops the apply."""
    tags: dict[str, dict[str, str]] = {}
    register = ApplicationAutoScalingResponse.register_scalable_target

    def register_scalable_target(self: Any) -> str:  # noqa: ANN401  # moto's own classes are untyped
        answer: str = register(self)
        tags[json.loads(answer)["ScalableTargetARN"]] = dict(self._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(self: Any) -> str:  # noqa: ANN401  # moto's own classes are untyped
        return json.dumps({"Tags": tags.get(self._get_param("ResourceARN"), {})})

    ApplicationAutoScalingResponse.register_scalable_target = register_scalable_target
    ApplicationAutoScalingResponse.list_tags_for_resource = list_tags_for_resource


def security_group_rules_keep_their_description() -> None:
    """EC2 keeps the descriptions of all rules; moto keeps only those of address ranges, which shows as drift."""
    init = SecurityGroupRule.__init__

    def keep(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # moto's own classes are untyped
        init(self, *args, **kwargs)
        peers = [part for part in (*args, *kwargs.values()) if isinstance(part, dict)]
        self.given = next((part["Description"] for part in peers if part.get("Description")), None)

    SecurityGroupRule.__init__ = keep
    SecurityGroupRule.description = property(lambda self: self.given)


def functions_keep_their_logging_config() -> None:
    """Lambda returns a function's LoggingConfig; moto loses it, which shows as drift."""
    init, configuration, update = (
        LambdaFunction.__init__,
        LambdaFunction.get_configuration,
        LambdaFunction.update_configuration,
    )

    def keep(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as above
        init(self, account_id, spec, *args, **kwargs)
        self.logging_config = spec.get("LoggingConfig", {})

    def get_configuration(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  # as above
        return {**configuration(self, *args, **kwargs), "LoggingConfig": self.logging_config}

    def update_configuration(self: Any, updates: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # as above
        self.logging_config = updates.get("LoggingConfig", self.logging_config)
        result: dict[str, Any] = update(self, updates)
        return result

    LambdaFunction.__init__ = keep
    LambdaFunction.get_configuration = get_configuration
    LambdaFunction.update_configuration = update_configuration


def services_keep_what_they_are_made_with() -> None:
    """ECS keeps all of CreateService; moto keeps some fields only from UpdateService, which shows as drift."""
    create = EC2ContainerServiceResponse.create_service

    def create_service(self: Any) -> Any:  # noqa: ANN401  # moto's own classes are untyped
        result = create(self)
        service = self.ecs_backend._get_service(self._get_param("cluster"), self._get_param("serviceName"))  # noqa: SLF001  # moto has no public way
        service.health_check_grace_period_seconds = self._get_param("healthCheckGracePeriodSeconds")
        service.availability_zone_rebalancing = self._get_param("availabilityZoneRebalancing")
        service.deployment_configuration = self._get_param("deploymentConfiguration")
        service.enable_execute_command = self._get_param("enableExecuteCommand")
        return result

    EC2ContainerServiceResponse.create_service = create_service


def zones_of_a_vpc_are_private() -> None:
    """Route 53 makes a zone with a VPC private, and lists it by VPCId; moto does neither, which shows as drift."""
    create = Route53.create_hosted_zone

    def create_hosted_zone(self: Any) -> Any:  # noqa: ANN401  # moto's own classes are untyped
        answer = create(self)
        zone = answer.result["HostedZone"]
        vpc, region = (self._get_param(f"VPC.VPC{part}") for part in ("Id", "Region"))
        if vpc:
            zone.private_zone = True
            zone.vpcs = [{"VPCId": vpc, "VPCRegion": region, "vpc_id": vpc, "vpc_region": region}]
        return answer

    Route53.create_hosted_zone = create_hosted_zone


def logs_keeps_query_definitions() -> None:
    """CloudWatch Logs saves queries; moto has no such operations."""
    saved: dict[str, dict[str, Any]] = {}

    def put_query_definition(self: Any) -> str:  # noqa: ANN401  # moto's own classes are untyped
        sent = json.loads(self.body)
        ident = sent.get("queryDefinitionId") or str(uuid.uuid4())
        saved[ident] = {**sent, "queryDefinitionId": ident}
        return json.dumps({"queryDefinitionId": ident})

    def describe_query_definitions(self: Any) -> str:  # noqa: ANN401  # moto's own classes are untyped
        prefix = self._get_param("queryDefinitionNamePrefix") or ""
        return json.dumps({"queryDefinitions": [one for one in saved.values() if one["name"].startswith(prefix)]})

    def delete_query_definition(self: Any) -> str:  # noqa: ANN401  # moto's own classes are untyped
        return json.dumps({"success": saved.pop(self._get_param("queryDefinitionId"), None) is not None})

    for operation in (put_query_definition, describe_query_definitions, delete_query_definition):
        setattr(LogsResponse, operation.__name__, operation)


PATCHES = (
    deployments_are_snapshots,
    import_mock_integrations,
    logs_keeps_query_definitions,
    scalable_targets_have_tags,
    security_group_rules_keep_their_description,
    functions_keep_their_logging_config,
    services_keep_what_they_are_made_with,
    zones_of_a_vpc_are_private,
)


def main() -> None:
    """Serve on a free port of 127.0.0.1 until standard input ends; log only the requests that moto fails to answer."""
    for patch in PATCHES:
        patch()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("werkzeug").addFilter(lambda record: '" 5' in record.getMessage())
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)  # noqa: T201  # the parent process reads it
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
