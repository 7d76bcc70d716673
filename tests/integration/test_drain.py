"""How the service stops: the process that the container runs, with callers that are still there."""

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
SECONDS = 20
DELAY = 2.0
PAGE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"items": [], "count":0}'


@dataclass
class Running:
    """The service as a process, and a neighbour that takes its calls and answers when the test says so."""

    process: subprocess.Popen[bytes]
    url: str
    neighbour: socket.socket
    connections: ExitStack

    def ask(self, pool: ThreadPoolExecutor) -> tuple[Future[httpx.Response], socket.socket]:
        """Send a query; return its answer to be, and the connection on which the neighbour is asked."""
        answer = pool.submit(httpx.post, f"{self.url}/query/user", json={"user_id": "test_user_001"}, timeout=SECONDS)
        asked, _ = self.neighbour.accept()
        self.connections.enter_context(asked)
        asked.recv(65_536)
        return answer, asked

    def health(self) -> httpx.Response:
        """Ask on a new connection, as a load balancer does."""
        return httpx.get(f"{self.url}/health", timeout=SECONDS)

    def accepts(self) -> bool:
        """Tell whether a connection can be made."""
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

        def started(stdout: int | IO[bytes]) -> Running:
            neighbour = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            neighbour.settimeout(SECONDS)
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            environ = os.environ | {
                "INTERNAL_API_URL": f"http://127.0.0.1:{neighbour.getsockname()[1]}/v1",
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "DRAIN_DELAY": str(DELAY),
            }
            command = [sys.executable, "-m", "service", "--host=127.0.0.1", f"--port={port}"]
            process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=stdout))  # noqa: S603  # ours
            stack.callback(process.kill)
            running = Running(process, f"http://127.0.0.1:{port}", neighbour, stack)
            _wait_until(running.accepts)
            return running

        yield started


@pytest.fixture
def running(start: Start, tmp_path: Path, look_at_output: Callable[[str], None]) -> Iterator[Running]:
    """Start the service, and look at what it logged in the end."""
    written = tmp_path / "stdout"
    with written.open("wb") as stdout:
        service = start(stdout)
        yield service
        service.process.kill()
        service.process.wait(SECONDS)
    lines = written.read_text(encoding="utf-8")
    assert '"event":"request"' in lines
    look_at_output(lines)


def test_sigterm_loses_nothing(running: Running) -> None:
    """Health says it first, requests go on all the same, and what was accepted is answered after the port closed."""
    with ThreadPoolExecutor() as pool:
        before, asked_before = running.ask(pool)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        health = running.health()
        assert (503, "service_unavailable") == (health.status_code, health.json()["code"])
        assert "close" == health.headers["connection"]
        during, asked_during = running.ask(pool)
        _wait_until(lambda: not running.accepts())
        assert not before.done()
        for asked in (asked_before, asked_during):
            asked.sendall(PAGE)
        assert [200, 200] == [before.result().status_code, during.result().status_code]
    assert 0 == running.process.wait(SECONDS)


def test_a_second_sigterm_skips_the_delay(running: Running) -> None:
    """And loses nothing either."""
    with ThreadPoolExecutor() as pool:
        answer, asked = running.ask(pool)
        started = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        running.process.send_signal(signal.SIGTERM)
        _wait_until(lambda: not running.accepts())
        assert time.monotonic() - started < DELAY
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
    """A person at a terminal has none."""
    started = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert 0 == running.process.wait(SECONDS)
    assert time.monotonic() - started < DELAY


def _wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < give_up, "the service takes too long"
        time.sleep(0.05)
