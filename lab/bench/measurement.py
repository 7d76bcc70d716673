"""The parts of every measurement: its size, the queries that are sent, and the summary of repeated figures."""

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lab.connection import Address, request

# Paths by records a page.
PATHS: Final = {"10": "/query/user", "100": "/query/marketing"}
BODIES: Final[Mapping[str, dict[str, Any]]] = {
    "/query/user": {"user_id": "test_user_001", "limit": 10},
    "/query/marketing": {"marketing_id": "campaign_2026_spring", "limit": 100},
}
_HEADERS: Final = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "Host": "example.execute-api.ap-southeast-1.amazonaws.com",
    "User-Agent": "lab",
    "X-Amzn-Trace-Id": "Root=1-65d4b8a7-0123456789abcdef01234567",
    "X-Forwarded-For": "192.0.2.10",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
}


@dataclass(frozen=True, kw_only=True)
class Effort:
    """The size of a measurement.

    A round is `requests` to a server or `events` to a warm function. Latencies are taken for `seconds` at `rate`
    requests a second.
    """

    rounds: int = 15
    requests: int = 300
    events: int = 60
    rate: float = 100
    seconds: float = 15
    server_starts: int = 5
    cold_starts: int = 15


QUICK: Final = Effort(rounds=1, requests=20, events=5, rate=20, seconds=1, server_starts=1, cold_starts=1)


def raw(address: Address, path: str) -> bytes:
    """Return the bytes of a query for a full page."""
    return request(address, path, BODIES[path])


def event(path: str) -> dict[str, Any]:
    """Return the proxy event of a query for a full page, as API Gateway sends it (REST API, format 1.0)."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": _HEADERS,
        "multiValueHeaders": {name: [value] for name, value in _HEADERS.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "example",
            "httpMethod": "POST",
            "identity": {"sourceIp": "192.0.2.10", "userAgent": "lab"},
            "path": f"/v1{path}",
            "protocol": "HTTP/1.1",
            "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "requestTimeEpoch": 1794924623819,
            "resourceId": "abc123",
            "resourcePath": path,
            "stage": "v1",
        },
        "body": json.dumps(BODIES[path]),
        "isBase64Encoded": False,
    }


def in_turns(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Return the figures by name, one for each round; the first round warms up.

    Measures take turns, so that other work of the machine disturbs all of them.
    """
    taken = [{name: measure() for name, measure in measures.items()} for _ in range(rounds + 1)]
    return {name: [figures[name] for figures in taken[1:]] for name in measures}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median and the quartiles of one or more values, by name."""
    if len(values) == 1:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high}


def ratios(taken: Mapping[str, Sequence[float]], role: str, other: str) -> list[float]:
    """Return how many times the figure of `other` the figure of `role` is, round by round."""
    return [one / base for one, base in zip(taken[role], taken[other], strict=True)]
