"""Builds the zips that Lambda runs: the same bytes from the same sources, for each builder and at any time."""

import json
import os
import shutil
import subprocess  # nosec B404  # the compiler is a command
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.deploy.dependencies import install, prune

ROOT: Final = Path(__file__).resolve().parents[2]
# The Python of Lambda's runtime; infra/terraform reads the same file.
PYTHON: Final[str] = json.loads((ROOT / "infra" / "runtime.json").read_text(encoding="utf-8"))["python"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_READABLE: Final = 0o100644 << 16
_PRINT_PYTHON: Final = "import sys; print(*sys.version_info[:2], sep='.'); print(sys.executable)"


@dataclass(frozen=True)
class Function:
    """A Lambda function: its name on AWS, the folders that it carries, and the lock file of its dependencies."""

    name: str
    folders: tuple[str, ...]
    lock: str


FUNCTIONS: Final = (
    Function("query-lambda", ("query_lambda", "common"), "requirements/query-lambda.txt"),
    Function("query-result-lambda", ("result_lambda", "common"), "requirements/result-lambda.txt"),
)
TRACING_LOCK: Final = "requirements/tracing.txt"


class CompileError(RuntimeError):
    """A module does not compile; the message names it."""


def build(function: Function, into: Path, python: str = PYTHON) -> Path:
    """Write `<into>/<name>.zip` for Lambda's Python `python`, and return its path.

    The zip has bytecode if `interpreter` finds that Python. Raises InstallError and CompileError.
    """
    with _staged() as staged:
        install(ROOT / function.lock, staged, python)
        prune(staged)
        for folder in function.folders:
            shutil.copytree(ROOT / folder, staged / folder, ignore=shutil.ignore_patterns("__pycache__"))
        _compile(staged, "/var/task", python)
        return _pack(staged, into / f"{function.name}.zip")


def build_tracing_layer(into: Path, python: str = PYTHON) -> Path:
    """Write `<into>/tracing-layer.zip`, the Lambda layer with OpenTelemetry for both functions, and return its path.

    Raises InstallError and CompileError.
    """
    with _staged() as staged:
        installed = staged / "python"  # Lambda has /opt/python on the path
        install(ROOT / TRACING_LOCK, installed, python)
        shutil.rmtree(installed / "bin", ignore_errors=True)
        _compile(staged, "/opt", python)
        return _pack(staged, into / "tracing-layer.zip")


def interpreter(python: str = PYTHON) -> str | None:
    """Return the path of an interpreter of that version: this one, or one on the PATH; None if there is neither."""
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    command = shutil.which(f"python{python}")
    if command is None:
        return None
    done = subprocess.run(  # noqa: S603  # nosec B603  # the version is ours
        [command, "-c", _PRINT_PYTHON],
        env={**os.environ, "PYENV_VERSION": python},  # pyenv puts a command on the PATH for each version it manages
        capture_output=True,
        errors="replace",
        check=False,
    )
    version, _, path = done.stdout.strip().partition("\n")
    return path if version == python else None


@contextmanager
def _staged() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _compile(staged: Path, home: str, python: str) -> None:
    """Write bytecode beside the sources, since Lambda's disk is read-only and each cold start would compile them.

    Python does not compare it with the sources' times, which a zip does not keep. Its tracebacks name files below
    `home`. A process of its own compiles: the bytes for a string depend on the other strings in the process.
    """
    command = interpreter(python)
    if command is None:
        return
    done = subprocess.run(  # noqa: S603  # nosec B603  # nothing of it comes from outside
        [command, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", staged, "-p", home, staged],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise CompileError(f"a module does not compile:\n{done.stdout}{done.stderr}")


def _pack(staged: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in staged.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(staged).as_posix(), _EPOCH)
            entry.external_attr = _READABLE
            entry.create_system = 3  # Unix, also if it is built on another system
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return target
