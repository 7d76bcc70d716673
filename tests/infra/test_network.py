import json
from typing import Any

import pytest

from tests.infra.stack import Stack
from tests.infra.workspace import ACCOUNT, REGION

# The chain's own hops: who may open a connection to whom, and to which port.
HOPS = {
    ("query-lambda", "load-balancer", 80),
    ("load-balancer", "service", 8000),
    ("service", "endpoints", 443),
    ("service", "s3", 443),
    ("result-lambda", "dynamodb", 443),
    # With tools_image_uri, the task of the tools:
    ("tools", "load-balancer", 80),
    ("tools", "endpoints", 443),
    ("tools", "s3", 443),
    ("tools", "dynamodb", 443),
}
INTERFACE_ENDPOINTS = {"ecr.api", "ecr.dkr", "execute-api", "logs", "secretsmanager"}
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
# The actions that each endpoint's policy allows, by service and statement.
ENDPOINT_ACTIONS = {
    ("dynamodb", "ReadTheTables"): ["dynamodb:Query"],
    ("dynamodb", "ToolsLookAtTheTables"): ["dynamodb:DescribeTable", "dynamodb:Scan"],
    ("ecr.api", "LogInToRegistry"): ["ecr:GetAuthorizationToken"],
    ("ecr.api", "PullImage"): PULL,
    ("ecr.dkr", "PullImage"): PULL,
    ("execute-api", "CallInternalApi"): ["execute-api:Invoke"],
    ("logs", "WriteServiceLogs"): ["logs:CreateLogStream", "logs:PutLogEvents"],
    ("s3", "PullImageLayers"): ["s3:GetObject"],
    ("secretsmanager", "ReadCursorKeys"): ["secretsmanager:GetSecretValue"],
    ("secretsmanager", "ReadAuditKey"): ["secretsmanager:GetSecretValue"],
}
# Statements for callers who need not be principals of the account, and the reason.
UNSIGNED = {
    ("ecr.dkr", "PullImage"): "Docker sends a token of ECR; the repository says whose it is",
    ("execute-api", "CallInternalApi"): "GET /health has no signature; the API says whose it is",
    ("s3", "PullImageLayers"): "ECR signs the addresses of layers itself",
}
# Statements on resources without the account in their ARN, and the reason.
OUTSIDE_THE_ACCOUNT = {
    ("ecr.api", "LogInToRegistry"): "a token of ECR has no resource",
    ("s3", "PullImageLayers"): "the bucket is ECR's own, one a region",
}


def vpc(stack: Stack) -> str:
    """Return the id of the stack's VPC."""
    ident: str = stack.state["module.network.aws_vpc.this"]["id"]
    return ident


def within(stack: Stack, operation: str, part: str, name: str = "vpc-id") -> list[dict[str, Any]]:
    """Return the items of the stack's VPC that an EC2 operation lists."""
    found: dict[str, Any] = getattr(stack.client("ec2"), operation)(Filters=[{"Name": name, "Values": [vpc(stack)]}])
    return list(found[part])


def names(stack: Stack) -> dict[str, str]:
    """Return what stands behind the ids that rules name."""
    groups = {
        group["GroupId"]: group["GroupName"] for group in within(stack, "describe_security_groups", "SecurityGroups")
    }
    lists = stack.client("ec2").describe_prefix_lists()["PrefixLists"]
    services = {item["PrefixListId"]: item["PrefixListName"].rpartition(".")[2] for item in lists}
    return {ident: name.removeprefix("query-service-") for ident, name in groups.items()} | services


def test_security_groups_allow_the_chains_own_hops_and_no_others(stack: Stack) -> None:
    """Every hop is allowed out of the one side and into the other, and nothing is allowed from or to an address."""
    known = names(stack)
    out, into = set(), set()
    for group in within(stack, "describe_security_groups", "SecurityGroups"):
        own = known[group["GroupId"]]
        for rule in group["IpPermissionsEgress"]:
            peers = [pair["GroupId"] for pair in rule["UserIdGroupPairs"]]
            peers += [item["PrefixListId"] for item in rule["PrefixListIds"]]
            out |= {(own, known[peer], rule["ToPort"]) for peer in peers}
        for rule in group["IpPermissions"]:
            into |= {(known[pair["GroupId"]], own, rule["ToPort"]) for pair in rule["UserIdGroupPairs"]}
        rules = group["IpPermissions"] + group["IpPermissionsEgress"]
        assert [] == [rule for rule in rules if rule["IpRanges"] or rule["Ipv6Ranges"] or rule["IpProtocol"] != "tcp"]
    assert out == HOPS
    assert into == {hop for hop in HOPS if hop[1] not in {"s3", "dynamodb"}}


def test_each_member_of_the_chain_is_in_its_own_group(stack: Stack) -> None:
    """The functions, the load balancer and the tasks are where the rules expect them."""
    known = names(stack)
    functions = stack.client("lambda")
    (balancer,) = stack.client("elbv2").describe_load_balancers()["LoadBalancers"]
    service = stack.client("ecs").describe_services(cluster="query-service-cluster", services=["query-service"])
    placed = {
        name: functions.get_function_configuration(FunctionName=name)["VpcConfig"]["SecurityGroupIds"]
        for name in ("query-lambda", "query-result-lambda")
    }
    placed["load balancer"] = balancer["SecurityGroups"]
    placed["service"] = service["services"][0]["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    assert {
        "query-lambda": ["query-lambda"],
        "query-result-lambda": ["result-lambda"],
        "load balancer": ["load-balancer"],
        "service": ["service"],
    } == {member: [known[group] for group in groups] for member, groups in placed.items()}


def test_there_is_no_way_to_the_internet(stack: Stack) -> None:
    """No gateway, no public address, and no route but those of the VPC and of the endpoints."""
    assert [] == within(stack, "describe_internet_gateways", "InternetGateways", "attachment.vpc-id")
    assert [] == within(stack, "describe_nat_gateways", "NatGateways")
    subnets = within(stack, "describe_subnets", "Subnets")
    assert [False, False] == [subnet["MapPublicIpOnLaunch"] for subnet in subnets]
    assert {"ap-southeast-1a", "ap-southeast-1b"} == {subnet["AvailabilityZone"] for subnet in subnets}
    routes = [route for table in within(stack, "describe_route_tables", "RouteTables") for route in table["Routes"]]
    assert {"10.20.0.0/16"} == {route["DestinationCidrBlock"] for route in routes if "DestinationCidrBlock" in route}


def test_every_service_of_aws_that_is_needed_has_its_endpoint(stack: Stack) -> None:
    """Image, layers, keys, logs, the internal API and the tables are reached without leaving the VPC."""
    kept = {
        endpoint["ServiceName"].removeprefix(f"com.amazonaws.{REGION}."): endpoint
        for endpoint in within(stack, "describe_vpc_endpoints", "VpcEndpoints")
    }
    interfaces = {name for name, endpoint in kept.items() if endpoint["VpcEndpointType"] == "Interface"}
    assert interfaces == INTERFACE_ENDPOINTS
    assert {"dynamodb", "s3"} == kept.keys() - interfaces
    known = names(stack)
    for name in interfaces:
        assert kept[name]["PrivateDnsEnabled"]
        assert 2 == len(kept[name]["SubnetIds"])
        assert ["endpoints"] == [known[group["GroupId"]] for group in kept[name]["Groups"]]


def statements(stack: Stack, service: str) -> dict[str, dict[str, Any]]:
    """Return the statements of an endpoint's policy, by their id."""
    (endpoint,) = [
        one
        for one in within(stack, "describe_vpc_endpoints", "VpcEndpoints")
        if one["ServiceName"] == f"com.amazonaws.{REGION}.{service}"
    ]
    return {statement["Sid"]: statement for statement in json.loads(endpoint["PolicyDocument"])["Statement"]}


@pytest.mark.parametrize("service", sorted(INTERFACE_ENDPOINTS | {"dynamodb", "s3"}))
def test_an_endpoint_is_no_way_out_of_the_vpc(stack: Stack, service: str) -> None:
    """Its policy names the needed actions and, by ARN, resources of this account; the exceptions are listed above."""
    for sid, statement in statements(stack, service).items():
        assert "Allow" == statement["Effect"]
        actions, resources = (
            value if isinstance(value, list) else [value] for value in (statement["Action"], statement["Resource"])
        )
        assert {(service, sid): sorted(actions)} == {(service, sid): ENDPOINT_ACTIONS[service, sid]}
        condition = statement.get("Condition", {})
        tools = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/query-service-tools"}}
        own = condition in ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, tools)
        assert own or (service, sid) in UNSIGNED
        elsewhere = [arn for arn in resources if f":{ACCOUNT}:" not in arn]
        assert [] == elsewhere or (service, sid) in OUTSIDE_THE_ACCOUNT
    assert {key for key in ENDPOINT_ACTIONS if key[0] == service} == {
        (service, sid) for sid in statements(stack, service)
    }


def test_the_endpoint_of_execute_api_reaches_the_internal_api_alone(stack: Stack) -> None:
    """Another private API, in this account or elsewhere, is out of reach."""
    (statement,) = statements(stack, "execute-api").values()
    assert (
        f"{stack.state['module.internal_api.aws_api_gateway_rest_api.this']['execution_arn']}/v1/*"
        == statement["Resource"]
    )


def test_the_load_balancer_has_the_guides_name(stack: Stack) -> None:
    """`internal-alb.query-service.local` leads to it, inside of the VPC."""
    route53 = stack.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    (record,) = [record for record in records if record["Type"] == "A"]
    (balancer,) = stack.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert zone["Config"]["PrivateZone"]
    assert "internal-alb.query-service.local." == record["Name"]
    assert balancer["DNSName"] == record["AliasTarget"]["DNSName"].rstrip(".")
    assert "http://internal-alb.query-service.local" == stack.output("service_url")


def test_what_passes_the_vpc_is_logged(stack: Stack) -> None:
    """Flow logs of all traffic, refused and accepted."""
    (log,) = within(stack, "describe_flow_logs", "FlowLogs", "resource-id")
    assert "ALL" == log["TrafficType"]
    assert log["LogDestination"].endswith(":log-group:/vpc/query-service/flow")
