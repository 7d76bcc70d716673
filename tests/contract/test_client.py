"""Generating leaves nothing stale, and nothing broken."""

import shutil
from pathlib import Path

import pytest

from contract.bundle import SOURCES
from contract.client import PACKAGE, TABLE, GenerationError, generate, operation_table

CONTRACT = """
openapi: 3.0.3
info: {title: Small, version: 1.0.0}
paths:
  /things/find:
    post:
      operationId: find_things
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Wanted'}
      responses: {'200': {description: Found.}}
  /health:
    get:
      operationId: health
      responses: {'200': {description: Alive.}}
components:
  schemas:
    Text: {type: string, nullable: true, description: Some words., example: words}
    Wanted:
      type: object
      description: What to find.
      additionalProperties: {type: integer, description: A number.}
      properties:
        description: {$ref: '#/components/schemas/Text'}
        limit: {type: integer, default: 10, example: 10}
        marks: {type: array, items: {type: string, title: A mark}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a small contract and the generator's options."""
    sources = tmp_path / "openapi"
    sources.mkdir()
    (sources / "internal.yaml").write_text(CONTRACT)
    shutil.copy(SOURCES / "generator.yaml", sources)
    return sources


def test_table_has_every_operation_with_the_constraints_of_its_body(folder: Path) -> None:
    """The table is the contract without what only people read, and a property may be called `description`."""
    expected = {
        "find_things": {
            "method": "POST",
            "path": "/things/find",
            "body": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "properties": {
                    "description": {"type": "string", "nullable": True},
                    "limit": {"type": "integer", "default": 10},
                    "marks": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
        "health": {"method": "GET", "path": "/health", "body": None},
    }
    assert expected == operation_table(folder)


def test_files_of_an_older_contract_are_removed(folder: Path, tmp_path: Path) -> None:
    """The package is replaced as a whole, and typed."""
    stale = tmp_path / PACKAGE / "stale.py"
    stale.parent.mkdir(parents=True)
    stale.touch()
    generate(tmp_path, folder)
    assert not stale.exists()
    assert (tmp_path / PACKAGE / "py.typed").exists()


def test_tools_are_found_without_path(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator's post hooks run the ruff of this environment, wherever PATH leads."""
    monkeypatch.delenv("PATH")
    assert (tmp_path / PACKAGE, tmp_path / TABLE) == generate(tmp_path, folder)


def test_a_warning_stops_the_generation_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """What the generator does not understand would be missing in the client."""
    generate(tmp_path, folder)
    before = (tmp_path / TABLE).read_bytes()
    broken = CONTRACT.replace("{type: integer, default: 10, example: 10}", "{type: integer, default: ten}")
    (folder / "internal.yaml").write_text(broken)
    with pytest.raises(GenerationError, match="Invalid int value: ten"):
        generate(tmp_path, folder)
    assert before == (tmp_path / TABLE).read_bytes()
    assert (tmp_path / PACKAGE / "client.py").exists()
