"""Strict type checks of a consumer's script and of the installed package."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.requirements import not_tested
from tests.sdk.installed import PROJECT, ROOT, Environment

CONSUMERS = Path(__file__).parent / "consumers"
STRICT = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}


def marked() -> set[int]:
    """Return the lines of bad.py that are wrong."""
    lines = (CONSUMERS / "bad.py").read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}


@pytest.fixture(scope="module")
def mypy(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the output of `mypy --strict` for each consumer and for the package."""
    folder = tmp_path_factory.mktemp("mypy")
    for script in CONSUMERS.glob("*.py"):
        shutil.copy(script, folder)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--python-executable",
        str(environment.python),
    ]
    command += ["--cache-dir", str(folder / "cache")]
    return {
        "good": environment.run(*command, "good.py", cwd=folder, status=None).stdout,
        "bad": environment.run(*command, "bad.py", cwd=folder, status=None).stdout,
        "package": environment.run(*command, "-p", PROJECT, cwd=folder, status=None).stdout,
    }


def test_mypy_strict_is_content_with_a_consumer(mypy: dict[str, str]) -> None:
    """A consumer's script checks against the installed wheel."""
    assert "Success: no issues found in 1 source file\n" == mypy["good"]


def test_mypy_strict_is_content_with_the_package(mypy: dict[str, str]) -> None:
    """The generated modules and the runtime check."""
    assert mypy["package"].startswith("Success: no issues found")


def test_mypy_finds_mistakes(mypy: dict[str, str]) -> None:
    """The types reject each marked mistake and nothing else."""
    found = {int(number) for number in re.findall(r"^bad\.py:(\d+): error", mypy["bad"], re.MULTILINE)}
    assert marked() == found


def test_pyright_strict_is_content_with_consumer_and_package(environment: Environment, tmp_path: Path) -> None:
    """Pyright reports the marked mistakes only; npm downloads pyright once, into the cache of this repository."""
    for script in CONSUMERS.glob("*.py"):
        shutil.copy(script, tmp_path)
    shutil.copytree(environment.site_packages / PROJECT, tmp_path / PROJECT)  # installed packages are not reported on
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")
    cache = {"PYRIGHT_PYTHON_CACHE_DIR": str(ROOT / ".cache" / "pyright"), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    command = ["pyright", "--outputjson", "--pythonpath", str(environment.python), str(tmp_path)]
    done = environment.run(*command, cwd=tmp_path, status=None, **cache)
    if not done.stdout:
        not_tested("pyright", done.stderr[-500:])
    errors = [
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in json.loads(done.stdout)["generalDiagnostics"]
    ]
    assert {("bad.py", number) for number in marked()} == set(errors)
