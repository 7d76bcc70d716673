"""Builds the zips that Lambda runs: the same bytes from the same sources, wherever and whenever they are built."""

import os
import subprocess  # nosec B404  # the compiler is a command
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


class BuildError(RuntimeError):
    """A package cannot be built here; the message says what to do."""


def build(function: Function, into: Path, cache: Path = WHEELS) -> Path:
    """Write `<into>/<name>.zip` and return its path; dependencies are kept in `cache`.

    Raises BuildError if this Python is not the one that the bytecode is for, and DownloadError as `download` does.
    """
    if sys.version_info[:2] != wheels.PYTHON:
        wanted = ".".join(str(part) for part in wheels.PYTHON)
        raise BuildError(f"packages are compiled for Python {wanted}: build them with it (make PYTHON=python{wanted})")
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder)
        _stage(function, staged, cache)
        _compile(staged)
        return _pack(staged, into / f"{function.name}.zip")


def _stage(function: Function, staged: Path, cache: Path) -> None:
    contents = [(path.as_posix(), (ROOT / path).read_bytes()) for path in own_files(ROOT, function.folder)]
    for wheel in wheels.download(ROOT / function.lock, cache):
        contents += wheels.files(wheel)
    for name, content in contents:
        target = staged / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _compile(staged: Path) -> None:
    """Write the bytecode beside the sources: Lambda's disk is read-only, so else it would be made at each cold start.

    It is not checked against the sources' times, which a zip does not keep, and says that it was made in /var/task. A
    process of its own makes it: what is written of a string depends on who else in the process uses it.
    """
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    done = subprocess.run(  # noqa: S603  # nosec B603  # nothing of it comes from outside
        [*command, "-s", str(staged), "-p", "/var/task", str(staged)],
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
