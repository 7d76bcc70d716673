"""Traces can be switched on in the deployed image and functions."""

import subprocess
import sys
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.collector import Collector, collecting
from tests.hostile import answer, refused_port, serving
from tests.invocations import proxy_event
from tests.lambda_runtime import running
from tools.deploy.packages import build_tracing_layer
from tools.local.functions import Context
from tools.local.servers import wait_until_healthy

ROOT = Path(__file__).resolve().parents[2]


def unpacked(archive: Path, into: Path) -> Path:
    """Unpack a zip, and return the folder."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(into)
    return into


def context(name: str) -> Context:
    """Return the context of an invocation with 20 seconds left."""
    return Context(
        function_name=name,
        aws_request_id="c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        invoked_function_arn=f"arn:aws:lambda:ap-southeast-1:000000000000:function:{name}",
        memory_limit_in_mb="256",
        deadline=20,
        monotonic=lambda: 0,
    )


def environ(collector: Collector, url: str) -> dict[str, str]:
    """Return the settings of any hop, whose next hop is at `url`."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_EXPORTER_OTLP_TIMEOUT": "10",
        "SERVICE_URL": url,
        "INTERNAL_API_URL": url,
        "DYNAMODB_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the layer, and give its zip."""
    return build_tracing_layer(tmp_path_factory.mktemp("layer"))


@pytest.mark.parametrize(
    ("name", "module", "reply"),
    [
        ("query-lambda", "query_lambda", b'{"items":[],"count":0}'),
        ("query-result-lambda", "result_lambda", b'{"Items":[],"Count":0,"ScannedCount":0}'),
    ],
)
def test_a_function_sends_traces_with_the_layer(
    packages: Path, layer: Path, name: str, module: str, reply: bytes, tmp_path: Path
) -> None:
    """The packages alone do not have OpenTelemetry; with the layer beside them, both functions send spans."""
    folders = [unpacked(packages / f"{name}.zip", tmp_path / "task"), unpacked(layer, tmp_path / "opt") / "python"]
    assert not (folders[0] / "opentelemetry").exists()
    with collecting() as collector, serving(lambda exchange: exchange.send(answer(200, reply))) as target:
        settings = environ(collector, target.url)
        with running(f"{module}.handler.lambda_handler", settings, folders) as function:
            result = function(proxy_event("POST", "/query/user", {"user_id": "u1"}), context(name))
        assert 200 == result["statusCode"], function.lines
        assert [(module, "CLIENT"), (module, "SERVER")] == [(span.hop, span.kind) for span in collector.wait(2)]


def test_the_layer_is_the_same_byte_for_byte(layer: Path, tmp_path: Path) -> None:
    """A second build has the same content, so that a deployment without a change changes nothing."""
    assert layer.read_bytes() == build_tracing_layer(tmp_path).read_bytes()


def test_the_service_sends_traces_with_the_requirements_of_the_image(tmp_path: Path) -> None:
    """The image built with `EXTRAS=tracing` installs service.txt and tracing.txt; these are enough."""
    assert "-r /requirements/service.txt ${EXTRAS:+-r /requirements/${EXTRAS}.txt}" in (ROOT / "Dockerfile").read_text()
    python = tmp_path / "venv" / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    locked = ["-r", "requirements/service.txt", "-r", "requirements/tracing.txt"]
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")],
        ["pip", "install", "--quiet", "--python", str(python), "--require-hashes", *locked],
    ):
        subprocess.run([uv, *arguments], cwd=ROOT, check=True)  # noqa: S603  # our own command
    with collecting() as collector, ExitStack() as ending:
        port = refused_port()
        command = [python, "-m", "service", "--host", "127.0.0.1", "--port", str(port)]
        settings = environ(collector, "http://127.0.0.1:1") | {"OTEL_BSP_SCHEDULE_DELAY": "50"}
        process = ending.enter_context(subprocess.Popen(command, cwd=ROOT, env=settings))  # noqa: S603  # our own command
        ending.callback(process.kill)
        wait_until_healthy("service", f"http://127.0.0.1:{port}/health")
        assert {("service", "GET /health")} == {(span.hop, span.name) for span in collector.wait(1)}
