"""Starts what is measured as processes of their own, and reads what they use of the machine."""

import http.client
import os
import signal
import socket
import subprocess  # nosec B404  # it is what this is for
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

_NOBODY: Final = "bench"
# What an AWS SDK asks its environment for; nobody checks the signatures.
AWS: Final = {
    "AWS_ACCESS_KEY_ID": _NOBODY,
    "AWS_SECRET_ACCESS_KEY": _NOBODY,
    "AWS_REGION": "ap-southeast-1",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.002
_SCHEDULER_CLOCK: Final = 2


class StartError(RuntimeError):
    """A process did not come up; the message has the end of what it said."""


@dataclass(frozen=True)
class Server:
    """A server to be started: `command`, the port it will listen on, and the path that answers 200 once it is up."""

    name: str
    command: Sequence[str]
    port: int
    healthy: str = "/health"
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A server that answers; `start_seconds` is from the fork to the first answer."""

    name: str
    pid: int
    port: int
    start_seconds: float

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Return the CPU time of the process and all its threads since it started, to the nanosecond."""
        return cpu_seconds(self.pid)

    def memory_mb(self) -> float:
        """Return the resident memory of the process."""
        return memory_mb(self.pid)


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """Run `server` while the context lasts; raise StartError if it does not answer in time."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as errors:  # not a pipe: one that nobody reads fills up, and its writer stops
        process = subprocess.Popen(  # noqa: S603  # nosec B603  # programs of ours
            server.command, env=environment(server.environ), stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            _wait(process, server, started, errors)
            yield Running(server.name, process.pid, server.port, time.monotonic() - started)
        finally:
            stop(process)


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return this environment with `own` variables, without what would change how a peer is started."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**kept, **own}


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process, with all its threads, has used: the kernel's clock of that process."""
    return time.clock_gettime_ns(~pid << 3 | _SCHEDULER_CLOCK) / 1e9


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started here, by force if it takes too long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _wait(process: subprocess.Popen[bytes], server: Server, started: float, errors: IO[bytes]) -> None:
    while not _answers(server):
        if process.poll() is not None:
            errors.seek(0)
            said = errors.read()
            raise StartError(f"{server.name} ended with {process.returncode}: {said[-2000:].decode(errors='replace')}")
        if time.monotonic() - started > _START_SECONDS:
            raise StartError(f"{server.name} does not answer on port {server.port}")
        time.sleep(_POLL_SECONDS)


def _answers(server: Server) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request("GET", server.healthy)
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
