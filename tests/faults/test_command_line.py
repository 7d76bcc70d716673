"""`python -m lab.faults` ends cleanly at any moment, and names a missing program."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.processes import ROOT

COMMAND = [sys.executable, "-m", "lab.faults", "--short", "--only"]


@pytest.mark.parametrize("started_by", [[], ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]], ids=["shell", "background"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_every_process(tmp_path: Path, number: signal.Signals, started_by: list[str]) -> None:
    """No process and no traceback is left, also where a shell started the tool with SIGINT ignored."""
    command = [*started_by, *COMMAND, "1", "--logs", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT) as run:  # noqa: S603  # our own
        started = _wait_for_children(run.pid)
        run.send_signal(number)
        _, errors = run.communicate(timeout=60)
    assert 1 == run.returncode
    assert b"faults: " in errors.splitlines()[-1]
    assert b"Traceback" not in errors
    end = time.monotonic() + 30
    while any(_parent(pid) is not None for pid in started) and time.monotonic() < end:
        time.sleep(0.05)  # the kernel kills a process that had just been started
    assert [] == [pid for pid in started if _parent(pid) is not None]


def test_a_missing_program_fails_the_scenario_by_its_name(tmp_path: Path) -> None:
    """A scenario that cannot run is not skipped."""
    environ = {**os.environ, "PATH": str(tmp_path)}
    run = subprocess.run([*COMMAND, "4"], env=environ, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603  # our own
    assert 1 == run.returncode
    assert "is not installed: apt-get install " in run.stderr


@pytest.mark.parametrize("only", ["6", "0,1", "x", ""])
def test_an_unknown_scenario_is_refused(only: str) -> None:
    """A mistyped number runs nothing."""
    run = subprocess.run([*COMMAND, only], capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603  # our own
    assert 2 == run.returncode
    assert "--only" in run.stderr


def _wait_for_children(pid: int) -> list[int]:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
        if children := [child for child in found if _parent(child) == pid]:
            return children
        time.sleep(0.05)
    raise AssertionError("nothing was started")


def _parent(pid: int) -> int | None:
    """Return the parent of a process; None if it has ended."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(parent)
