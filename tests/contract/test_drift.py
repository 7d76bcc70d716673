"""What is generated and committed is what the contracts make today."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract.bundle import NAMES
from contract.client import PACKAGE, ROOT, TABLE, generate


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below `folder` by their relative path, but for what Python itself leaves there."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def run(command: list[str], seed: str) -> None:
    """Run a command of the contract in a process whose sets and dicts are ordered by another `seed`."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-m", "contract", *command], cwd=ROOT, env=environment, check=True)  # noqa: S603  # ours


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root below which the client and the table were just generated."""
    root = tmp_path_factory.mktemp("generated")
    generate(root)
    return root


def test_client_is_what_the_contract_generates(generated: Path) -> None:
    """No file of the client is edited, missing or left over."""
    assert tree(generated / PACKAGE) == tree(ROOT / PACKAGE), "run `make client` and commit what it changed"


def test_table_of_operations_is_what_the_contract_generates(generated: Path) -> None:
    """The function validates with the contract of today."""
    assert (generated / TABLE).read_bytes() == (ROOT / TABLE).read_bytes(), (
        "run `make client` and commit what it changed"
    )


def test_generating_twice_makes_the_same_bytes(generated: Path, tmp_path: Path) -> None:
    """The generated code depends on the contract alone, so that a difference always means a change of it."""
    run(["client", "--into", str(tmp_path)], seed="1")
    assert tree(generated) == tree(tmp_path)


def test_import_copies_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    """An unchanged contract is an unchanged deployment."""
    for seed in ("1", "2"):
        run(["dist", "--into", str(tmp_path / seed)], seed=seed)
    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    assert {f"{name}.json" for name in NAMES} == set(tree(tmp_path / "1"))
