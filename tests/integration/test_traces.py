"""One query is one tree of spans, over all hops; who collects them, or does not, is no matter to its caller."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.collector import Collector, Told, collecting, tree
from tests.engine import Engine
from tests.hostile import serving
from tests.invocations import logged
from tools.local.stack import Options, Stack

TRACE = "4bf92f35" * 4
CALLER = "00f067aa0ba902b7"
QUERY = ("result_lambda", "CLIENT", "Query notification-records", [])
READ = ("result_lambda", "SERVER", "query_user", [QUERY])


@dataclass(frozen=True)
class Chain:
    """The running chain with a collector."""

    stack: Stack
    engine: Engine
    collector: Collector

    def ask(self, trace: str, body: dict[str, Any]) -> httpx.Response:
        """Ask for a user's records as a part of the caller's own trace."""
        headers = {
            "x-api-key": self.stack.options.api_key,
            "traceparent": f"00-{trace}-{CALLER}-01",
            "tracestate": "caller=1",
            "X-Request-Id": "ticket-7",
        }
        url = f"{self.stack.public_url}/query/user"
        return httpx.post(url, json=body, headers=headers, trust_env=False, timeout=30)


@pytest.fixture(scope="module")
def chain(moto_endpoint: str) -> Iterator[Chain]:
    """Start the chain with a collector; the environment has the SDK send what the service did without delay."""
    engine = Engine(moto_endpoint)
    with ExitStack() as running, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        collector = running.enter_context(collecting())
        table = running.enter_context(serving(engine.behave))
        options = Options(dynamodb_endpoint_url=table.url, otlp_endpoint=collector.url)
        yield Chain(running.enter_context(Stack(options)), engine, collector)


def one(spans: list[Told], hop: str, kind: str) -> Told:
    """Return the span of this hop and kind; of several the first."""
    return next(span for span in spans if (span.hop, span.kind) == (hop, kind))


def test_a_query_is_one_tree_over_all_hops(chain: Chain) -> None:
    """Below the caller's own span: each hop, and in it its call of the next."""
    assert 200 == chain.ask(TRACE, {"user_id": "test_user_001", "limit": 3}).status_code
    spans = chain.collector.wait(6, TRACE)
    service = ("service", "SERVER", "query_user", [("service", "CLIENT", "query_user", [READ])])
    called = ("query_lambda", "CLIENT", "POST /query/user", [service])
    assert [("query_lambda", "SERVER", "query_user", [called])] == tree(spans, CALLER)
    assert not any(span.failed for span in spans)
    assert {"caller=1"} == {span.state for span in spans}


def test_a_span_has_what_the_log_line_has(chain: Chain) -> None:
    """By OpenTelemetry's names where it has any, and with the id that the caller knows."""
    trace = TRACE[::-1]
    chain.ask(trace, {"user_id": "test_user_001", "limit": 3})
    spans = chain.collector.wait(6, trace)
    line = {"http.request.method": "POST", "http.route": "/query/user", "http.response.status_code": 200}
    for hop in ("query_lambda", "service", "result_lambda"):
        told = one(spans, hop, "SERVER").attributes
        assert (line | {"push_records.request_id": "ticket-7"}).items() <= told.items()
    read = one(spans, "result_lambda", "SERVER").attributes
    assert (3, 4) == tuple(read[f"push_records.{name}"] for name in ("items", "rows_read"))
    query = one(spans, "result_lambda", "CLIENT").attributes
    assert ("aws.dynamodb", "Query", "notification-records") == tuple(
        query[f"db.{name}"] for name in ("system.name", "operation.name", "collection.name")
    )
    assert read["push_records.read_units"] == query["push_records.read_units"] > 0
    assert 200 == one(spans, "service", "CLIENT").attributes["http.response.status_code"]


def test_no_span_has_what_is_anybodys_own(chain: Chain) -> None:
    """No user, no cursor, no key; a refusal says no more."""
    trace = TRACE.replace("4", "5")
    cursor = chain.ask(trace, {"user_id": "test_user_001", "limit": 1}).json()["next_cursor"]
    assert 400 == chain.ask(trace, {"user_id": "test_user_002", "cursor": cursor}).status_code
    told = json.dumps([vars(span) for span in chain.collector.wait(9, trace)])
    for secret in ("test_user", cursor[:16], cursor[-16:], chain.stack.options.api_key, "AWS4-HMAC"):
        assert secret not in told


def test_a_query_that_fails_shows_where(chain: Chain) -> None:
    """Each try has its place in the tree; what failed is marked, with its code and nothing of its exception."""
    trace = TRACE.replace("4", "6")
    chain.engine.throttles = True
    try:
        assert 503 == chain.ask(trace, {"user_id": "test_user_001"}).status_code
    finally:
        chain.engine.throttles = False
    spans = chain.collector.wait(10, trace)
    service = ("service", "SERVER", "query_user", [("service", "CLIENT", "query_user", [READ] * 3)])
    called = ("query_lambda", "CLIENT", "POST /query/user", [service])
    assert [("query_lambda", "SERVER", "query_user", [called])] == tree(spans, CALLER)
    assert all(span.failed for span in spans)
    assert {0} == {span.events for span in spans}
    codes = {span.attributes.get("error.type") for span in spans if span.name != "POST /query/user"}
    assert {"service_unavailable"} == codes
    tried = one(spans, "service", "CLIENT").attributes
    assert (503, 2) == (tried["http.response.status_code"], tried["push_records.retries"])


def test_a_refusal_is_the_callers_and_no_fault_of_the_hop(chain: Chain) -> None:
    """As the semantic conventions have it: 4xx failed for who called, and not for who answered."""
    trace = TRACE.replace("4", "7")
    assert 400 == chain.ask(trace, {"user_id": "test_user_001", "limit": 1000}).status_code
    spans = chain.collector.wait(3, trace)
    assert {("query_lambda", "CLIENT")} == {(span.hop, span.kind) for span in spans if span.failed}
    assert "invalid_body" == one(spans, "service", "SERVER").attributes["error.type"]


def test_without_a_trace_of_the_callers_it_is_the_one_in_the_log(chain: Chain) -> None:
    """What the gateway began, by X-Amzn-Trace-Id: from a line in the log one finds the trace."""
    headers = {"x-api-key": chain.stack.options.api_key}
    with logged("query_lambda") as read:
        answered = httpx.post(
            f"{chain.stack.public_url}/query/user", json={"user_id": "test_user_001"}, headers=headers, trust_env=False
        )
    trace = read()[-1]["trace_id"]
    assert f"Root=1-{trace[:8]}-{trace[8:]}" == answered.headers["x-amzn-trace-id"]
    spans = chain.collector.wait(6, trace)
    assert ["query_lambda"] == [hop for hop, *_ in tree(spans, "")]
