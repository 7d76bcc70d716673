"""Every hop runs with its instrumentation as it is deployed: the service as a process, each function in a runtime."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import lambda_runtime
from tests.collector import Collector, Span, collecting, tree
from tests.engine import Engine
from tests.gateways import FUNCTIONS, TASK, VALUES
from tests.hostile import serving
from tests.lambda_runtime import Runtime
from tools.contract.bundle import import_copy
from tools.local import spec
from tools.local.credentials import ApiKey
from tools.local.functions import Function
from tools.local.gateway import Gateway
from tools.local.sample import sample_rows
from tools.local.servers import bind, wait_until_healthy
from tools.local.servers import serving as serving_asgi
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS, create_tables, dynamodb_client, table, write

ROOT = Path(__file__).resolve().parents[2]
KEY = "key-of-the-test"
TRACE = "4bf92f35" * 4
CALLER = "00f067aa0ba902b7"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": TASK.access_key,
    "AWS_SECRET_ACCESS_KEY": TASK.secret_key,
    "AWS_SESSION_TOKEN": TASK.session_token or "",
}
USER = "test_user_001"
TABLE = f"{NOTIFICATION_RECORDS}-traces"  # other tests share the engine
QUERY = ("result_lambda", "CLIENT", "DynamoDB.Query", [])
READ = ("result_lambda", "SERVER", "query-result-lambda", [QUERY])


@dataclass(frozen=True)
class Chain:
    """The running chain with a collector."""

    url: str
    engine: Engine
    collector: Collector
    query_lambda: Runtime

    def ask(self, body: dict[str, Any], trace: str | None = None) -> httpx.Response:
        """Ask for a user's records, as a part of the caller's own trace if it has one."""
        headers = {"x-api-key": KEY, "X-Request-Id": "ticket-7"}
        if trace is not None:
            headers |= {"traceparent": f"00-{trace}-{CALLER}-01", "tracestate": "caller=1"}
        return httpx.post(f"{self.url}/query/user", json=body, headers=headers, trust_env=False, timeout=30)


@contextmanager
def service(port: int, environ: dict[str, str]) -> Iterator[str]:
    """Run the service as its container does."""
    command = [sys.executable, "-m", "service", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as process:  # noqa: S603  # our own
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def gateway(contract: str, bound: socket.socket, handler: Runtime) -> AbstractContextManager[None]:
    """Serve the contract's gateway in front of a function."""
    app = Gateway(
        spec.load(import_copy(contract), VALUES),
        {FUNCTIONS[contract]: Function(handler, timeout_seconds=28)},
        stage="v1",
        hop=f"{contract}_gateway",
        api_keys=[ApiKey(key_id="test", value=KEY)],
        identities=[TASK],
    )
    return serving_asgi(app, bound)


@pytest.fixture(scope="module")
def chain(moto_endpoint: str) -> Iterator[Chain]:
    """Run the chain with a collector."""
    with ExitStack() as running, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        public, internal = (running.enter_context(bind("gateway", "127.0.0.1", 0, option="")) for _ in range(2))
        engine = Engine(moto_endpoint)
        dynamodb = running.enter_context(serving(engine.behave))
        names = {name: f"{name}-traces" for name in (NOTIFICATION_RECORDS, COMMAND_RECORDS)}
        create_tables(dynamodb_client(dynamodb.url), names=names)
        write(table(dynamodb.url, TABLE), (row for row in sample_rows() if row["user_id"] == USER))
        collector = running.enter_context(collecting())
        internal_url, public_url = (f"http://127.0.0.1:{port.getsockname()[1]}/v1" for port in (internal, public))
        environ = {
            "PATH": os.environ["PATH"],
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_EXPORTER_OTLP_TIMEOUT": "10",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "AWS_DEFAULT_REGION": "ap-southeast-1",
            **CREDENTIALS,
        }
        port = free.getsockname()[1]
        free.close()
        url = running.enter_context(service(port, {**environ, "INTERNAL_API_URL": internal_url}))
        result_lambda, query_lambda = (
            running.enter_context(lambda_runtime.running(f"{name}.handler.lambda_handler", {**environ, **own}))
            for name, own in (
                ("result_lambda", {"DYNAMODB_ENDPOINT_URL": dynamodb.url, "NOTIFICATION_TABLE": TABLE}),
                ("query_lambda", {"SERVICE_URL": url}),
            )
        )
        for server in (gateway("internal", internal, result_lambda), gateway("public", public, query_lambda)):
            running.enter_context(server)
        wait_until_healthy("service", f"{url}/health")
        yield Chain(public_url, engine, collector, query_lambda)


def one(spans: list[Span], hop: str, kind: str) -> Span:
    """Return the first span of this hop and kind."""
    return next(span for span in spans if (span.hop, span.kind) == (hop, kind))


def whole(reads: int) -> list[Any]:
    """Return the tree of a query that the service sent `reads` times."""
    asked = [("service", "CLIENT", "POST", [READ])] * reads
    served = ("service", "SERVER", "POST /query/user", asked)
    return [("query_lambda", "SERVER", "query-lambda", [("query_lambda", "CLIENT", "POST", [served])])]


def test_a_query_is_one_tree_over_all_hops(chain: Chain) -> None:
    """Each hop has a span for its request, and below it one for its call of the next; the caller's span is the root."""
    assert 200 == chain.ask({"user_id": USER, "limit": 3}, TRACE).status_code
    spans = chain.collector.wait(6, TRACE)
    assert whole(1) == tree(spans, CALLER)
    assert not any(span.failed for span in spans)
    assert {"caller=1"} == {span.state for span in spans}


def test_a_trace_can_be_found_by_the_request_id(chain: Chain) -> None:
    """The service's span has the id that the caller sees."""
    trace = TRACE[::-1]
    chain.ask({"user_id": USER, "limit": 3}, trace)
    served = one(chain.collector.wait(6, trace), "service", "SERVER").attributes
    assert ["ticket-7"] == served["http.response.header.x_request_id"]


def test_no_span_has_personal_data(chain: Chain) -> None:
    """No user id, cursor, key or signature is in any span, also where a request is refused."""
    trace = TRACE.replace("4", "5")
    cursor = chain.ask({"user_id": USER, "limit": 1}, trace).json()["next_cursor"]
    assert 400 == chain.ask({"user_id": "test_user_002", "cursor": cursor}, trace).status_code
    sent = json.dumps([vars(span) for span in chain.collector.wait(9, trace)])
    for secret in ("test_user", cursor[:16], cursor[-16:], KEY, "AWS4-HMAC"):
        assert secret not in sent


def test_each_attempt_has_a_span(chain: Chain) -> None:
    """The service's retries stand side by side in the tree, and each failed call is marked."""
    trace = TRACE.replace("4", "6")
    chain.engine.throttles = True
    try:
        assert 503 == chain.ask({"user_id": USER}, trace).status_code
    finally:
        chain.engine.throttles = False
    spans = chain.collector.wait(12, trace)
    assert whole(3) == tree(spans, CALLER)
    calls = [span for span in spans if span.kind == "CLIENT"]
    assert all(span.failed for span in calls)


def test_a_refusal_is_no_fault_of_the_hop(chain: Chain) -> None:
    """A 4xx marks the span of the call, not the span of the hop that refused it."""
    trace = TRACE.replace("4", "7")
    assert 400 == chain.ask({"user_id": USER, "limit": 1000}, trace).status_code
    spans = chain.collector.wait(3, trace)
    assert {("query_lambda", "CLIENT")} == {(span.hop, span.kind) for span in spans if span.failed}


def test_a_log_line_names_the_trace(chain: Chain) -> None:
    """Where the caller has no trace, the id that OpenTelemetry gives to it is in the access log."""
    chain.ask({"user_id": USER})
    (*_, line) = (line for line in chain.query_lambda.lines if line["event"] == "request")
    trace = line["trace_id"]
    assert ["query_lambda"] == [hop for hop, *_ in tree(chain.collector.wait(6, trace), "")]
