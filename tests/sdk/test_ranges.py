"""The declared ranges: the oldest and the newest version of each dependency, and each Python."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests.requirements import not_tested
from tests.sdk.harness import Script
from tests.sdk.installed import PROJECT, ROOT, Environment
from tests.sdk.scripted import scripted
from tests.sdk.test_types import CONSUMERS

REQUIRED = ("3.12", "3.13")
PYTHONS = (*REQUIRED, "3.14")  # the last one where it is installed: no distribution of CI has it yet


def oldest() -> dict[str, str]:
    """Return the pin of the oldest version of each dependency, by its name."""
    path = ROOT / "generated_client" / PROJECT / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["cli"], "mcp>=2.3,<3"]
    assert "mcp>=2.3,<3" in project["optional-dependencies"]["mcp"]
    bounds = {name: rest.partition(",")[0] for name, _, rest in (each.partition(">=") for each in declared)}
    return {name: f"{name}=={bound}" for name, bound in bounds.items()}


def interpreter(version: str) -> str:
    """Return a Python of a version that starts: the command of its name, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = [shutil.which(f"python{version}"), *map(str, pyenv.glob(f"versions/{version}.*/bin/python"))]
    for each in filter(None, found):
        if not subprocess.run([each, "--version"], capture_output=True, check=False).returncode:  # noqa: S603  # a Python
            return each
    return not_tested(f"Python {version}", "there is none on this machine", required=version in REQUIRED)


CASES = {"newest": [], **{f"oldest_{name}": [pin] for name, pin in oldest().items()}, "oldest": [*oldest().values()]}


@pytest.mark.parametrize("pins", CASES.values(), ids=CASES)
def test_package_runs_with(pins: list[str], wheel: Path, tmp_path: Path) -> None:
    """The bounds are versions that work, not guesses: alone, and all together."""
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    made = Environment(tmp_path / "venv")
    command = ["uv", "pip", "install", "--python", str(made.python), f"{wheel}[mcp]"]
    done = made.run(*command, *pins, cwd=tmp_path, status=None)
    if "error sending request" in done.stderr or "Could not connect" in done.stderr:
        not_tested("the ranges of the dependencies", done.stderr[-500:])
    assert 0 == done.returncode, done.stderr
    with scripted(Script()) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        program = f"from {PROJECT} import QueryServiceClient as C; print(C().query_user('u1', status='SENT').count)"
        assert "1\n" == made.run(str(made.python), "-W", "error", "-c", program, cwd=tmp_path, **there).stdout
        shown = made.run("push-records", "user", "u1", "--status", "sent", "--json", cwd=tmp_path, **there)
        assert ["u1"] == [each["user_id"] for each in json.loads(shown.stdout)]
        assert "--since" in made.run("push-records", "user", "--help", cwd=tmp_path).stdout
    made.run("push-records", "mcp", "--url", "http://127.0.0.1:9", cwd=tmp_path, QUERY_SERVICE_API_KEY="key")


@pytest.mark.parametrize("version", PYTHONS)
def test_strict_checkers_are_content_with_a_consumer_of(version: str, environment: Environment, tmp_path: Path) -> None:
    """Mypy and pyright, for each Python that the package is for; tests/sdk/test_types.py has the oldest."""
    shutil.copy(CONSUMERS / "good.py", tmp_path)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-version", version]
    done = environment.run(*mypy, "--python-executable", str(environment.python), "good.py", cwd=tmp_path, status=None)
    assert "Success: no issues found in 1 source file\n" == done.stdout
    strict = {"typeCheckingMode": "strict", "pythonVersion": version}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(strict), encoding="utf-8")
    cache = {"PYRIGHT_PYTHON_CACHE_DIR": str(ROOT / ".cache" / "pyright"), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    pyright = ["pyright", "--outputjson", "--pythonpath", str(environment.python), str(tmp_path)]
    done = environment.run(*pyright, cwd=tmp_path, status=None, **cache)
    if not done.stdout:
        not_tested("pyright", done.stderr[-500:])
    assert [] == json.loads(done.stdout)["generalDiagnostics"]


@pytest.mark.parametrize("version", PYTHONS)
def test_package_runs_on_python(version: str, wheel: Path, tmp_path: Path) -> None:
    """An interpreter that this machine lacks is named as not tested."""
    made = Environment(tmp_path / "venv")
    made.run("uv", "venv", "--quiet", "--python", interpreter(version), str(made.folder), cwd=tmp_path)
    made.run("uv", "pip", "install", "--python", str(made.python), f"{wheel}[cli]", cwd=tmp_path)
    with scripted(Script()) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        assert json.loads(made.run("push-records", "user", "u1", "--json", cwd=tmp_path, **there).stdout)
