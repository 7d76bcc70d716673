"""Who reaches whom, from the state: groups, their members, prefix lists, routes and endpoints."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from tests.infra.stack import Stack
from tests.infra.workspace import REGION

# The diagram: who may open a connection to whom, on which port. Ports that some rule names are tried, and some others.
EDGES = {
    ("query-lambda", "load balancer", 80),
    ("load balancer", "service", 8000),
    ("service", "endpoints", 443),
    ("service", "s3", 443),
    ("query-result-lambda", "dynamodb", 443),
}
# With tools_image_uri, the task of the tools too.
TOOLS = {("tools", "load balancer", 80), ("tools", "endpoints", 443), ("tools", "s3", 443), ("tools", "dynamodb", 443)}
PORTS = (22, 80, 443, 8000, 8080)
INTERFACES = {"ecr.api", "ecr.dkr", "execute-api", "logs", "secretsmanager"}


@dataclass(frozen=True)
class Network:
    """The network of a state."""

    state: dict[str, dict[str, Any]]

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return the resources of a kind."""
        return [values for address, values in self.state.items() if f"{kind}." in address]

    def members(self) -> dict[str, set[str]]:
        """Return the groups of each member of the chain."""
        functions = {each["function_name"]: each["vpc_config"][0] for each in self.all("aws_lambda_function")}
        (balancer,), (service,) = self.all("aws_lb"), self.all("aws_ecs_service")
        endpoints = [each for each in self.all("aws_vpc_endpoint") if each["vpc_endpoint_type"] == "Interface"]
        return {
            **{name: set(config["security_group_ids"]) for name, config in functions.items()},
            "load balancer": set(balancer["security_groups"]),
            "service": set(service["network_configuration"][0]["security_groups"]),
            "endpoints": set.union(*(set(each["security_group_ids"]) for each in endpoints)),
            "tools": {each["id"] for each in self.all("aws_security_group") if each["name"].endswith("-tools")},
            "a stranger": {each["id"] for each in self.all("aws_default_security_group")},
        }

    def opens(self, one: set[str], other: set[str], port: int) -> bool:
        """Return whether a rule lets one member out to another, and a rule lets it in."""
        out = [each for each in self.all("egress_rule") if each["security_group_id"] in one]
        into = [each for each in self.all("ingress_rule") if each["security_group_id"] in other]
        return any(_fits(each, other, port) for each in out) and any(_fits(each, one, port) for each in into)

    def passes(self, one: set[str], endpoint: dict[str, Any], port: int) -> bool:
        """Return whether a rule lets a member out to a gateway endpoint, and its subnets have the route."""
        out = [each for each in self.all("egress_rule") if each["security_group_id"] in one]
        tables = {each["route_table_id"] for each in self.all("aws_route_table_association")}
        lists = [each for each in out if each["prefix_list_id"] == endpoint["prefix_list_id"]]
        in_ports = any(each["from_port"] <= port <= each["to_port"] for each in lists)
        return in_ports and tables <= set(endpoint["route_table_ids"])

    def edges(self) -> set[tuple[str, str, int]]:
        """Return who reaches whom, and on which port."""
        members = self.members()
        pairs = product(members, members, PORTS)
        found = {(one, other, port) for one, other, port in pairs if self.opens(members[one], members[other], port)}
        gateways = [each for each in self.all("aws_vpc_endpoint") if each["vpc_endpoint_type"] == "Gateway"]
        for name, endpoint, port in product(members, gateways, PORTS):
            if self.passes(members[name], endpoint, port):
                found.add((name, endpoint["service_name"].rpartition(".")[2], port))
        return found


def _fits(rule: dict[str, Any], peers: set[str], port: int) -> bool:
    """Return whether a rule names a peer and a port, or every address."""
    anywhere = bool(rule["cidr_ipv4"] or rule["cidr_ipv6"])
    return (anywhere or rule["referenced_security_group_id"] in peers) and rule["from_port"] <= port <= rule["to_port"]


@pytest.fixture(scope="module")
def network(stack: Stack) -> Network:
    """Give the network of the applied stack."""
    return Network(stack.state)


def test_the_edges_are_those_of_the_diagram(network: Network) -> None:
    """These, and no others: not back, not past a hop, not on another port, not from a stranger in the VPC."""
    assert EDGES | TOOLS == network.edges()


def test_no_rule_names_addresses(network: Network) -> None:
    """Groups and prefix lists name their peers; a range of addresses would name whoever is there."""
    rules = network.all("egress_rule") + network.all("ingress_rule")
    assert rules
    assert [] == [each["id"] for each in rules if each["cidr_ipv4"] or each["cidr_ipv6"]]


def test_the_only_ways_out_are_the_endpoints(network: Network) -> None:
    """No gateway, no peering, no route of ours, no public address; an endpoint for each service that is called."""
    kinds = ("internet_gateway", "nat_gateway", "vpc_peering", "transit_gateway", "aws_route", "aws_eip")
    assert [] == [values for kind in kinds for values in network.all(kind)]
    assert [False] * 2 == [subnet["map_public_ip_on_launch"] for subnet in network.all("aws_subnet")]
    named = {each["service_name"].removeprefix(f"com.amazonaws.{REGION}.") for each in network.all("aws_vpc_endpoint")}
    assert INTERFACES | {"dynamodb", "s3"} == named


def test_a_further_rule_is_noticed(network: Network) -> None:
    """A rule on each side that connects two other members, or opens a group to all addresses, is another edge."""
    groups = {name: next(iter(ids)) for name, ids in network.members().items()}
    rule = {"prefix_list_id": None, "cidr_ipv4": None, "cidr_ipv6": None, "from_port": 443, "to_port": 443}
    out = {**rule, "security_group_id": groups["query-lambda"], "referenced_security_group_id": groups["endpoints"]}
    into = {**rule, "security_group_id": groups["endpoints"], "referenced_security_group_id": groups["query-lambda"]}
    more = {"x_egress_rule.x": out, "x_ingress_rule.x": into}
    assert ("query-lambda", "endpoints", 443) in Network({**network.state, **more}).edges()
    everybody = {**into, "referenced_security_group_id": None, "cidr_ipv4": "0.0.0.0/0"}
    assert ("query-lambda", "endpoints", 443) in Network(
        {**network.state, **more, "x_ingress_rule.x": everybody}
    ).edges()
