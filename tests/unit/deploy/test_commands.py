import json
from pathlib import Path

from typer.testing import CliRunner

from tools.deploy.__main__ import app


def test_ecs_writes_both_documents_and_says_where(tmp_path: Path) -> None:
    """With values of one's own, for `aws ecs register-task-definition` and `create-service`."""
    done = CliRunner().invoke(app, ["ecs", "--into", str(tmp_path), "--set", "desired_count=3"])
    expected = [tmp_path / "task-definition.json", tmp_path / "service-definition.json"]
    assert [str(path) for path in expected] == done.output.splitlines()
    assert 3 == json.loads(expected[1].read_text(encoding="utf-8"))["desiredCount"]


def test_ecs_refuses_a_value_that_no_template_has(tmp_path: Path) -> None:
    """Nothing is written."""
    done = CliRunner().invoke(app, ["ecs", "--into", str(tmp_path), "--set", "image=x"])
    assert 1 == done.exit_code
    assert "'image=x' is not NAME=VALUE" in done.stderr
    assert [] == list(tmp_path.iterdir())


def test_help_names_every_command() -> None:
    """What can be done is found without reading the code."""
    output = CliRunner().invoke(app, ["--help"]).output
    assert {"ecs", "packages"} == {name for name in ("ecs", "packages") if f" {name} " in output}
