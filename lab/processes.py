"""Starts programs as processes of their own, reads their CPU and memory, and ends them with the measurement."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess  # nosec B404  # runs the hops, and tools of this machine
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from lab.connection import Address

ROOT: Final = Path(__file__).resolve().parents[1]
# The only variables that a process inherits; everything else is set by its starter.
_INHERITED: Final = ("HOME", "LANG", "PATH", "TMPDIR")
_START_SECONDS: Final = 60.0
_TAIL_CHARACTERS: Final = 2_000
_SCHEDULER_CLOCK: Final = 2


class MissingToolError(Exception):
    """A program that a measurement needs is not installed; the message names it and how to install it."""


class StartError(RuntimeError):
    """A process did not become healthy; the message has the end of its log."""


def tool(name: str, package: str = "") -> str:
    """Return the path of a program; raise MissingToolError if it is not installed."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise MissingToolError(f"{name} is not installed: apt-get install {package or name}")
    return path


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process: `own` variables and the few that it inherits."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, "PYTHONWARNINGS": "ignore", **own}


def python(*arguments: str) -> list[str]:
    """Return the command that runs a module, as `python -m` does."""
    return [sys.executable, "-m", *arguments]


def memory_mib(pid: int, field: str = "VmRSS") -> float:
    """Return the resident memory of a process, or its peak (`VmHWM`)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
    return round(int(line.split()[1]) / 1024, 1)


@dataclass(frozen=True)
class Process:
    """A running program, leader of its own process group; `log` holds its output."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """The process id."""
        return self.popen.pid

    def exit_code(self) -> int | None:
        """Return its exit code, a signal as a negative number; None while it runs."""
        return self.popen.poll()

    def cpu_seconds(self) -> float:
        """Return the CPU time of all its threads since it started, from the kernel's clock of the process."""
        return time.clock_gettime_ns(~self.pid << 3 | _SCHEDULER_CLOCK) / 1e9

    def rss_mib(self) -> float:
        """Return its resident memory."""
        return memory_mib(self.pid)

    def descriptors(self) -> int:
        """Return the number of its open files and connections."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and to all processes that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send(signal.SIGKILL)
        self.popen.wait()

    def lines(self) -> list[str]:
        """Return the lines of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()


@dataclass(frozen=True)
class Server:
    """A process that answers on a port."""

    process: Process
    address: Address


class Processes:
    """Starts processes and ends all of them when the context is left; their logs are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running = ExitStack()
        self._started: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def start(
        self, name: str, command: Sequence[str], environ: Mapping[str, str] | None = None, *, cpu: int | None = None
    ) -> Process:
        """Start a program, pinned to one processor if `cpu` is given.

        The kernel ends it with the thread that started it, so that it does not outlive a killed scenario.
        """
        log = self.folder / f"{len(self._started):02}-{name}.log"
        pinned = [] if cpu is None else [tool("taskset", "util-linux"), "--cpu-list", str(cpu)]
        with log.open("wb") as output:
            popen = subprocess.Popen(  # noqa: S603  # nosec B603  # nothing of it comes from outside
                [tool("setpriv", "util-linux"), "--pdeathsig", "KILL", *pinned, *command],
                cwd=ROOT,
                env=environment(environ or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self._started.append(process)
        self._running.callback(process.kill)
        return process

    def serve(self, name: str, command: Sequence[str], address: Address, environ: Mapping[str, str]) -> Server:
        """Start a server and wait until its health check is answered 200; raise StartError if it never is."""
        process = self.start(name, command, environ)
        wait_until_healthy(process, address)
        return Server(process, address)

    def tracebacks(self) -> int:
        """Count the tracebacks and errors in all logs."""
        return sum(_is_fault(line) for process in self._started for line in process.lines())


def wait_until_healthy(process: Process, address: Address, path: str = "/health") -> None:
    """Return when `GET path` is answered 200; raise StartError if the process ends or takes too long."""
    end = time.monotonic() + _START_SECONDS
    while not _is_healthy(address, path):
        if process.exit_code() is not None or time.monotonic() > end:
            tail = "\n".join(process.lines())[-_TAIL_CHARACTERS:]
            raise StartError(f"{process.name} is not healthy on port {address.port}: {tail}")
        time.sleep(0.002)


def _is_healthy(address: Address, path: str) -> bool:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", address.prefix + path)
        return connection.getresponse().status == http.client.OK
    return False


def _is_fault(line: str) -> bool:
    """Whether a log line is a traceback or an error; a warning may quote the traceback of another hop."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line.startswith("Traceback (most recent call last)")
    return isinstance(entry, dict) and entry.get("level") in {"error", "critical"}
