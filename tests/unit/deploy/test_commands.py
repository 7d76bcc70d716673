"""The command line of tools.deploy."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tools.deploy.__main__ import app


def test_ecs_writes_both_documents_and_prints_their_paths(tmp_path: Path) -> None:
    """A value that is set replaces the example in the document."""
    done = CliRunner().invoke(app, ["ecs", "--into", str(tmp_path), "--set", "desired_count=3"])
    expected = [tmp_path / "task-definition.json", tmp_path / "service-definition.json"]
    assert [str(path) for path in expected] == done.output.splitlines()
    assert 3 == json.loads(expected[1].read_text(encoding="utf-8"))["desiredCount"]


def test_ecs_refuses_an_unknown_value(tmp_path: Path) -> None:
    """No file is written."""
    done = CliRunner().invoke(app, ["ecs", "--into", str(tmp_path), "--set", "image=x"])
    assert 1 == done.exit_code
    assert "'image=x' is not NAME=VALUE" in done.stderr
    assert [] == list(tmp_path.iterdir())


def test_help_names_every_command() -> None:
    """The help lists the commands."""
    output = CliRunner().invoke(app, ["--help"]).output
    assert {"ecs", "packages"} == {name for name in ("ecs", "packages") if f" {name} " in output}
