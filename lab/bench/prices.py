"""AWS's on-demand list prices in ap-southeast-1, in US dollars: the inputs of the cost model.

They are of the date `AS_OF`; `SOURCES` names the pages that publish them. Those of Fargate, the load balancer and the
logs agree with a bill of that month. The others were not checked against a bill: look them up before you plan a budget.
"""

from dataclasses import dataclass
from typing import Final

AS_OF: Final = "2025-05-31"
REGION: Final = "ap-southeast-1"
SOURCES: Final = {
    "Fargate": "https://aws.amazon.com/fargate/pricing/",
    "Lambda": "https://aws.amazon.com/lambda/pricing/",
    "API Gateway": "https://aws.amazon.com/api-gateway/pricing/",
    "DynamoDB": "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    "load balancer": "https://aws.amazon.com/elasticloadbalancing/pricing/",
    "VPC endpoint": "https://aws.amazon.com/privatelink/pricing/",
    "logs": "https://aws.amazon.com/cloudwatch/pricing/",
}


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices by unit; `gateway_tiers` are millions of calls a month and the price of a million of them."""

    vcpu_hour: float = 0.05056
    task_gb_hour: float = 0.00553
    lambda_gb_second: float = 0.0000166667
    lambda_million_requests: float = 0.20
    gateway_tiers: tuple[tuple[float, float], ...] = ((333, 4.25), (667, 3.53), (19_000, 3.00), (float("inf"), 1.91))
    million_read_units: float = 0.1425
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
