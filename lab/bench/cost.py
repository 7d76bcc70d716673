"""The cost model: the AWS resources and dollars of a million queries at several rates, from the measurements."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.local.tables import NOTIFICATION_RECORDS, definitions

RATES: Final = (10, 100, 1_000, 10_000)
_SECONDS_A_MONTH: Final = 30 * 86_400
_MILLION: Final = 1_000_000
_INDEXES: Final = definitions()[NOTIFICATION_RECORDS]["GlobalSecondaryIndexes"]
# A function has a whole vCPU at this much memory, and a share of one below.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
_MB_A_VCPU: Final = 1_769


@dataclass(frozen=True, kw_only=True)
class Prices:
    """On-demand list prices in ap-southeast-1 on 2025-05-31, in US dollars.

    Published at https://aws.amazon.com/PRODUCT/pricing/ for fargate, lambda, api-gateway, dynamodb,
    elasticloadbalancing, privatelink and cloudwatch. Those of Fargate, the load balancer and the logs agree with a bill
    of that month; the others were not checked. `gateway_tiers` are millions of calls a month and their price a million.
    """

    vcpu_hour: float = 0.05056
    task_gb_hour: float = 0.00553
    lambda_gb_second: float = 0.0000166667
    lambda_million_requests: float = 0.20
    gateway_tiers: tuple[tuple[float, float], ...] = ((333, 4.25), (667, 3.53), (19_000, 3.00), (float("inf"), 1.91))
    million_read_units: float = 0.1425
    million_write_units: float = 0.7125
    balancer_hour: float = 0.0252
    capacity_unit_hour: float = 0.008
    endpoint_hour: float = 0.013
    endpoint_gb: float = 0.01
    log_gb: float = 0.70

    def gateway_million(self, millions_a_month: float) -> float:
        """Return the average price of a million calls, given the millions of calls a month."""
        left, paid = millions_a_month, 0.0
        for size, price in self.gateway_tiers:
            taken = min(left, size)
            paid += taken * price
            left -= taken
        return paid / millions_a_month


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The deployment, and assumptions about the traffic and about AWS; times are in milliseconds."""

    task_vcpu: float = 0.25
    task_gb: float = 0.5
    min_tasks: int = 2
    task_load: float = 0.7
    function_mb: int = 512
    zones: int = 2
    dynamodb_ms: float = 5
    gateway_ms: float = 8
    share_of_campaigns: float = 0.25
    share_of_transactions: float = 0.15
    page_kb: float = 6
    log_kb: float = 2


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The measured inputs: CPU microseconds of the three hops, and read units of first pages by index."""

    service_us: float
    query_lambda_us: float
    result_lambda_us: float
    read_units: Mapping[str, float]


def million(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the cost of a million queries at each rate, from the results by part."""
    first = {row["index"]: row["read_units"] for row in results["reads"]["pages"] if row["page"] == "first"}
    measured = Measured(
        service_us=results["services"]["peers"]["service"]["cpu_us"]["10"]["median"],
        query_lambda_us=results["lambdas"]["query_lambda"]["ours"]["cpu_us"]["10"]["median"],
        result_lambda_us=results["lambdas"]["result_lambda"]["ours"]["cpu_us"]["10"]["median"],
        read_units=first,
    )
    return model(measured, Deployment(), Prices())


def operations(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the capacity units and dollars of DynamoDB: of calls of each operation, a summary, and the writes.

    The pages are first pages in the largest partition that was read. A push is two rows (SENT and its end), and a row
    of at most 1 KB is a write unit in the table and in each index.
    """
    reads, prices = results["reads"]["pages"], Prices()
    largest = max(row["rows"] for row in reads)
    found = {(row["index"], row["page"]): row["read_units"] for row in reads if row["rows"] == largest}
    calls = {
        "a million calls of query_user": found["user", "first"],
        "query_marketing": found["campaign", "first"],
        "query_transaction": found["transaction", "first"],
        "query_marketing_fail": found["failures", "first"],
        "explain_push, most": found["user", "explained"],
        "a filtered page, most": max(found[index, "filtered"] for index in ("user", "campaign", "transaction")),
    }
    summary = results["summaries"]["read_units"] / results["summaries"]["rows"]
    writes = {"the writes of a million pushes": 1 + len(_INDEXES), "of these in marketing_id-status-index": 1}
    units = {**calls, "a summary of a million rows": summary}
    return [
        {"name": name, "units": each * _MILLION, "dollars": each * prices.million_read_units}
        for name, each in units.items()
    ] + [
        {"name": name, "units": 2 * each * _MILLION, "dollars": 2 * each * prices.million_write_units}
        for name, each in writes.items()
    ]


def model(found: Measured, deployment: Deployment, prices: Prices) -> list[dict[str, Any]]:
    """Return the resources and the cost of a million queries at each rate."""
    return [_at(rate, found, deployment, prices) for rate in RATES]


def read_units(found: Measured, deployment: Deployment) -> float:
    """Return the read units of an average query."""
    shares = {"campaign": deployment.share_of_campaigns, "transaction": deployment.share_of_transactions}
    shares["user"] = 1 - sum(shares.values())
    return sum(share * found.read_units[name] for name, share in shares.items())


def durations(found: Measured, deployment: Deployment) -> tuple[float, float]:
    """Return the billed milliseconds of query_lambda, which waits for all other hops, and of result_lambda."""
    share = deployment.function_mb / _MB_A_VCPU
    result = math.ceil(deployment.dynamodb_ms + found.result_lambda_us / 1e3 / share)
    service = found.service_us / 1e3 / deployment.task_vcpu
    query = math.ceil(found.query_lambda_us / 1e3 / share + service + deployment.gateway_ms + result)
    return query, result


def _at(rate: int, found: Measured, deployment: Deployment, prices: Prices) -> dict[str, Any]:
    hours = _MILLION / rate / 3_600
    busy = rate * found.service_us / _MILLION  # processors
    tasks = max(deployment.min_tasks, math.ceil(busy / (deployment.task_vcpu * deployment.task_load)))
    query_ms, result_ms = durations(found, deployment)
    gb_seconds = (query_ms + result_ms) * _MILLION / 1e3 * deployment.function_mb / 1_024
    units = read_units(found, deployment)
    calls = 2 * rate * _SECONDS_A_MONTH / _MILLION
    gigabytes = deployment.page_kb * _MILLION / 1e6
    cost = {
        "API Gateway": 2 * prices.gateway_million(calls),
        "Lambda": 2 * prices.lambda_million_requests + gb_seconds * prices.lambda_gb_second,
        "Fargate": tasks * hours * (deployment.task_vcpu * prices.vcpu_hour + deployment.task_gb * prices.task_gb_hour),
        "DynamoDB": units * prices.million_read_units,
        "network": hours * (prices.balancer_hour + deployment.zones * prices.endpoint_hour)
        + gigabytes * (prices.capacity_unit_hour + prices.endpoint_gb),
        "logs": deployment.log_kb * _MILLION / 1e6 * prices.log_gb,
    }
    return {
        "rate": rate,
        "tasks": tasks,
        "gb_seconds": gb_seconds,
        "read_units": units * _MILLION,
        "query_lambda_at_once": rate * query_ms / 1e3,
        "dollars": {**cost, "all": sum(cost.values())},
        "dollars_a_month": sum(cost.values()) * rate * _SECONDS_A_MONTH / _MILLION,
    }
