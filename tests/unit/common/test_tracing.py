"""Traces are sent where a collector is named; elsewhere they cost nothing, and nowhere can they do harm."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from botocore.credentials import Credentials

from common import tracing
from common.environment import SettingsError
from common.problem import ProblemError
from query_lambda.app import FLUSH_SECONDS, create_handler
from query_lambda.settings import Settings
from service.app import create_app, create_server
from tests.collector import Collector, collecting
from tests.hostile import Behaviour, answer, refused_port, serving
from tests.invocations import invoke, logged, proxy_event
from tests.unit.service.harness import Upstream, settings
from tests.unit.service.harness import serving as serving_service

ROOT = Path(__file__).resolve().parents[3]
TRACE = "4bf92f35" * 4
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
FACTS = {"operation": "query_user", "status": 200}
START_ALL = """
import sys
from botocore.credentials import Credentials
import query_lambda.app, query_lambda.settings, result_lambda.app, result_lambda.settings, service.app, service.settings
environ = {"INTERNAL_API_URL": "http://a", "QUERY_SERVICE_URL": "http://a", "DYNAMODB_ENDPOINT_URL": "http://a"}
service.app.create_app(service.settings.Settings.from_env(environ), credentials=Credentials("a", "b"))
query_lambda.app.create_handler(query_lambda.settings.Settings.from_env(environ))
result_lambda.app.create_handler(result_lambda.settings.Settings.from_env(environ))
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
WITHOUT_THE_PACKAGE = """
import sys
sys.modules["opentelemetry"] = None
from service.__main__ import main
main([])
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Run a collector."""
    with collecting() as running:
        yield running


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run some Python in a process of its own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  # our own command


def test_nothing_of_it_is_imported_unless_it_is_asked_for() -> None:
    """All three hops start without it."""
    done = python(START_ALL)
    assert ("[]\n", 0) == (done.stdout, done.returncode), done.stderr


def test_off_it_does_nothing() -> None:
    """No object for a request, no header of its own."""
    off = tracing.start("service", None)
    assert off.server({"traceparent": PARENT}, FACTS) is off.server({}, {})
    with off.server({}, {}), off.client("query_user", {}) as headers:
        assert {} == headers
    off.flush(10)


def test_what_is_missing_is_named() -> None:
    """A hop that shall trace and cannot does not start; it says what to install."""
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        "INTERNAL_API_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
    done = python(WITHOUT_THE_PACKAGE, **environ)
    said = "service: OTEL_EXPORTER_OTLP_ENDPOINT is set, and needs what the extra `tracing` installs\n"
    assert (1, said) == (done.returncode, done.stderr)


@pytest.mark.parametrize("hop", ["service", "query_lambda", "result_lambda"])
def test_missing_package_stops_the_start_of_each_hop(monkeypatch: pytest.MonkeyPatch, hop: str) -> None:
    """With an error of the settings."""
    monkeypatch.setitem(sys.modules, "common.otel", None)
    with pytest.raises(SettingsError, match="the extra `tracing`"):
        tracing.start(hop, "http://127.0.0.1:4318")


def test_address_of_the_collector() -> None:
    """An http(s) address, or nothing."""
    name = "OTEL_EXPORTER_OTLP_ENDPOINT"
    assert [None, None, "http://a:4318"] == [
        tracing.endpoint(environ) for environ in ({}, {name: ""}, {name: "http://a:4318/"})
    ]
    with pytest.raises(SettingsError, match=name):
        tracing.endpoint({name: "collector:4317"})


def test_headers_for_the_next_hop_are_those_of_the_call(collector: Collector) -> None:
    """The next hop's span is the child of the call, not of the caller; what the caller says of its own goes on."""
    traces = tracing.start("service", collector.url)
    with (
        traces.server({"traceparent": PARENT, "tracestate": "a=1"}, FACTS),
        traces.client("query_user", {"status": 200}) as headers,
    ):
        pass
    traces.flush(5)
    call, served = collector.wait(2)
    assert {"traceparent": f"00-{TRACE}-{call.id}-01", "tracestate": "a=1"} == headers
    assert ("00f067aa0ba902b7", served.id) == (served.parent, call.parent)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-amzn-trace-id": f"Root=1-67891233-{'abcdef01' * 3}"}, "67891233" + "abcdef01" * 3),
        ({"traceparent": f"00-{TRACE}-0000000000000000-01"}, TRACE),
        ({"traceparent": "00-nothing"}, None),
        ({"x-amzn-trace-id": "Root=1-00000000-000000000000000000000000"}, None),
        ({}, None),
    ],
)
def test_first_of_a_trace_has_the_id_of_the_log_line(
    collector: Collector, headers: dict[str, str], expected: str | None
) -> None:
    """Where a line has one; else it begins a trace with an id of its own."""
    traces = tracing.start("service", collector.url)
    for _ in range(2):
        with traces.server(headers, FACTS):
            pass
    traces.flush(5)
    first, second = collector.wait(2)
    assert "" == first.parent
    assert (expected is None) == (first.trace != second.trace)
    assert expected in (None, first.trace)


def test_caller_that_does_not_sample_is_heard(collector: Collector) -> None:
    """Nothing is sent of its request, and the next hop is told the same."""
    traces = tracing.start("service", collector.url)
    with traces.server({"traceparent": f"{PARENT[:-1]}0"}, FACTS), traces.client("query_user", {}) as headers:
        pass
    traces.flush(5)
    assert headers["traceparent"].startswith(f"00-{TRACE}-")
    assert headers["traceparent"].endswith("-00")
    assert [] == collector.spans()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ProblemError("gateway_timeout", "MARKED"), "gateway_timeout"),
        (TimeoutError("MARKED"), "TimeoutError"),
        (KeyboardInterrupt("MARKED"), "KeyboardInterrupt"),
    ],
)
def test_call_that_raises_is_told_by_name(collector: Collector, error: BaseException, expected: str) -> None:
    """The code of a problem, or the exception's type; nothing of what it says."""
    traces = tracing.start("query_lambda", collector.url)
    with pytest.raises(type(error)), traces.client("query_user", {"gateway_request_id": None}):
        raise error
    traces.flush(5)
    (span,) = collector.wait(1)
    assert ({"error.type": expected}, True, 0) == (span.attributes, span.failed, span.events)
    assert b"MARKED" not in collector.server.received[0].body


def test_service_sends_the_rest_when_it_ends(collector: Collector) -> None:
    """What is not yet sent by then is not lost."""
    app = create_app(
        settings(otlp_endpoint=collector.url), credentials=Credentials("key", "secret"), transport=Upstream()
    )
    with serving_service(create_server(app, "127.0.0.1", 0)) as port:
        assert (
            200 == httpx.post(f"http://127.0.0.1:{port}/query/user", json={"user_id": "u"}, trust_env=False).status_code
        )
        assert [] == collector.spans()
    assert {"service"} == {span.hop for span in collector.wait(2)}


DEAD: dict[str, Behaviour] = {
    "refuses": lambda exchange: exchange.send(answer(401, b"no\r\nsuch")),
    "is_ill": lambda exchange: exchange.send(answer(503, b"")),
    "hangs": lambda exchange: exchange.hang(),
    "speaks_no_http": lambda exchange: exchange.cut(after=b"what?\r\n\r\n"),
}


@pytest.mark.parametrize("kind", [*DEAD, "is_not_there"])
def test_collector_that_is_dead_harms_nobody(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The answers come, hardly later; the log says in a line of its own what is the matter."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")  # the SDK's own setting
    with ExitStack() as running, logged("query_lambda") as read:
        dead = f"http://127.0.0.1:{refused_port()}"
        if kind in DEAD:
            dead = running.enter_context(serving(DEAD[kind])).url
        target = running.enter_context(serving(lambda exchange: exchange.send(answer(body=b'{"items":[],"count":0}'))))
        handler = create_handler(Settings(query_service_url=target.url, otlp_endpoint=dead))
        started = time.monotonic()
        for _ in range(5):
            assert 200 == invoke(handler, proxy_event("POST", "/query/user", {"user_id": "test_user_001"})).status
        assert time.monotonic() - started < 5 * FLUSH_SECONDS + 1
        end = time.monotonic() + 10
        while not (lines := [line for line in read() if line["event"] == "traces_not_sent"]) and time.monotonic() < end:
            time.sleep(0.02)
    assert {"warning"} == {line["level"] for line in lines}
    assert all(line["reason"] and "exception" not in line for line in lines)
