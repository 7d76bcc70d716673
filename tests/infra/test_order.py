"""What starts waits until its ways through the network are open; what ends closes before they do."""

import re
from collections import defaultdict

import pytest

from tests.infra.stack import Stack

EDGE = re.compile(r'"(?:\[root\] )?([^"]+?)(?: \(expand\))?" -> "(?:\[root\] )?([^"]+?)(?: \(expand\))?"')
WAYS = {
    "module.network.aws_route_table_association.private",
    "module.network.aws_vpc_endpoint.dynamodb",
    "module.network.aws_vpc_endpoint.interface",
    "module.network.aws_vpc_endpoint.s3",
    "module.network.aws_vpc_security_group_egress_rule.gateway_hop",
    "module.network.aws_vpc_security_group_egress_rule.hop",
    "module.network.aws_vpc_security_group_ingress_rule.hop",
}
MEMBERS = (
    "module.load_balancer.aws_lb.this",
    "module.query_lambda.aws_lambda_function.this",
    "module.query_result_lambda.aws_lambda_function.this",
    "module.service.aws_ecs_service.this",
)


@pytest.fixture(scope="module")
def graph(stack: Stack) -> dict[str, set[str]]:
    """Give the addresses that each address waits for, directly."""
    waits: dict[str, set[str]] = defaultdict(set)
    for one, other in EDGE.findall(stack.workspace.run("graph").output):
        waits[one].add(other)
    return waits


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_of_the_chain_waits_for_its_ways(graph: dict[str, set[str]], member: str) -> None:
    """Routes, endpoints and rules come first, and go last."""
    seen, left = set[str](), [member]
    while left:
        found = graph[left.pop()] - seen
        seen |= found
        left += found
    assert WAYS <= seen
