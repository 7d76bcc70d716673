"""Limits a process to a share of a processor, as a Fargate task of 0.25 vCPU has it."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from lab.processes import Process

_PERIOD_US: Final = 100_000
# Mount points of cgroups with a CPU controller, version 2 and 1, and the settings of the group. The largest weight lets
# it have its share on a busy machine.
CGROUPS: Final[Mapping[Path, Mapping[str, str]]] = {
    Path("/sys/fs/cgroup"): {"cpu.max": "{quota} {period}", "cpu.weight": "10000"},
    Path("/sys/fs/cgroup/cpu"): {
        "cpu.cfs_period_us": "{period}",
        "cpu.cfs_quota_us": "{quota}",
        "cpu.shares": "262144",
    },
}


@contextlib.contextmanager
def limited(process: Process, share: float, cgroups: Mapping[Path, Mapping[str, str]] = CGROUPS) -> Iterator[bool]:
    """Limit a process while the context lasts; give False where this machine lets nobody set a cgroup quota."""
    with contextlib.ExitStack() as limits:
        for root, files in cgroups.items():
            with contextlib.suppress(OSError):
                limits.enter_context(_in_cgroup(process, share, root, files))
                break
        else:
            yield False
            return
        yield True


@contextlib.contextmanager
def _in_cgroup(process: Process, share: float, root: Path, files: Mapping[str, str]) -> Iterator[None]:
    """Move a process to a group of its own; raise OSError if that is not possible here."""
    group = root / f"lab-{process.pid}"
    (root / "cgroup.procs").stat()
    group.mkdir()
    try:
        for name, text in files.items():
            with (group / name).open("r+", encoding="ascii") as file:  # never creates one
                file.write(text.format(quota=round(share * _PERIOD_US), period=_PERIOD_US))
        (group / "cgroup.procs").write_text(str(process.pid), encoding="ascii")
        yield
    finally:
        with contextlib.suppress(OSError):  # the process may have ended
            (root / "cgroup.procs").write_text(str(process.pid), encoding="ascii")
        with contextlib.suppress(OSError):
            group.rmdir()
