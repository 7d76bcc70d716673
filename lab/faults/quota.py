"""Limits a process to a share of a processor, as a Fargate task of 0.25 vCPU has it."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from lab.processes import Process

Cgroups = Sequence[tuple[Path, Mapping[str, str]]]
Stop = Callable[[], None]

PERIOD_SECONDS: Final = 0.1
_PERIOD_US: Final = 100_000
# Mount points of cgroups with a CPU controller, version 2 and 1, and the settings of the group. The largest weight lets
# it have its share on a busy machine.
CGROUPS: Final[Cgroups] = (
    (Path("/sys/fs/cgroup"), {"cpu.max": "{quota} {period}", "cpu.weight": "10000"}),
    (
        Path("/sys/fs/cgroup/cpu"),
        {"cpu.cfs_period_us": "{period}", "cpu.cfs_quota_us": "{quota}", "cpu.shares": "262144"},
    ),
)


@contextlib.contextmanager
def limited(process: Process, share: float, cgroups: Cgroups = CGROUPS) -> Iterator[str]:
    """Limit a process while the context lasts, and give the name of the method.

    A cgroup quota where one can be set, else a scheduler that stops the process for the rest of each period.
    """
    method, end = _in_cgroup(process, share, cgroups) or _by_signals(process, share)
    try:
        yield method
    finally:
        end()


def _in_cgroup(process: Process, share: float, cgroups: Cgroups) -> tuple[str, Stop] | None:
    for root, files in cgroups:
        group = root / f"lab-{process.pid}"
        if not any((root / name).exists() for name in ("cgroup.procs", "cgroup.controllers")):
            continue
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            for name, text in files.items():
                quota = text.format(quota=round(share * _PERIOD_US), period=_PERIOD_US)
                with (group / name).open("r+", encoding="ascii") as file:  # never creates one
                    file.write(quota)
            (group / "cgroup.procs").write_text(str(process.pid), encoding="ascii")
        except OSError:
            group.rmdir()
            continue
        return "cgroup quota", lambda: _leave(process, root, group)  # noqa: B023  # returned in the same round
    return None


def _leave(process: Process, root: Path, group: Path) -> None:
    with contextlib.suppress(OSError):  # the process may have ended
        (root / "cgroup.procs").write_text(str(process.pid), encoding="ascii")
    with contextlib.suppress(OSError):
        group.rmdir()


def _by_signals(process: Process, share: float) -> tuple[str, Stop]:
    ending = threading.Event()

    def schedule() -> None:
        while process.is_running and not ending.wait(PERIOD_SECONDS * share):
            process.send(signal.SIGSTOP)
            ending.wait(PERIOD_SECONDS * (1 - share))
            process.send(signal.SIGCONT)

    thread = threading.Thread(target=schedule)
    thread.start()

    def end() -> None:
        ending.set()
        thread.join()

    return "SIGSTOP and SIGCONT, 100 ms period", end
