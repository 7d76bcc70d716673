"""The wheel: reproducible, self-contained, and free of other files."""

import ast
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

from tests.sdk.installed import PROJECT, ROOT, Environment, build
from tools.contract.bundle import bundle

# Import names of the distributions.
DEPENDENCIES = {"httpx": "httpx", "msgspec": "msgspec"}
EXTRA = {"rich": "rich", "typer": "typer"}
ASSISTANTS = {"query-service-client[cli]": "", "mcp": "mcp"}
KEYRING = {"query-service-client[cli]": "", "keyring": "keyring"}
CLIENTS = ROOT / "generated_client"


def metadata(wheel: Path) -> Message:
    """Return a wheel's METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def imported(folder: Path) -> set[str]:
    """Return the third-party packages that the modules of a folder import."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def test_wheel_is_the_same_bytes_each_time(wheel: Path, tmp_path: Path) -> None:
    """Two builds of one tree give identical wheels."""
    assert wheel.read_bytes() == build(tmp_path).read_bytes()


def test_wheel_holds_the_package_with_the_runtime_and_nothing_else(wheel: Path) -> None:
    """The package, the runtime as `_runtime`, the contract, the fields of the command line and py.typed."""
    package, runtime = CLIENTS / PROJECT, CLIENTS / "runtime"
    modules = {path.relative_to(package).as_posix() for path in package.rglob("*.py")} - {"_runtime.py"}
    modules |= {f"_runtime/{path.relative_to(runtime).as_posix()}" for path in runtime.rglob("*.py")}
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    assert sorted(f"{PROJECT}/{name}" for name in modules | {"py.typed", "openapi.json", "_cli/fields.json"}) == sorted(
        names
    )


def test_version_is_the_contracts(wheel: Path, environment: Environment) -> None:
    """The wheel and the package carry the contract's version."""
    version = bundle("public")["info"]["version"]
    found = metadata(wheel)
    assert (PROJECT.replace("_", "-"), version) == (found["Name"], found["Version"])
    command = f"import {PROJECT}; print({PROJECT}.__version__)"
    done = environment.run(str(environment.python), "-c", command, cwd=environment.folder)
    assert version == done.stdout.strip()


def test_imported_packages_are_declared() -> None:
    """The library declares its two dependencies; the command line declares its own as an extra."""
    declared = tomllib.loads((CLIENTS / PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(DEPENDENCIES) == {each.partition(">")[0] for each in declared["dependencies"]}
    command_line = imported(CLIENTS / PROJECT / "_cli")
    library = imported(CLIENTS / PROJECT) | imported(CLIENTS / "runtime")
    assert set(DEPENDENCIES.values()) == library - (command_line - set(DEPENDENCIES.values()))
    assert command_line <= {*DEPENDENCIES.values(), *EXTRA.values(), *ASSISTANTS.values(), *KEYRING.values()}
    for extra, names in (("cli", EXTRA), ("mcp", ASSISTANTS), ("keyring", KEYRING)):
        assert set(names) == {each.partition(">")[0] for each in declared["optional-dependencies"][extra]}


def test_package_says_whose_it_is(wheel: Path) -> None:
    """A package index shows the owner, the licence and where the documents are."""
    found = metadata(wheel)
    assert bundle("public")["info"]["contact"]["name"] == found["Author"]
    assert "LicenseRef-Proprietary" == found["License-Expression"]
    assert {"Documentation", "Contract"} == {each.partition(",")[0] for each in found.get_all("Project-URL", [])}


def test_readme_is_the_description_of_the_wheel(wheel: Path) -> None:
    """A package index shows the README."""
    assert "## " in str(metadata(wheel).get_payload())
    assert "text/markdown" == metadata(wheel)["Description-Content-Type"]


def test_package_is_imported_without_the_command_line(environment: Environment) -> None:
    """An import of the library loads neither the command line nor its dependencies."""
    code = (
        f"import sys, {PROJECT}; sys.exit(bool({{'{PROJECT}._cli', 'typer', 'generated_client'}} & sys.modules.keys()))"
    )
    environment.run(str(environment.python), "-c", code, cwd=environment.folder)
