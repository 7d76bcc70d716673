"""The cost model: the AWS resources and dollars of a million queries at several rates, from the measurements."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lab.bench.prices import Prices

RATES: Final = (10, 100, 1_000, 10_000)
_SECONDS_A_MONTH: Final = 30 * 86_400
_MILLION: Final = 1_000_000
# A function has a whole vCPU at this much memory, and a share of one below.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
_MB_A_VCPU: Final = 1_769

# One partition of a table or an index gives 3,000 read units and takes 1,000 write units a second.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
PARTITION_READ_UNITS: Final = 3_000
PARTITION_WRITE_UNITS: Final = 1_000
# All REST APIs of an account together, in a region, unless it asks for more.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
GATEWAY_CALLS_A_SECOND: Final = 10_000
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
FUNCTION_CONCURRENCY: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The deployment, and assumptions about the traffic and about AWS; times are in milliseconds."""

    task_vcpu: float = 0.25
    task_gb: float = 0.5
    least_tasks: int = 2
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


def measured(services: Mapping[str, Any], lambdas: Mapping[str, Any], reads: Mapping[str, Any]) -> Measured:
    """Return the inputs of the model; CPU is that of a page of 10 records."""
    first = {row["index"]: row["read_units"] for row in reads["pages"] if row["page"] == "first"}
    return Measured(
        service_us=services["peers"]["service"]["cpu_us"]["10"]["median"],
        query_lambda_us=lambdas["query_lambda"]["ours"]["cpu_us"]["10"]["median"],
        result_lambda_us=lambdas["result_lambda"]["ours"]["cpu_us"]["10"]["median"],
        read_units=first,
    )


def million(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the cost of a million queries at each rate, from the results by part."""
    found = measured(kept["services"], kept["lambdas"], kept["reads"])
    return model(found, Deployment(), Prices())


def model(found: Measured, deployment: Deployment, prices: Prices) -> list[dict[str, Any]]:
    """Return the resources and the cost of a million queries at each rate."""
    return [_at(rate, found, deployment, prices) for rate in RATES]


def read_units(found: Measured, deployment: Deployment) -> float:
    """Return the read units of an average query."""
    campaigns, transactions = deployment.share_of_campaigns, deployment.share_of_transactions
    users = 1 - campaigns - transactions
    units = found.read_units
    return users * units["user"] + campaigns * units["campaign"] + transactions * units["transaction"]


def durations(found: Measured, deployment: Deployment) -> tuple[float, float]:
    """Return the billed milliseconds of query_lambda, which waits for all other hops, and of result_lambda."""
    share = deployment.function_mb / _MB_A_VCPU
    result = math.ceil(deployment.dynamodb_ms + found.result_lambda_us / 1e3 / share)
    service = found.service_us / 1e3 / deployment.task_vcpu
    query = math.ceil(found.query_lambda_us / 1e3 / share + service + deployment.gateway_ms + result)
    return query, result


def _at(rate: int, found: Measured, deployment: Deployment, prices: Prices) -> dict[str, Any]:
    hours = _MILLION / rate / 3_600
    tasks = _tasks(rate, found, deployment)
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
        "gateway_calls": 2 * _MILLION,
        "read_units": units * _MILLION,
        "concurrency": {"query_lambda": rate * query_ms / 1e3, "result_lambda": rate * result_ms / 1e3},
        "dollars": {**cost, "all": sum(cost.values())},
        "dollars_a_month": sum(cost.values()) * rate * _SECONDS_A_MONTH / _MILLION,
    }


def _tasks(rate: int, found: Measured, deployment: Deployment) -> int:
    busy = rate * found.service_us / _MILLION
    return max(deployment.least_tasks, math.ceil(busy / (deployment.task_vcpu * deployment.task_load)))
