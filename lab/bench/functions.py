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
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from lab.bench.measurement import PATHS, Effort, event, in_turns, ratios, spread
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
    """A function that is ready for more events while the context lasts."""

    def __init__(self, handler: Handler) -> None:
        environ = environment({**AWS, **handler.environ, "PYTHONPATH": str(ROOT)})
        self._process = subprocess.Popen(  # noqa: S603  # nosec B603  # a module of ours
            handler.command(), env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def cpu_us(self, times: int) -> float:
        """Run the event `times` and return the CPU microseconds of one; raise RuntimeError if one of them failed."""
        assert self._process.stdin is not None  # noqa: S101  # nosec B101  # it is a pipe
        assert self._process.stdout is not None  # noqa: S101  # nosec B101  # as above
        self._process.stdin.write(f"{times}\n")
        self._process.stdin.flush()
        seconds = self._process.stdout.readline()
        if not seconds:
            raise RuntimeError("the function failed; its error is above")
        return float(seconds) / times * 1e6

    def peak_memory_mb(self) -> float:
        """Return its peak memory."""
        return memory_mib(self._process.pid, "VmHWM")


def cold(handler: Handler, packaged: Sequence[Path] = ()) -> float:
    """Return the CPU milliseconds of an interpreter that imports the handler, answers one event, and ends.

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
    return (usage.ru_utime + usage.ru_stime) * 1e3


def handlers(name: str, size: str, upstream: str) -> dict[str, Handler]:
    """Return the product's handler, the peer's and the bare call by role, each invoked for a page of `size` records."""
    environ = {
        "NOTIFICATION_TABLE": "notification-records",
        "DYNAMODB_ENDPOINT_URL": f"{upstream}{DYNAMODB}/{size}",
        "SERVICE_URL": f"{upstream}{SERVICE}",
        "BOTO_DISABLE_CRT": "true",  # awscrt is in this environment for the service, and not in Lambda's
    }
    asked = event(PATHS[size])
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


def _measured(name: str, upstream: str, effort: Effort) -> dict[str, Any]:
    result: dict[str, Any] = {role: {"cpu_us": {}, "ratio_to_bare": {}} for role in ROLES[name]}
    for size in PATHS:
        with ExitStack() as stack:
            asked = handlers(name, size, upstream)
            functions = {role: stack.enter_context(Warm(handler)) for role, handler in asked.items()}
            measures = {role: partial(function.cpu_us, effort.events) for role, function in functions.items()}
            taken = in_turns(measures, effort.rounds)
            for role, function in functions.items():
                result[role]["cpu_us"][size] = spread(taken[role])
                result[role]["ratio_to_bare"][size] = spread(ratios(taken, role, "bare"))
                result[role]["memory_mb"] = function.peak_memory_mb()
    asked = handlers(name, "10", upstream)
    used = in_turns({role: partial(cold, handler) for role, handler in asked.items()}, effort.cold_starts)
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
    kinds = {"compiled": ("ours", (compiled,)), "sources only": ("ours", (bare,)), "peer": ("peer", _HERE)}
    used = in_turns({kind: partial(cold, asked[role], on) for kind, (role, on) in kinds.items()}, starts)
    return {
        "zip_mb": archive.stat().st_size / 1e6,
        "unpacked_mb": sum(path.stat().st_size for path in compiled.rglob("*") if path.is_file()) / 1e6,
        "cold_cpu_ms": {kind: spread(milliseconds) for kind, milliseconds in used.items()},
        "cold_ratio_to_peer": spread(ratios(used, "compiled", "peer")),
    }


def _compile() -> None:
    """Write the bytecode of the product and the peers, in case the environment keeps Python from doing so."""
    for folder in ("lab", "common", "query_lambda", "result_lambda"):
        compileall.compile_dir(ROOT / folder, quiet=1)
