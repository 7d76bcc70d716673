"""The function validates with a table of the internal contract."""

from pathlib import Path

import pytest

from tools.contract.table import operation_table

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
    """Return a folder with a small contract."""
    (tmp_path / "internal.yaml").write_text(CONTRACT)
    return tmp_path


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
