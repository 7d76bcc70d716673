"""Lambda handlers as processes: the CPU of a warm event, what a cold start takes, and the memory at its peak."""

import json
import os
import subprocess  # nosec B404  # functions are processes
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from lab.bench.events import event
from lab.bench.processes import AWS, environment

_ROOT: Final = Path(__file__).resolve().parents[2]
_ONCE: Final = str(_ROOT / "lab" / "bench" / "once.py")


@dataclass(frozen=True)
class Function:
    """A handler, `module:attribute`, the path of the event it is asked with, and what it finds in the environment."""

    name: str
    handler: str
    path: str
    environ: Mapping[str, str]


class Start(NamedTuple):
    """A cold start: seconds of the clock and of CPU from the fork of the interpreter to its end, and peak memory."""

    seconds: float
    cpu_seconds: float
    memory_mb: float


class Worker:
    """A warm function."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def cpu_seconds(self, times: int) -> float:
        """Run the event `times` and return the CPU that they took; raise RuntimeError if one of them failed."""
        assert self._process.stdin is not None  # noqa: S101  # nosec B101  # it is a pipe
        assert self._process.stdout is not None  # noqa: S101  # nosec B101  # as above
        self._process.stdin.write(f"{times}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the function failed; it said why above")
        return float(answer)

    def peak_memory_mb(self) -> float:
        """Return the most memory that it ever had."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024


@contextmanager
def warm(function: Function) -> Iterator[Worker]:
    """Keep a function ready while the context lasts."""
    process = subprocess.Popen(  # noqa: S603  # nosec B603  # a module of ours
        [sys.executable, "-m", "lab.bench.worker", function.handler],
        env=_environ(function),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdin is not None  # noqa: S101  # nosec B101  # it is a pipe
        process.stdin.write(json.dumps(event(function.path)) + "\n")
        yield Worker(process)
    finally:
        process.communicate()


def cold(function: Function, packaged: Sequence[Path] = ()) -> Start:
    """Start an interpreter, import the handler, answer one event, and end; raise RuntimeError if that fails.

    `packaged` are the folders to find everything in, as that of an unpacked zip; else it is this environment.
    """
    options = ["-P", "-S"] if packaged else ["-P"]
    command = [sys.executable, *options, _ONCE, function.handler, json.dumps(event(function.path))]
    environ = {**_environ(function), "PYTHONPATH": os.pathsep.join(map(str, packaged or [_ROOT]))}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603  # nosec B603  # as above
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{function.name} failed at its first event")
    return Start(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _environ(function: Function) -> dict[str, str]:
    return {**environment(AWS), **function.environ}
