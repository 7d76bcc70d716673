"""The process manager: processes end with their scenario, and failures to start are explained."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.connection import Address
from lab.processes import ROOT, MissingToolError, Process, Processes, StartError, free_port, memory_mib, python, tool

SLEEP = ("-c", "import time; time.sleep(60)")
# Starts a process as a scenario does, prints its id, and is killed before it can clean up.
CARELESS = """
import sys, pathlib, time
from lab.processes import Processes
with Processes(pathlib.Path(sys.argv[1])) as processes:
    process = processes.start("sleep", [sys.executable, "-c", "print(1, flush=True); import time; time.sleep(60)"])
    while not process.log.read_bytes():
        time.sleep(0.02)
    print(process.pid, flush=True)
    time.sleep(60)
"""


def test_processes_end_with_the_scenario(tmp_path: Path) -> None:
    """An exception in the scenario ends its processes too."""
    started: list[Process] = []

    def scenario() -> None:
        with Processes(tmp_path) as processes:
            started.extend(processes.start("sleep", [sys.executable, *SLEEP]) for _ in range(2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scenario()
    assert [-signal.SIGKILL] * 2 == [process.exit_code() for process in started]


def test_processes_end_with_a_killed_scenario(tmp_path: Path) -> None:
    """The kernel ends them where the scenario cannot."""
    command = [sys.executable, "-c", CARELESS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as scenario:  # noqa: S603  # our own
        assert scenario.stdout is not None
        pid = int(scenario.stdout.readline())
        scenario.kill()
    end = time.monotonic() + 30
    while _is_running(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _is_running(pid)


def test_a_signal_reaches_the_process(tmp_path: Path) -> None:
    """SIGTERM ends it, and the exit code is the signal's."""
    with Processes(tmp_path) as processes:
        process = processes.start("sleep", [sys.executable, *SLEEP])
        process.send(signal.SIGTERM)
        assert wait_for_exit(process, 30)
        assert -signal.SIGTERM == process.exit_code()


def test_memory_and_descriptors_come_from_the_kernel(tmp_path: Path) -> None:
    """They show 50 MiB and 20 open files."""
    code = "x = b'x' * 50 * 2**20; files = [open('/dev/null') for _ in range(20)]; print(1, flush=True); "
    with Processes(tmp_path) as processes:
        process = processes.start("large", [sys.executable, "-c", code + "import time; time.sleep(60)"])
        while not process.log.read_bytes():
            time.sleep(0.02)
        assert 50 <= process.rss_mib() < 100
        assert memory_mib(process.pid, "VmHWM") >= 50
        assert 23 <= process.descriptors() < 30


def test_tracebacks_in_logs_are_counted(tmp_path: Path) -> None:
    """A printed traceback counts, and a logged error; a warning that quotes another hop's traceback does not."""
    lines = [{"level": "error"}, {"level": "warning", "exception": "Traceback (most recent call last)"}]
    code = f"print({json.dumps(lines[0])!r}); print({json.dumps(lines[1])!r}, flush=True); 1 / 0"
    with Processes(tmp_path) as processes:
        process = processes.start("faulty", [sys.executable, "-c", code])
        assert wait_for_exit(process, 30)
        assert 2 == processes.tracebacks()


def test_a_process_can_be_pinned_to_a_processor(tmp_path: Path) -> None:
    """The load generator and the service do not compete for one."""
    cpu = min(os.sched_getaffinity(0))
    with Processes(tmp_path) as processes:
        process = processes.start("bound", [sys.executable, *SLEEP], cpu=cpu)
        end = time.monotonic() + 30
        while os.sched_getaffinity(process.pid) != {cpu} and time.monotonic() < end:
            time.sleep(0.02)
        assert {cpu} == os.sched_getaffinity(process.pid)


def test_a_server_that_ends_at_its_start_is_reported_with_its_log(tmp_path: Path) -> None:
    """The reason is in the error, not in a file that is gone."""
    with Processes(tmp_path) as processes, pytest.raises(StartError, match="No module named no_such_module"):
        processes.serve("absent", python("no_such_module"), Address(free_port()), {})


def test_a_missing_tool_is_named() -> None:
    """The error names the program and how to install it."""
    with pytest.raises(MissingToolError, match="apt-get install no-such-tool"):
        tool("no-such-tool")


def test_free_ports_differ() -> None:
    """Two hops that start side by side get different ports."""
    assert free_port() != free_port()


def wait_for_exit(process: Process, seconds: float) -> bool:
    """Whether a process ends within some seconds."""
    end = time.monotonic() + seconds
    while process.exit_code() is None and time.monotonic() < end:
        time.sleep(0.02)
    return process.exit_code() is not None


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
