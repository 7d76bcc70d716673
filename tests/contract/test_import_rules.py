"""Each import-linter contract of pyproject.toml breaks if an import that it forbids is added."""

import itertools
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tools.deploy.packages import ROOT

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: list[dict[str, Any]] = CONFIG["contracts"]
PACKAGES: list[str] = CONFIG["root_packages"]
LINTER = Path(sys.executable).with_name("lint-imports")


class Import(NamedTuple):
    """An import to add to a module."""

    importer: str
    imported: str


def modules(layer: str) -> list[str]:
    """Return the modules of a layer."""
    return [name.strip() for name in layer.split("|")]


def forbidden_by_layers(contract: Mapping[str, Any]) -> Iterator[Import]:
    """Yield an import from each layer to the one above it, and one between the modules of a layer."""
    container = contract.get("containers", [""])[0]
    layers = [[f"{container}.{name}".strip(".") for name in modules(layer)] for layer in contract["layers"]]
    for above, below in itertools.pairwise(layers):
        yield Import(below[0], above[0])
    yield from (Import(layer[0], layer[1]) for layer in layers if len(layer) > 1)


def forbidden_by_list(contract: Mapping[str, Any]) -> Iterator[Import]:
    """Yield an import of each forbidden module, from each source in turn."""
    sources = itertools.cycle(contract["source_modules"])
    yield from (Import(next(sources), imported) for imported in contract["forbidden_modules"])


def forbidden_by_protection(contract: Mapping[str, Any]) -> Iterator[Import]:
    """Yield an import of each protected module from each deployable module that is not on the list of importers."""
    allowed = contract["allowed_importers"]
    paths = [
        path for name in ("common", "query_lambda", "result_lambda", "service") for path in (ROOT / name).glob("*.py")
    ]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.stem != "__init__"]
    importers = sorted(name for name in names if name not in allowed)
    yield from (Import(name, imported) for name in importers for imported in contract["protected_modules"])


PLANTED = {"layers": forbidden_by_layers, "forbidden": forbidden_by_list, "protected": forbidden_by_protection}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the modules of the repository."""
    folder = tmp_path_factory.mktemp("tree")
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        if "node_modules" not in path.parts:
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


def lint(tree: Path, contract: Mapping[str, Any]) -> str:
    """Check one contract, and return the linter's report on one line."""
    lines = ["[tool.importlinter]", f"root_packages = {json.dumps(PACKAGES)}", "include_external_packages = true"]
    lines += ["[[tool.importlinter.contracts]]", *(f"{key} = {json.dumps(value)}" for key, value in contract.items())]
    (tree / "rules.toml").write_text("\n".join(lines), encoding="utf-8")
    command = [LINTER, "--no-logo", "--no-cache", "--config", "rules.toml"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("contract", CONTRACTS, ids=[contract["name"] for contract in CONTRACTS])
def test_contract_reports_each_import_that_it_forbids(tree: Path, contract: dict[str, Any]) -> None:
    """The imports are derived from the contract itself; a contract of an unknown type fails here."""
    imports = list(PLANTED[contract["type"]](contract))
    assert imports
    before = {}
    for planted in imports:
        path = tree.joinpath(*planted.importer.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        before.setdefault(path, path.read_bytes())
        path.write_bytes(path.read_bytes() + f"\nimport {planted.imported}\n".encode())
    report = lint(tree, contract)
    for path, content in before.items():
        path.write_bytes(content)
    assert [] == [planted for planted in imports if f"{planted.importer} -> {planted.imported} (" not in report]


@pytest.mark.parametrize(
    "container", [name for contract in CONTRACTS if contract.get("exhaustive") for name in contract["containers"]]
)
def test_new_module_needs_a_layer(tree: Path, container: str) -> None:
    """An exhaustive contract breaks until the module is in one of its layers."""
    contract = next(each for each in CONTRACTS if container in each.get("containers", []))
    added = tree.joinpath(*container.split("."), "added.py")
    added.write_text("", encoding="utf-8")
    report = lint(tree, contract)
    added.unlink()
    assert f"{container}.added" in report or "- added" in report
