"""The wheels: the same bytes each time, all that is needed in them, and nothing besides."""

import ast
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from tests.sdk.installed import PROJECTS, ROOT, Environment, build
from tools.contract.bundle import bundle

CONTRACTS = dict(zip(PROJECTS, ("internal", "public"), strict=True))
# What a distribution is imported as.
DEPENDENCIES = {"httpx": "httpx", "msgspec": "msgspec"}
EXTRA = {"rich": "rich", "typer": "typer"}


def metadata(wheel: Path) -> Message:
    """Return a wheel's METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def imported(folder: Path) -> set[str]:
    """Return what the modules of a folder import from elsewhere, but for the standard library."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def test_wheels_are_the_same_bytes_each_time(wheels: list[Path], tmp_path: Path) -> None:
    """A wheel that differs has different contents."""
    assert [wheel.read_bytes() for wheel in wheels] == [wheel.read_bytes() for wheel in build(tmp_path)]


@pytest.mark.parametrize("project", PROJECTS)
def test_wheel_holds_the_package_and_nothing_else(wheels: list[Path], project: str) -> None:
    """Every module and the mark of a typed package; no project file, no bytecode."""
    folder = ROOT / "generated_client" / project
    modules = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
    with zipfile.ZipFile(wheels[PROJECTS.index(project)]) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {f"{project}/{name}" for name in modules | {"py.typed"}} == names


@pytest.mark.parametrize("project", PROJECTS)
def test_version_is_the_contracts(wheels: list[Path], environment: Environment, project: str) -> None:
    """In the wheel, in the package, and so in the User-Agent."""
    version = bundle(CONTRACTS[project])["info"]["version"]
    said = metadata(wheels[PROJECTS.index(project)])
    assert (project.replace("_", "-"), version) == (said["Name"], said["Version"])
    command = f"import {project}; print({project}.__version__)"
    done = environment.run(str(environment.python), "-c", command, cwd=environment.folder)
    assert version == done.stdout.strip()


@pytest.mark.parametrize("project", PROJECTS)
def test_what_is_imported_is_declared(project: str) -> None:
    """The library needs two packages; the command line brings its own as an extra."""
    folder = ROOT / "generated_client" / project
    declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {each.partition(">")[0] for each in declared["dependencies"]}
    assert set(DEPENDENCIES) == names
    command_line = imported(folder / "_cli")
    assert set(DEPENDENCIES.values()) == imported(folder) - (command_line - set(DEPENDENCIES.values()))
    assert command_line <= set(DEPENDENCIES.values()) | set(EXTRA.values())
    extras = declared.get("optional-dependencies", {}).get("cli", [])
    assert (set(EXTRA) if command_line else set()) == {each.partition(">")[0] for each in extras}


def test_readme_is_shown_with_the_wheel(wheels: list[Path]) -> None:
    """An index shows it."""
    assert all("## " in str(metadata(wheel).get_payload()) or wheel.name.startswith("internal") for wheel in wheels)
    assert ["text/markdown"] * 2 == [metadata(wheel)["Description-Content-Type"] for wheel in wheels]


def test_each_package_is_imported_without_the_other_and_without_the_command_line(environment: Environment) -> None:
    """A service does not pay for what only a person at a terminal needs."""
    for project, other in zip(PROJECTS, reversed(PROJECTS), strict=True):
        code = f"import sys, {project}; sys.exit(bool({{'{other}', '{project}._cli', 'typer'}} & sys.modules.keys()))"
        environment.run(str(environment.python), "-c", code, cwd=environment.folder)
