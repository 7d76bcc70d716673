"""A process can be limited to a share of a processor."""

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
    """Other work on the machine can only take from the share."""
    with limited(busy, 0.25) as is_limited:
        before, started = busy.cpu_seconds(), time.monotonic()
        time.sleep(1)
        used, elapsed = busy.cpu_seconds() - before, time.monotonic() - started
    if is_limited:
        assert used < 0.5 * elapsed


def test_a_machine_without_cgroups_limits_nothing(busy: Process, tmp_path: Path) -> None:
    """The process keeps running, and the caller knows."""
    with limited(busy, 0.25, {tmp_path: {"cpu.max": "{quota} {period}"}}) as is_limited:
        assert not is_limited
        assert busy.exit_code() is None


def test_a_process_may_end_while_it_is_limited(busy: Process) -> None:
    """A scenario that kills it leaves no error."""
    with limited(busy, 0.25):
        busy.kill()
