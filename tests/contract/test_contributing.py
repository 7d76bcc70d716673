"""The worked example of CONTRIBUTING.md works: it is performed on a copy of the repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tools.contract.__main__ import app
from tools.contract.breaking.released import is_released, release
from tools.contract.bundle import SOURCES

ROOT = SOURCES.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DIFF = re.findall(r"^```diff\n(.*?)```$", TEXT, re.MULTILINE | re.DOTALL)[0]
IGNORED = shutil.ignore_patterns(".git", ".venv", ".cache", ".*_cache", "dist", "__pycache__", "node_modules")
ROWS = """user_id,created_at,transaction_id,status,device_model
u1,1761998400123,t1,SENT,iPhone 16
u1,1761998400124,t2,SENT,Pixel 9
"""
# Runs in the copy: starts the chain with ROWS, and prints the field in the output of each part.
PROBE = """
import json, os, subprocess, sys
from pathlib import Path
import httpx
from tools.local.stack import Options, Stack

CLI = [sys.executable, "-c", "from generated_client.query_service_client._cli import main; main()", "user"]

with Stack(Options(records=Path("rows.csv"))) as stack:
    environ = os.environ | {"QUERY_SERVICE_URL": stack.public_url, "QUERY_SERVICE_API_KEY": stack.options.api_key}
    def command(*arguments):
        return subprocess.run([*CLI, *arguments], env=environ, capture_output=True, text=True, check=True).stdout
    headers = {"x-api-key": stack.options.api_key}
    body = {"user_id": "u1", "device_model": "Pixel 9"}
    asked = lambda body: httpx.post(f"{stack.public_url}/query/user", json=body, headers=headers, timeout=20).json()
    print(json.dumps({
        "report": list(stack.report.lines()),
        "all": asked({"user_id": "u1"}),
        "filtered": asked(body),
        "unknown": asked({"user_id": "u1", "device": "x"}),
        "help": command("--help"),
        "command": json.loads(command("u1", "--device-model", "Pixel 9", "--json")),
        "console": httpx.get(f"{stack.pages_url}/console/fields.js").text,
    }))
"""


def test_it_is_short() -> None:
    """It fits on three pages."""
    assert 130 >= len(TEXT.splitlines())


def test_it_names_tests_that_there_are() -> None:
    """A test that the table names exists."""
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py"))
    named = set(re.findall(r"`(test_\w+|[a-z]+_as_asked)`", TEXT))
    assert "rows_as_asked" in named
    assert set() == {name for name in named if f"def {name}(" not in tests}


def test_its_change_of_the_contract_is_one_that_passes(tmp_path: Path) -> None:
    """The edits of the example break no rule and no consumer, and are listed as new."""
    shutil.copytree(SOURCES, tmp_path / "openapi")
    if not is_released(tmp_path / "openapi"):
        release(tmp_path / "openapi")
    _edit(tmp_path)
    sources = ["--sources", str(tmp_path / "openapi")]
    linted, compared = (CliRunner().invoke(app, [name, *sources]) for name in ("lint", "breaking"))
    assert (0, "", 0) == (linted.exit_code, linted.output, compared.exit_code)
    assert 2 == compared.output.count("- request device_model: is new\n  POST /query/user (query_user)\n")
    assert 2 == compared.output.count("- answer 200 items[].device_model: is new\n")


@pytest.mark.usefixtures("node_and_npm")
def test_its_change_reaches_every_part(tmp_path: Path) -> None:
    """After the edits and `make client`, a row with the field is loaded, answered, filtered and shown everywhere."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=IGNORED)
    (copy / ".cache").symlink_to(ROOT / ".cache")
    _edit(copy)
    _python(copy, "-m", "tools.contract", "client")
    (copy / "rows.csv").write_text(ROWS, encoding="utf-8")
    found: dict[str, Any] = json.loads(_python(copy, "-c", PROBE))
    assert ["2 rows loaded, 0 refused"] == found["report"]
    assert ["Pixel 9", "iPhone 16"] == [record["device_model"] for record in found["all"]["items"]]
    assert ["t2"] == [record["transaction_id"] for record in found["filtered"]["items"]]
    assert "invalid_body" == found["unknown"]["code"]
    assert "--device-model" in found["help"]
    assert [("t2", "Pixel 9")] == [(record["transaction_id"], record["device_model"]) for record in found["command"]]
    console = json.loads(found["console"].partition("FIELDS = ")[2].removesuffix(";\n"))
    assert "device_model" in console["operations"]["query_user"]["filters"]
    assert "device_model" in console["record"]
    schema = json.loads((copy / "infra" / "rows.schema.json").read_text(encoding="utf-8"))
    assert "device_model" in schema["properties"]


def _edit(root: Path) -> None:
    """Apply the edits of the example: in each file, put the added lines where the lines around them stand."""
    for names, *hunks in (part.split("@@\n") for part in DIFF.split("--- ")[1:]):
        for name in names.split():
            file = root / name
            text = file.read_text(encoding="utf-8")
            for hunk in hunks:
                lines = hunk.splitlines(keepends=True)
                old = "".join(line[1:] for line in lines if line.startswith(" "))
                assert 1 == text.count(old), f"{name} has not one place with\n{old}"
                text = text.replace(old, "".join(line[1:] for line in lines))
            file.write_text(text, encoding="utf-8")


def _python(folder: Path, *arguments: str) -> str:
    """Run Python in a folder, and return its output."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout
