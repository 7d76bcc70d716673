"""`python -m tools.contract` lists its results, and its exit code is 1 if a contract needs work."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.contract.__main__ import app
from tools.contract.bundle import NAMES, SOURCES, import_copy
from tools.contract.client import MADE
from tools.contract.consumers import consumers_document


def test_dist_writes_both_import_copies_and_lists_them(tmp_path: Path) -> None:
    """Terraform and the local gateway read the import copies; the consumers' document is beside them."""
    done = CliRunner().invoke(app, ["dist", "--into", str(tmp_path / "dist")])
    files = [tmp_path / "dist" / f"{name}.json" for name in (*NAMES, "push-records.openapi")]
    assert [f"{file} {file.stat().st_size} bytes" for file in files] == done.output.splitlines()
    expected = [*(import_copy(name) for name in NAMES), consumers_document()]
    assert expected == [json.loads(file.read_text()) for file in files]


def test_lint_is_silent_when_all_is_well() -> None:
    """Without a finding there is no output."""
    done = CliRunner().invoke(app, ["lint"])
    assert not done.output
    assert done.exit_code == 0


def test_lint_names_the_rule_the_place_and_what_to_do(tmp_path: Path) -> None:
    """Each finding is one line, and the exit code is 1."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    internal = tmp_path / "internal.yaml"
    internal.write_text(internal.read_text().replace("openapi: 3.0.3", "openapi: 3.1.0"))
    done = CliRunner().invoke(app, ["lint", "--sources", str(tmp_path)])
    expected = "openapi-version internal.yaml#/openapi: REST APIs import OpenAPI 3.0 only; write 3.0.3\n"
    assert (1, expected) == (done.exit_code, done.output)


@pytest.mark.parametrize("command", ["dist", "docs", "client"])
def test_an_incomplete_contract_is_an_error(tmp_path: Path, command: str) -> None:
    """The message names the missing file, and nothing is written."""
    shutil.copytree(SOURCES, tmp_path / "openapi")
    (tmp_path / "openapi" / "components.yaml").unlink()
    options = ["--sources", str(tmp_path / "openapi"), "--into", str(tmp_path / "made")]
    done = CliRunner().invoke(app, [command, *options])
    assert (1, "there is no file components.yaml\n") == (done.exit_code, done.stderr)
    assert not (tmp_path / "made").exists()


@pytest.mark.usefixtures("node_and_npm")
def test_client_lists_its_files(tmp_path: Path) -> None:
    """The command lists everything that it generates."""
    done = CliRunner().invoke(app, ["client", "--into", str(tmp_path)])
    assert [str(tmp_path / path) for path in MADE] == done.output.splitlines()


def test_help_names_every_command() -> None:
    """`--help` lists all commands."""
    commands = {"dist", "docs", "lint", "client", "breaking", "release"}
    output = CliRunner().invoke(app, ["--help"]).output
    assert commands == {name for name in commands if f" {name} " in output}
