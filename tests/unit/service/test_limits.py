"""The limits that operators read are those that the code has."""

import importlib
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
SECTION = PAGE.read_text(encoding="utf-8").split("## Limits\n")[1].split("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECTION.splitlines()
    if re.search(r"service\.|common\.", line)
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
def test_each_limit_is_the_constant_that_it_names(row: list[str]) -> None:
    """Value by value, in order; a name without a module is of the module before it."""
    module, found = "", []
    for name in re.findall(r"`([^`]+)`", row[2]):
        module, _, constant = name.rpartition(".") if "." in name else (module, "", name)
        if constant != "DRAIN_DELAY":  # a setting, whose default has a test of its own
            found.append(getattr(importlib.import_module(module), constant))
    assert found == [float(value) for value in row[1].split(", ")][-len(found) :]
