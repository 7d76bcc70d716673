"""A process can be limited to a share of a processor."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.faults.quota import limited
from lab.processes import Process, Processes

BUSY = [sys.executable, "-c", "while True: pass"]


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Process]:
    """Give a process that uses all the CPU that it gets."""
    with Processes(tmp_path) as processes:
        yield processes.start("busy", BUSY)


def test_a_limited_process_gets_its_share_at_most(busy: Process) -> None:
    """Other work on the machine can only take from the share, and the method is named."""
    with limited(busy, 0.25) as method:
        before, started = busy.cpu_seconds(), time.monotonic()
        time.sleep(1)
        used, elapsed = busy.cpu_seconds() - before, time.monotonic() - started
    assert method in {"cgroup quota", "SIGSTOP and SIGCONT, 100 ms period"}
    if method == "cgroup quota":
        assert used < 0.5 * elapsed


def test_without_cgroups_signals_limit_a_process_and_let_it_go_in_the_end(busy: Process) -> None:
    """The process is stopped and continued, and is not left stopped."""
    with limited(busy, 0.25, cgroups=()) as method:
        end = time.monotonic() + 30
        while state(busy) != "T" and time.monotonic() < end:
            time.sleep(0.005)
        assert "T" == state(busy)
    assert "SIGSTOP and SIGCONT, 100 ms period" == method
    assert "T" != state(busy)


def test_a_process_may_end_while_it_is_limited(busy: Process) -> None:
    """A scenario that kills it leaves no error."""
    with limited(busy, 0.25, cgroups=()):
        busy.send(signal.SIGKILL)


def state(process: Process) -> str:
    """Return the kernel's state of a process: R for running, T for stopped."""
    return Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
