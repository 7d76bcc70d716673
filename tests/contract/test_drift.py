"""Committed generated files are up to date with the contracts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.contract.bundle import NAMES
from tools.contract.client import MADE, ROOT, generate
from tools.contract.packages import GENERATED

# Written by hand, beside the generated packages.
BESIDE = {"README.md", "__init__.py", "runtime"}


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below `folder` by their relative path, but for what Python itself leaves there.

    A file has itself below it.
    """
    if folder.is_file():
        return {folder.name: folder.read_bytes()}
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def run(command: list[str], seed: str) -> None:
    """Run a command of the contract in a process whose sets and dicts are ordered by another `seed`."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-m", "tools.contract", *command], cwd=ROOT, env=environment, check=True)  # noqa: S603  # ours


@pytest.fixture(scope="module")
def generated(node_and_npm: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001  # it has to be there
    """Return a root below which everything was just generated."""
    root = tmp_path_factory.mktemp("generated")
    generate(root)
    return root


@pytest.mark.parametrize("made", MADE, ids=lambda path: path.name)
def test_what_is_committed_is_what_the_contracts_generate(generated: Path, made: Path) -> None:
    """No file is edited, missing, left over or new."""
    assert tree(generated / made) == tree(ROOT / made), "run `make client` and commit what it changed"


def test_nothing_else_is_among_what_is_generated() -> None:
    """A file that no generator makes would never change with a contract."""
    there = {path.name for path in (ROOT / GENERATED).iterdir() if not path.name.startswith((".", "__pycache__"))}
    assert BESIDE | {path.name for path in MADE if path.parent == GENERATED} == there


def test_generating_twice_makes_the_same_bytes(generated: Path, tmp_path: Path) -> None:
    """The generated code depends on the contract alone, so that a difference always means a change of it."""
    run(["client", "--into", str(tmp_path)], seed="1")
    assert tree(generated) == tree(tmp_path)


def test_import_copies_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    """An unchanged contract is an unchanged deployment."""
    for seed in ("1", "2"):
        run(["dist", "--into", str(tmp_path / seed)], seed=seed)
    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    assert {f"{name}.json" for name in (*NAMES, "push-records.openapi")} == set(tree(tmp_path / "1"))
