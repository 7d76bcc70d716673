"""The two Lambda functions beside their peers: cold starts, the CPU of a warm event, and the packages."""

import compileall
import json
import os
import shutil
import subprocess  # nosec B404  # functions are processes
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lab.bench import queries
from lab.bench.rounds import Effort, ratios, spread
from lab.bench.services import AWS
from lab.processes import ROOT, environment, memory_mib
from lab.stub import DYNAMODB, SERVICE
from tools.deploy import packages

_INVOKE: Final = str(ROOT / "lab" / "bench" / "invoke.py")
# The product's function, one written with a framework, and the one call that neither can do without.
ROLES: Final = {
    "result_lambda": {
        "ours": "result_lambda.handler",
        "peer": "lab.bench.peers.powertools_result",
        "bare": "lab.bench.peers.bare_dynamodb",
    },
    "query_lambda": {
        "ours": "query_lambda.handler",
        "peer": "lab.bench.peers.powertools_query",
        "bare": "lab.bench.peers.bare_urllib3",
    },
}
_PACKAGES: Final = {"query_lambda": "query-lambda", "result_lambda": "query-result-lambda"}
# The peer has no package: it finds its modules in this environment.
_HERE: Final = (ROOT, Path(sysconfig.get_path("purelib")))


@dataclass(frozen=True)
class Handler:
    """A handler `module:attribute`, the event it is invoked with, and its environment."""

    name: str
    event: Mapping[str, Any]
    environ: Mapping[str, str]

    def command(self, *options: str) -> list[str]:
        """Return the command that runs it."""
        return [sys.executable, *options, _INVOKE, self.name, json.dumps(self.event)]


class Warm:
    """A function that is ready for more events."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def cpu_seconds(self, times: int) -> float:
        """Run the event `times` and return the CPU that they took; raise RuntimeError if one of them failed."""
        assert self._process.stdin is not None  # noqa: S101  # nosec B101  # it is a pipe
        assert self._process.stdout is not None  # noqa: S101  # nosec B101  # as above
        self._process.stdin.write(f"{times}\n")
        self._process.stdin.flush()
        seconds = self._process.stdout.readline()
        if not seconds:
            raise RuntimeError("the function failed; its error is above")
        return float(seconds)

    def peak_memory_mb(self) -> float:
        """Return the most memory that it ever had."""
        return memory_mib(self._process.pid, "VmHWM")


@contextmanager
def warm(handler: Handler) -> Iterator[Warm]:
    """Keep a function ready while the context lasts."""
    environ = environment({**AWS, **handler.environ, "PYTHONPATH": str(ROOT)})
    process = subprocess.Popen(  # noqa: S603  # nosec B603  # a module of ours
        handler.command(), env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Warm(process)
    finally:
        process.communicate()


def cold(handler: Handler, packaged: Sequence[Path] = ()) -> float:
    """Return the CPU seconds of an interpreter that imports the handler, answers one event, and ends.

    Raises RuntimeError if that fails.
    `packaged` are the only folders on its path, like the unpacked zip on Lambda; without, it is this environment.
    """
    options = ["-P", "-S"] if packaged else ["-P"]
    own = {"PYTHONPATH": os.pathsep.join(map(str, packaged or [ROOT])), "PYTHONDONTWRITEBYTECODE": "1"}
    environ = environment({**AWS, **handler.environ, **own, "PYTHONNOUSERSITE": "1"})
    process = subprocess.Popen(  # noqa: S603  # nosec B603  # as above
        handler.command(*options), env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{handler.name} failed at its first event")
    return usage.ru_utime + usage.ru_stime


def handlers(name: str, size: str, upstream: str) -> dict[str, Handler]:
    """Return the product's handler, the peer's and the bare call by role, each invoked for a page of `size` records."""
    environ = {
        "NOTIFICATION_TABLE": "notification-records",
        "DYNAMODB_ENDPOINT_URL": f"{upstream}{DYNAMODB}/{size}",
        "QUERY_SERVICE_URL": f"{upstream}{SERVICE}",
        "BOTO_DISABLE_CRT": "true",  # awscrt is in this environment for the service, and not in Lambda's
    }
    asked = queries.event(queries.PATHS[size])
    return {role: Handler(f"{module}:lambda_handler", asked, environ) for role, module in ROLES[name].items()}


def measure(upstream: str, effort: Effort) -> dict[str, Any]:
    """Measure both functions; `upstream` is the stub's address."""
    _compile()
    return {name: _measured(name, upstream, effort) for name in ROLES}


def measure_packages(upstream: str, starts: int) -> dict[str, Any]:
    """Build both packages; start each with its bytecode, without it, and the peer, in turns."""
    _compile()
    with tempfile.TemporaryDirectory() as folder:
        return {name: _packaged(name, Path(folder), upstream, starts) for name in ROLES}


def cpu(functions: Mapping[str, Warm], effort: Effort) -> dict[str, list[float]]:
    """Return the CPU microseconds an event by role, a figure for each round; roles take turns."""
    taken: dict[str, list[float]] = {role: [] for role in functions}
    for number in range(effort.rounds + 1):
        for role, function in functions.items():
            seconds = function.cpu_seconds(effort.events)
            if number:  # the first round warms up
                taken[role].append(seconds / effort.events * 1e6)
    return taken


def _measured(name: str, upstream: str, effort: Effort) -> dict[str, Any]:
    result: dict[str, Any] = {role: {"cpu_us": {}, "ratio_to_bare": {}} for role in ROLES[name]}
    for size in queries.PATHS:
        with ExitStack() as stack:
            asked = handlers(name, size, upstream)
            functions = {role: stack.enter_context(warm(handler)) for role, handler in asked.items()}
            taken = cpu(functions, effort)
            for role, function in functions.items():
                result[role]["cpu_us"][size] = spread(taken[role])
                result[role]["ratio_to_bare"][size] = spread(ratios(taken, role, "bare"))
                result[role]["memory_mb"] = function.peak_memory_mb()
    asked = handlers(name, "10", upstream)
    used = _cold_cpu({role: (handler, ()) for role, handler in asked.items()}, effort.cold_starts)
    for role in asked:
        result[role]["cold_cpu_ms"] = spread(used[role])
        result[role]["cold_ratio_to_peer"] = spread(ratios(used, role, "peer"))
    return result


def _packaged(name: str, folder: Path, upstream: str, starts: int) -> dict[str, Any]:
    function = next(each for each in packages.FUNCTIONS if each.name == _PACKAGES[name])
    archive = packages.build(function, folder)
    compiled, bare = folder / name, folder / f"{name}-sources"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(compiled)
    shutil.copytree(compiled, bare, ignore=shutil.ignore_patterns("__pycache__"))
    asked = handlers(name, "10", upstream)
    kinds = {
        "compiled": (asked["ours"], (compiled,)),
        "sources only": (asked["ours"], (bare,)),
        "peer": (asked["peer"], _HERE),
    }
    used = _cold_cpu(kinds, starts)
    return {
        "zip_mb": archive.stat().st_size / 1e6,
        "unpacked_mb": sum(path.stat().st_size for path in compiled.rglob("*") if path.is_file()) / 1e6,
        "cold_cpu_ms": {kind: spread(milliseconds) for kind, milliseconds in used.items()},
        "cold_ratio_to_peer": spread(ratios(used, "compiled", "peer")),
    }


def _cold_cpu(kinds: Mapping[str, tuple[Handler, Sequence[Path]]], starts: int) -> dict[str, list[float]]:
    """Return CPU milliseconds of cold starts by kind; kinds take turns, and the first turn fills the disk's cache."""
    used: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(starts + 1):
        for kind, (handler, folders) in kinds.items():
            seconds = cold(handler, folders)
            if number:
                used[kind].append(seconds * 1e3)
    return used


def _compile() -> None:
    """Write the bytecode of the product and the peers, in case the environment keeps Python from doing so."""
    for folder in ("lab", "common", "query_lambda", "result_lambda"):
        compileall.compile_dir(ROOT / folder, quiet=1)
