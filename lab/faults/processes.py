"""Processes that are started for a scenario, watched, and ended with it, whatever happens."""

import json
import os
import shutil
import signal
import socket
import subprocess  # nosec B404  # runs the parts, and tools of this machine
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
# What of the runner's environment a process may see; all else is said by the scenario.
_KEPT: Final = ("HOME", "LANG", "PATH", "TMPDIR")
_KIB_OF_A_MIB: Final = 1024


class MissingToolError(Exception):
    """A program that a scenario needs is not installed; the message names it and how to get it."""


def tool(name: str) -> str:
    """Return the path of a program of the system; raise MissingToolError if it is not there."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise MissingToolError(f"{name} is not installed: apt-get install {name}")
    return path


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


class Process:
    """A running program, leader of a process group of its own; `log` has all that it printed."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        """Its number."""
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        return self._popen.poll() is None

    def rss_mib(self) -> float:
        """Return how much memory it holds."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return round(int(line.split()[1]) / _KIB_OF_A_MIB, 1)

    def descriptors(self) -> int:
        """Return how many files and connections it has open."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def exit_code(self) -> int | None:
        """Return the code with which it ended, a signal as its negative number; None while it runs."""
        return self._popen.poll()

    def kill(self) -> None:
        """End it at once."""
        self.send(signal.SIGKILL)
        self._popen.wait()

    def tracebacks(self) -> int:
        """Return how many tracebacks it printed, and errors it logged."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return sum(map(_is_fault, lines))


class Processes:
    """Starts processes, and ends all of them when it is left; their logs are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running = ExitStack()
        self._started: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def start(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str] | None = None,
        *,
        cpu: int | None = None,
    ) -> Process:
        """Start a program, bound to one processor if `cpu` says so; it ends with this process, even a killed one."""
        log = self.folder / f"{len(self._started):02}-{name}.log"
        bound = [] if cpu is None else [tool("taskset"), "--cpu-list", str(cpu)]
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        with log.open("wb") as output:
            popen = subprocess.Popen(  # noqa: S603  # nosec B603  # nothing of it comes from outside
                [tool("setpriv"), "--pdeathsig", "KILL", *bound, *command],
                cwd=ROOT,
                env={**kept, "PYTHONWARNINGS": "ignore", **(environ or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self._started.append(process)
        self._running.callback(process.kill)
        return process

    def python(self, name: str, *arguments: str, environ: Mapping[str, str], cpu: int | None = None) -> Process:
        """Start a module of Python's, as `python -m` does."""
        return self.start(name, [sys.executable, "-m", *arguments], environ, cpu=cpu)

    def tracebacks(self) -> int:
        """Return how many tracebacks and errors there are in all logs."""
        return sum(process.tracebacks() for process in self._started)


def _is_fault(line: str) -> bool:
    """Tell whether a log line is a fault of the program; a warning may show what somebody else's answer raised."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line.startswith("Traceback (most recent call last)")
    return isinstance(entry, dict) and entry.get("level") in {"error", "critical"}
