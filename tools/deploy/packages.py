"""Builds the zips that Lambda runs: the same bytes from the same sources, wherever and whenever they are built."""

import os
import shutil
import subprocess  # nosec B404  # the compiler and uv are commands
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.deploy import wheels
from tools.deploy.sources import own_files

ROOT: Final = Path(__file__).resolve().parents[2]
WHEELS: Final = ROOT / ".cache" / "wheels"

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
_READABLE: Final = 0o100644 << 16


@dataclass(frozen=True)
class Function:
    """A Lambda function: its name on AWS, its folder here, and the lock file of its dependencies."""

    name: str
    folder: str
    lock: str


FUNCTIONS: Final = (
    Function("query-lambda", "query_lambda", "requirements/query-lambda.txt"),
    Function("query-result-lambda", "result_lambda", "requirements/result-lambda.txt"),
)
TRACING_LOCK: Final = "requirements/tracing.txt"


class BuildError(RuntimeError):
    """A package cannot be built here; the message says what to do."""


def build(function: Function, into: Path, cache: Path = WHEELS) -> Path:
    """Write `<into>/<name>.zip` and return its path; dependencies are kept in `cache`.

    Raises BuildError if this Python is not the one that the bytecode is for, and DownloadError as `download` does.
    """
    _check_python()
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder)
        _stage(function, staged, cache)
        _compile(staged, "/var/task")
        return _pack(staged, into / f"{function.name}.zip")


def build_tracing_layer(into: Path) -> Path:
    """Write `<into>/tracing-layer.zip`, the Lambda layer with OpenTelemetry for both functions, and return its path.

    Raises BuildError as `build` does, or if the locked dependencies cannot be installed.
    """
    _check_python()
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder)
        python = staged / "python"  # Lambda has /opt/python on the path
        uv = Path(sys.executable).with_name("uv")
        target = ["--target", str(python), "--python-version", ".".join(map(str, wheels.PYTHON))]
        locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(ROOT / TRACING_LOCK)]
        done = subprocess.run(  # noqa: S603  # nosec B603  # nothing of it comes from outside
            [uv, "pip", "install", "--quiet", *target, "--python-platform", "x86_64-manylinux2014", *locked],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BuildError(f"the dependencies of the tracing layer cannot be installed:\n{done.stderr.strip()}")
        shutil.rmtree(python / "bin", ignore_errors=True)
        _compile(staged, "/opt")
        return _pack(staged, into / "tracing-layer.zip")


def _check_python() -> None:
    if sys.version_info[:2] != wheels.PYTHON:
        wanted = ".".join(str(part) for part in wheels.PYTHON)
        raise BuildError(f"packages are compiled for Python {wanted}: build them with it (make PYTHON=python{wanted})")


def _stage(function: Function, staged: Path, cache: Path) -> None:
    contents = [(path.as_posix(), (ROOT / path).read_bytes()) for path in own_files(ROOT, function.folder)]
    for wheel in wheels.download(ROOT / function.lock, cache):
        contents += wheels.files(wheel)
    for name, content in contents:
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _compile(staged: Path, home: str) -> None:
    """Write the bytecode beside the sources: Lambda's disk is read-only, so else it would be made at each cold start.

    It is not checked against the sources' times, which a zip does not keep. Its tracebacks name files below `home`. It
    is made in a process of its own: how a string is written depends on the other strings in the process.
    """
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    done = subprocess.run(  # noqa: S603  # nosec B603  # nothing of it comes from outside
        [*command, "-s", str(staged), "-p", home, str(staged)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"a module does not compile:\n{done.stdout}{done.stderr}")


def _pack(staged: Path, target: Path) -> Path:
    paths = sorted(path for path in staged.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(staged).as_posix(), _EPOCH)
            entry.external_attr = _READABLE
            entry.create_system = 3  # Unix, also where it is built on another system
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return target
