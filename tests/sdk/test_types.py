"""What type checkers say of a consumer's script, and of the packages themselves, as they are installed."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.requirements import not_tested
from tests.sdk.installed import PROJECTS, ROOT, Environment

CONSUMERS = Path(__file__).parent / "consumers"
STRICT = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}


def marked() -> set[int]:
    """Return the lines of bad.py that are wrong."""
    lines = (CONSUMERS / "bad.py").read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}


@pytest.fixture(scope="module")
def mypy(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what `mypy --strict` says of each consumer, and of the packages."""
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
    packages = [each for project in PROJECTS for each in ("-p", project)]
    return {
        "good": environment.run(*command, "good.py", cwd=folder, status=None).stdout,
        "bad": environment.run(*command, "bad.py", cwd=folder, status=None).stdout,
        "packages": environment.run(*command, *packages, cwd=folder, status=None).stdout,
    }


def test_mypy_strict_is_content_with_a_consumer(mypy: dict[str, str]) -> None:
    """Against the installed wheels, which are typed."""
    assert "Success: no issues found in 1 source file\n" == mypy["good"]


def test_mypy_strict_is_content_with_the_packages(mypy: dict[str, str]) -> None:
    """The generated part and the hand-written one."""
    assert mypy["packages"].startswith("Success: no issues found")


def test_mypy_finds_mistakes(mypy: dict[str, str]) -> None:
    """Types that let everything pass would be of no use."""
    found = {int(number) for number in re.findall(r"^bad\.py:(\d+): error", mypy["bad"], re.MULTILINE)}
    assert marked() == found


def test_pyright_strict_is_content_with_consumer_and_packages(environment: Environment, tmp_path: Path) -> None:
    """And finds the mistakes; npm fetches pyright once, into the cache of this repository."""
    for script in CONSUMERS.glob("*.py"):
        shutil.copy(script, tmp_path)
    for project in PROJECTS:  # installed packages are not reported on
        shutil.copytree(environment.site_packages / project, tmp_path / project)
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
