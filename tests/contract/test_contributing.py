"""What CONTRIBUTING.md says can be done."""

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from tools.contract.__main__ import app
from tools.contract.breaking.released import is_released, release
from tools.contract.bundle import SOURCES

ROOT = SOURCES.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FIELD = re.findall(r"^```yaml\n(.*?)```$", TEXT, re.MULTILINE | re.DOTALL)[0]
FILTER = """
    DeviceModel:
      type: string
      nullable: true
      description: Only pushes to devices of this model.
      minLength: 1
      maxLength: 256
      pattern: '^[^\\x00-\\x1F\\x7F]+$'
      example: iPhone 16
    Platforms:
"""
PROPERTY = """
        device_model:
          type: string
          description: The model of the device, where the platform told it.
          example: iPhone 16
    Health:
"""


def test_it_is_short() -> None:
    """A page is read, a book is not."""
    assert 80 >= len(TEXT.splitlines())


def test_it_names_tests_that_there_are() -> None:
    """What it says fails is there to fail."""
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py"))
    named = set(re.findall(r"`(test_\w+|[a-z]+_as_asked)`", TEXT))
    assert "rows_as_asked" in named
    assert set() == {name for name in named if f"def {name}(" not in tests}


def test_its_change_of_the_contract_is_one_that_passes(tmp_path: Path) -> None:
    """The field of the example, put where it says, breaks no rule and no consumer, and is listed as new."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    if not is_released(tmp_path):
        release(tmp_path)
    _put(tmp_path / "components.yaml", FILTER, before="\n    Platforms:\n")
    _put(tmp_path / "components.yaml", PROPERTY, before="\n    Health:\n")
    for name in ("public", "internal"):
        contract = tmp_path / f"{name}.yaml"
        _put(contract, f"\n{FIELD}    QueryMarketingRequest:\n", before="\n    QueryMarketingRequest:\n")
    linted, compared = (CliRunner().invoke(app, [name, "--sources", str(tmp_path)]) for name in ("lint", "breaking"))
    assert (0, "", 0) == (linted.exit_code, linted.output, compared.exit_code)
    assert 2 == compared.output.count("- request device_model: is new\n  POST /query/user (query_user)\n")
    assert 2 == compared.output.count("- answer 200 items[].device_model: is new\n")


def _put(file: Path, text: str, *, before: str) -> None:
    old = file.read_text(encoding="utf-8")
    assert 1 == old.count(before)
    file.write_text(old.replace(before, text), encoding="utf-8")
