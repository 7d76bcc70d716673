"""`result_lambda/contract.json` is derived from the internal contract."""

from pathlib import Path

import pytest

from tools.contract.bundle import BundleError
from tools.contract.table import contract_table, public_routes

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
      responses:
        '200': {description: Found., content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}
  /health:
    get:
      operationId: health
      responses: {'200': {description: Alive.}}
components:
  schemas:
    Page: {type: object, properties: {items: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}
    Thing:
      type: object
      description: A thing.
      required: [size]
      properties: {size: {type: integer, example: 3}, colour: {type: string, x-extensible-enum: [RED]}}
    Text: {type: string, nullable: true, description: Some words., example: words}
    Wanted:
      type: object
      description: Search terms.
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


def test_table_has_the_constraints_of_every_body_and_of_the_record(folder: Path) -> None:
    """The table is the contract without the keywords for readers; a property may have the name `description`."""
    operations = {
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
    record = {
        "type": "object",
        "required": ["size"],
        "properties": {"size": {"type": "integer"}, "colour": {"type": "string"}},
    }
    assert {"version": "1.0.0", "operations": operations, "record": record} == contract_table(folder)


def test_contract_without_a_page_of_records_is_rejected(folder: Path) -> None:
    """The function could answer nothing."""
    (folder / "internal.yaml").write_text(
        CONTRACT.replace("Page: {type: object, properties: {items:", "Page: {type: object, properties: {rows:")
    )
    with pytest.raises(BundleError, match="needs pages"):
        contract_table(folder)


def test_public_routes_are_those_that_the_function_gets(tmp_path: Path) -> None:
    """API Gateway answers preflights itself."""
    preflight = "      responses: {'200': {description: Found.}}\n    options:\n      operationId: preflight\n"
    contract = CONTRACT.replace("      responses: {'200': {description: Found.}}\n", preflight, 1)
    (tmp_path / "public.yaml").write_text(contract, encoding="utf-8")
    expected = {
        "find_things": {"method": "POST", "path": "/things/find"},
        "health": {"method": "GET", "path": "/health"},
    }
    assert {"version": "1.0.0", "operations": expected} == public_routes(tmp_path)
