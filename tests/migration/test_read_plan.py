"""`read-plan` refuses a plan that removes what holds data or serves callers."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.migration.conftest import Ended
from tools.migration.__main__ import main

TABLE = 'module.tables.aws_dynamodb_table.existing["notification-records"]'
ADDED = {"global_secondary_index": [{"name": "a"}, {"name": "b"}]}
OLD = {"global_secondary_index": [{"name": "a"}], "server_side_encryption": [], "tags": {}}


def change(address: str, *actions: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
    """Return a change of a plan."""
    kind = next(part for part in address.split(".") if part.startswith("aws_")).partition("[")[0]
    return {"address": address, "type": kind, "change": {"actions": list(actions), "before": {}, "after": {}, **more}}


@pytest.mark.parametrize(
    ("one", "refused"),
    [
        (change("aws_lb.new", "create"), False),
        (change("aws_api_gateway_deployment.this", "create", "delete"), False),
        (change("module.registry.aws_ecr_repository.this", "delete", "create"), True),
        (change("module.checks.aws_api_gateway_rest_api.this", "delete"), False),
        (change("module.public_api.aws_api_gateway_rest_api.this", "delete"), True),
        (change("module.query_lambda.aws_lambda_function.this", "create", "delete"), True),
        (
            change(TABLE, "update", before=OLD, after=OLD | {"global_secondary_index": [{"name": "a"}, {"name": "b"}]}),
            False,
        ),
        (change(TABLE, "update", before=OLD, after=OLD | {"global_secondary_index": [{"name": "b"}]}), True),
        (change(TABLE, "update", before=OLD, after=OLD | {"server_side_encryption": [{"enabled": True}]}), True),
        (change(TABLE, "update", before=OLD, after=OLD | {"tags": {"ManagedBy": "terraform"}}), True),
    ],
    ids=lambda value: value["address"] if isinstance(value, dict) else str(value),
)
def test_what_holds_data_or_serves_callers_stays(
    one: dict[str, Any],
    refused: bool,  # noqa: FBT001  # a parameter of the test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exit code and the last line say whether the plan can be applied."""
    ended = read(json.dumps({"resource_changes": [one]}), tmp_path, monkeypatch, capsys)
    assert int(refused) == ended.code
    assert refused == ended.out.splitlines()[-1].startswith("Do not apply")
    assert refused == ("✗ " in ended.out)


def test_something_else_than_a_plan_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says how to get one."""
    ended = read("not json", tmp_path, monkeypatch, capsys)
    assert 2 == ended.code
    assert "terraform show -json move.tfplan" in ended.err


def read(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ended:
    """Run the command on a file, with one module that may go."""
    (folder / "plan.json").write_text(text, encoding="utf-8")
    arguments = ["read-plan", str(folder / "plan.json"), "--may-destroy", "module.checks"]
    monkeypatch.setattr(sys, "argv", ["migration", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    return Ended(int(ended.value.code or 0), printed.out, printed.err)
