"""The cost model matches arithmetic by hand."""

import pytest

from lab.bench import cost
from lab.bench.cost import Prices

FOUND = cost.Measured(
    service_us=1_000,
    query_lambda_us=300,
    result_lambda_us=1_000,
    read_units={"user": 0.5, "campaign": 3.0, "transaction": 3.0},
)
DEPLOYMENT = cost.Deployment()


def at(rate: int) -> dict[str, float]:
    """Return the dollars of a million queries at a rate."""
    found = {row["rate"]: row for row in cost.model(FOUND, DEPLOYMENT, Prices())}
    dollars: dict[str, float] = found[rate]["dollars"]
    return dollars


def test_a_query_is_two_gateway_calls_at_the_price_of_their_tier() -> None:
    """52 million calls a month are all in the first tier; at 10,000 a second most of 52 billion are in the last."""
    assert 2 * 4.25 == pytest.approx(at(10)["API Gateway"])
    millions = 2 * 10_000 * 30 * 86_400 / 1e6
    paid = 333 * 4.25 + 667 * 3.53 + 19_000 * 3.00 + (millions - 20_000) * 1.91
    assert 2 * paid / millions == pytest.approx(at(10_000)["API Gateway"])


def test_read_units_are_those_of_the_mix() -> None:
    """60 % users at half a unit, 40 % others at three."""
    assert 1.5 == pytest.approx(cost.read_units(FOUND, DEPLOYMENT))
    assert 1.5 * 0.1425 == pytest.approx(at(100)["DynamoDB"])


def test_a_function_is_billed_for_its_waiting_in_whole_milliseconds() -> None:
    """512 MB are 0.29 of a vCPU, which stretches CPU time; query_lambda waits for all other hops."""
    share = 512 / 1_769
    result = -(-(5 + 1 / share) // 1)
    query = -(-(0.3 / share + 1 / 0.25 + 8 + result) // 1)
    assert (query, result) == cost.durations(FOUND, DEPLOYMENT)


@pytest.mark.parametrize(("rate", "tasks"), [(10, 2), (100, 2), (1_000, 6), (10_000, 58)])
def test_there_are_enough_tasks_for_their_load_and_at_least_two(rate: int, tasks: int) -> None:
    """A quarter of a vCPU at 70 % is 175 queries of a millisecond a second."""
    assert [tasks] == [row["tasks"] for row in cost.model(FOUND, DEPLOYMENT, Prices()) if row["rate"] == rate]


def test_fixed_costs_are_shared_by_the_queries() -> None:
    """At ten times the rate, idle tasks and the load balancer cost a tenth a query."""
    assert at(10)["Fargate"] == pytest.approx(10 * at(100)["Fargate"])
    assert at(10)["network"] > 5 * at(100)["network"]


def test_dynamodb_is_paid_by_what_is_read_and_by_each_index_that_is_written() -> None:
    """A call by its page, a summary by its rows; a push is two rows, each in the table and its three indexes."""
    pages = [
        {"rows": rows, "index": index, "page": page, "read_units": units * (rows // 10)}
        for rows in (10, 20)
        for index, page, units in [
            *(
                (index, kind, 1.5)
                for index in ("user", "campaign", "transaction", "failures")
                for kind in ("first", "filtered")
            ),
            ("user", "explained", 2.0),
        ]
    ]
    results = {"reads": {"pages": pages}, "summaries": {"rows": 1_000, "read_units": 25}}
    found = {row["name"]: (row["units"], row["dollars"]) for row in cost.operations(results)}
    assert (3e6, pytest.approx(3 * 0.1425)) == found["query_marketing_fail"]
    assert (4e6, pytest.approx(4 * 0.1425)) == found["explain_push, most"]
    assert (25_000, pytest.approx(0.025 * 0.1425)) == found["a summary of a million rows"]
    assert (8e6, pytest.approx(8 * 0.7125)) == found["the writes of a million pushes"]
    assert (2e6, pytest.approx(2 * 0.7125)) == found["of these in marketing_id-status-index"]
