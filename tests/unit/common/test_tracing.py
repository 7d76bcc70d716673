"""Traces are sent where a collector is named; elsewhere nothing of OpenTelemetry is loaded."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from common import tracing
from common.environment import SettingsError
from tests.collector import collecting
from tests.hostile import Behaviour, answer, refused_port, serving
from tests.invocations import proxy_event
from tests.lambda_runtime import running
from tools.local.functions import Context

ROOT = Path(__file__).resolve().parents[3]
SERVICE_ENVIRON = {"INTERNAL_API_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
START_ALL = """
import os, sys
from common import tracing
from service.app import create_app
from service.settings import Settings
os.environ |= {"INTERNAL_API_URL": "http://a", "SERVICE_URL": "http://a", "DYNAMODB_ENDPOINT_URL": "http://a"}
os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
app = create_app(Settings.from_env(os.environ))
assert app is tracing.start("service", os.environ, app)
import query_lambda.handler, result_lambda.handler
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
WITHOUT_THE_PACKAGE = """
import sys
sys.modules["opentelemetry"] = None
from service.__main__ import main
main([])
"""


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run some Python in a process of its own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  # our own command


def context() -> Context:
    """Return the context of an invocation with 20 seconds left."""
    return Context(
        function_name="query-lambda",
        aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        invoked_function_arn="arn:aws:lambda:ap-southeast-1:000000000000:function:query-lambda",
        memory_limit_in_mb="256",
        deadline=20,
        monotonic=lambda: 0,
    )


def test_nothing_is_imported_without_a_collector() -> None:
    """All three hops start without loading any module of OpenTelemetry."""
    done = python(START_ALL)
    assert ("[]", 0) == (done.stdout.splitlines()[-1], done.returncode), done.stderr


def test_a_missing_package_stops_the_start() -> None:
    """With a collector but without OpenTelemetry, the start fails and names the missing package."""
    done = python(WITHOUT_THE_PACKAGE, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:4318", **SERVICE_ENVIRON)
    message = "service: OTEL_EXPORTER_OTLP_ENDPOINT is set, but requirements/tracing.txt is not installed\n"
    assert (1, message) == (done.returncode, done.stderr)


def test_a_bad_address_stops_the_start() -> None:
    """The collector's address must be an http(s) URL."""
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        tracing.start("service", {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"})


def test_the_service_sends_its_last_spans_when_it_ends() -> None:
    """Spans that are still queued at SIGTERM are exported before the process ends."""
    with collecting() as collector, ExitStack() as ending:
        port = refused_port()
        environ = {**SERVICE_ENVIRON, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "DRAIN_DELAY": "0.1"}
        command = [sys.executable, "-m", "service", "--host", "127.0.0.1", "--port", str(port)]
        process = ending.enter_context(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL))  # noqa: S603  # our own command
        ending.callback(process.kill)
        eventually(lambda: httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code == 200)
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)
        assert {("service", "GET /health")} == {(span.hop, span.name) for span in collector.spans()}


def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until a server that is starting answers."""
    end = time.monotonic() + 30
    while True:
        try:
            assert is_so()
        except (httpx.TransportError, AssertionError):
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return


DEAD: dict[str, Behaviour] = {
    "refuses": lambda exchange: exchange.send(answer(401, b"no\r\nsuch")),
    "is_overloaded": lambda exchange: exchange.send(answer(503, b"")),
    "hangs": lambda exchange: exchange.hang(),
    "does_not_speak_http": lambda exchange: exchange.cut(after=b"what?\r\n\r\n"),
}


@pytest.mark.parametrize("kind", [*DEAD, "is_not_there"])
def test_a_failing_collector_does_not_fail_a_request(kind: str) -> None:
    """A function answers as before, waits for the collector a fraction of a second, and logs the failed export."""
    with ExitStack() as stack:
        collector = f"http://127.0.0.1:{refused_port()}"
        if kind in DEAD:
            collector = stack.enter_context(serving(DEAD[kind])).url
        target = stack.enter_context(serving(lambda exchange: exchange.send(answer(body=b'{"items":[],"count":0}'))))
        environ = {
            "SERVICE_URL": target.url,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
        }
        function = stack.enter_context(running("query_lambda.handler.lambda_handler", environ))
        started = time.monotonic()
        for _ in range(3):
            event = proxy_event("POST", "/query/user", {"user_id": "test_user_001"})
            assert 200 == function(event, context())["statusCode"]
        assert time.monotonic() - started < 20  # three times the exporter's default would be 30 s
    failures = [line for line in function.lines if line["hop"] == "opentelemetry"]
    assert failures
    assert all("exception" not in line for line in failures)
