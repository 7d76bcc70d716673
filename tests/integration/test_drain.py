"""How the service process stops while requests are in progress."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60  # bound against hanging
DELAY = "600"  # never ends within a test
PAGE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"items": [], "count":0}'


@dataclass
class Running:
    """The service process, and an internal gateway that responds when the test wants it to."""

    process: subprocess.Popen[bytes]
    url: str
    gateway: socket.socket
    connections: ExitStack

    def ask(self, pool: ThreadPoolExecutor) -> tuple[Future[httpx.Response], socket.socket]:
        """Send a query; return its future response, and the connection on which the gateway received it."""
        answer = pool.submit(httpx.post, f"{self.url}/query/user", json={"user_id": "test_user_001"}, timeout=SECONDS)
        asked, _ = self.gateway.accept()
        self.connections.enter_context(asked)
        asked.recv(65_536)
        return answer, asked

    def health(self) -> httpx.Response:
        """Get the health on a new connection, as a load balancer does."""
        return httpx.get(f"{self.url}/health", timeout=SECONDS)

    def accepts(self) -> bool:
        """Return whether the port accepts connections."""
        try:
            self.health()
        except httpx.TransportError:
            return False
        return True


Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the service with an output of the test's own; it is killed in the end if it still runs."""
    with ExitStack() as stack:

        def started(stdout: int | IO[bytes], drain_delay: str = DELAY) -> Running:
            gateway = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            gateway.settimeout(SECONDS)
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            environ = os.environ | {
                "INTERNAL_API_URL": f"http://127.0.0.1:{gateway.getsockname()[1]}/v1",
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "DRAIN_DELAY": drain_delay,
            }
            command = [sys.executable, "-m", "service", "--host=127.0.0.1", f"--port={port}"]
            process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=stdout))  # noqa: S603  # ours
            stack.callback(process.kill)
            running = Running(process, f"http://127.0.0.1:{port}", gateway, stack)
            _wait_until(running.accepts)
            return running

        yield started


@pytest.fixture
def running(
    start: Start, request: pytest.FixtureRequest, tmp_path: Path, look_at_output: Callable[[str], None]
) -> Iterator[Running]:
    """Start the service with a drain delay (parameter), and check its log in the end."""
    written = tmp_path / "stdout"
    with written.open("wb") as stdout:
        service = start(stdout, getattr(request, "param", DELAY))
        yield service
        service.process.kill()
        service.process.wait(SECONDS)
    lines = written.read_text(encoding="utf-8")
    assert '"event":"request"' in lines
    look_at_output(lines)


def test_sigterm_loses_nothing(running: Running) -> None:
    """Health reports the drain, requests are still accepted, and accepted ones are answered after the port closed.

    A second SIGTERM skips the rest of the delay.
    """
    with ThreadPoolExecutor() as pool:
        before, asked_before = running.ask(pool)
        running.process.send_signal(signal.SIGTERM)
        _wait_until(lambda: running.health().status_code == httpx.codes.SERVICE_UNAVAILABLE)
        health = running.health()
        assert (503, "service_unavailable") == (health.status_code, health.json()["code"])
        assert "close" == health.headers["connection"]
        during, asked_during = running.ask(pool)
        running.process.send_signal(signal.SIGTERM)
        _wait_until(lambda: not running.accepts())
        assert not before.done()
        for asked in (asked_before, asked_during):
            asked.sendall(PAGE)
        assert [200, 200] == [before.result().status_code, during.result().status_code]
    assert 0 == running.process.wait(SECONDS)


@pytest.mark.parametrize("running", ["0.2"], indirect=True)
def test_the_delay_ends_by_itself(running: Running) -> None:
    """One SIGTERM is enough; requests in progress are answered first."""
    with ThreadPoolExecutor() as pool:
        answer, asked = running.ask(pool)
        running.process.send_signal(signal.SIGTERM)
        _wait_until(lambda: not running.accepts())
        asked.sendall(PAGE)
        assert 200 == answer.result().status_code
    assert 0 == running.process.wait(SECONDS)


def test_a_process_whose_output_nobody_reads_goes_on(start: Start) -> None:
    """Its pipe is full after some hundred lines: queries and health are answered all the same, and SIGTERM ends it."""
    running = start(stdout=subprocess.PIPE)
    for _ in range(300):
        assert 200 == running.health().status_code
    with ThreadPoolExecutor() as pool:
        answer, asked = running.ask(pool)
        asked.sendall(PAGE)
        assert 200 == answer.result().status_code
    for _ in range(2):
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    assert 0 == running.process.wait(SECONDS)


def test_ctrl_c_does_not_wait_for_a_load_balancer(running: Running) -> None:
    """SIGINT skips the delay."""
    running.health()
    running.process.send_signal(signal.SIGINT)
    assert 0 == running.process.wait(SECONDS)


def _wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < give_up, "the service takes too long"
        time.sleep(0.05)
