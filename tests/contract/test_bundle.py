"""How bundling resolves references, and which parts the import copy keeps."""

from pathlib import Path

import pytest

from tools.contract.bundle import BundleError, bundle, import_copy, operations, request_schemas

ROOT = """
openapi: 3.0.3
info: {title: Small, version: 1.0.0, license: {name: Ours, url: ../LICENSE}}
x-amazon-apigateway-gateway-responses: {$ref: answers.yaml}
paths:
  /things:
    post:
      operationId: find
      deprecated: true
      parameters:
        - {$ref: 'parts.yaml#/components/parameters/Trace'}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Wanted'}
            examples: {one: {value: {name: a}}}
      responses:
        '200': {$ref: '#/components/responses/Found'}
      x-amazon-apigateway-integration:
        uri: arn:aws:apigateway:${aws_region}:lambda
components:
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
  links:
    again: {operationId: find}
  responses:
    Found:
      description: Found.
      headers:
        X-Count: {schema: {type: integer, format: int32, default: 0}}
      content:
        application/json:
          schema: {$ref: 'parts.yaml#/components/schemas/Tree'}
      links:
        again: {$ref: '#/components/links/again'}
  schemas:
    Wanted:
      type: object
      additionalProperties: false
      properties:
        name: {$ref: 'parts.yaml#/components/schemas/Name'}
        limit:
          {type: integer, format: int32, nullable: true, minimum: 0, exclusiveMinimum: true, default: 10, example: 5}
        default: {type: string, x-extensible-enum: [a]}
"""
PARTS = """
components:
  parameters:
    Trace: {name: X-Trace, in: header, description: An id., schema: {type: string, default: none}, example: abc}
  schemas:
    Name: {type: string, minLength: 1, example: a}
    Tree:
      type: object
      properties:
        name: {$ref: '#/components/schemas/Name'}
        children: {type: array, items: {$ref: '#/components/schemas/Tree'}}
"""
ANSWERS = """
THROTTLED: {statusCode: '429'}
"""
LIMIT = {
    "type": "integer",
    "format": "int32",
    "nullable": True,
    "minimum": 0,
    "exclusiveMinimum": True,
    "default": 10,
    "example": 5,
}
KEY = {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}
INTEGRATION = {"uri": "arn:aws:apigateway:${aws_region}:lambda"}


def write(folder: Path, **files: str) -> Path:
    """Write YAML files by their stem; the small contract is the default."""
    for stem, text in ({"root": ROOT, "parts": PARTS, "answers": ANSWERS} | files).items():
        (folder / f"{stem}.yaml").write_text(text)
    return folder


def schema_named(name: str) -> dict[str, str]:
    """Return a reference to a schema of the same document."""
    return {"$ref": f"#/components/schemas/{name}"}


def test_references_to_other_files_become_components(tmp_path: Path) -> None:
    """The bundle is equal to its files; recursive references stay, and whole files are put in place."""
    trace = {"name": "X-Trace", "in": "header", "description": "An id.", "example": "abc"}
    expected = {
        "links": {"again": {"operationId": "find"}},
        "parameters": {"Trace": trace | {"schema": {"type": "string", "default": "none"}}},
        "responses": {
            "Found": {
                "description": "Found.",
                "headers": {"X-Count": {"schema": {"type": "integer", "format": "int32", "default": 0}}},
                "content": {"application/json": {"schema": schema_named("Tree")}},
                "links": {"again": {"$ref": "#/components/links/again"}},
            }
        },
        "schemas": {
            "Name": {"type": "string", "minLength": 1, "example": "a"},
            "Tree": {
                "type": "object",
                "properties": {
                    "name": schema_named("Name"),
                    "children": {"type": "array", "items": schema_named("Tree")},
                },
            },
            "Wanted": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": schema_named("Name"),
                    "limit": LIMIT,
                    "default": {"type": "string", "x-extensible-enum": ["a"]},
                },
            },
        },
        "securitySchemes": KEY,
    }
    document = bundle("root", write(tmp_path))
    answers = {"THROTTLED": {"statusCode": "429"}}
    parameters = [{"$ref": "#/components/parameters/Trace"}]
    assert answers == document["x-amazon-apigateway-gateway-responses"]
    assert parameters == document["paths"]["/things"]["post"]["parameters"]
    assert expected == document["components"]


def test_import_copy_has_only_what_api_gateway_imports(tmp_path: Path) -> None:
    """Models stay references, scalars are inlined, parts that the importer drops are removed, placeholders stay."""
    expected = {
        "openapi": "3.0.3",
        "info": {"title": "Small", "version": "1.0.0", "license": {"name": "Ours"}},
        "x-amazon-apigateway-gateway-responses": {"THROTTLED": {"statusCode": "429"}},
        "paths": {
            "/things": {
                "post": {
                    "operationId": "find",
                    "parameters": [
                        {"name": "X-Trace", "in": "header", "description": "An id.", "schema": {"type": "string"}}
                    ],
                    "requestBody": {"content": {"application/json": {"schema": schema_named("Wanted")}}},
                    "responses": {
                        "200": {
                            "description": "Found.",
                            "headers": {"X-Count": {"schema": {"type": "integer"}}},
                            "content": {"application/json": {"schema": schema_named("Tree")}},
                        }
                    },
                    "x-amazon-apigateway-integration": INTEGRATION,
                }
            }
        },
        "components": {
            "securitySchemes": KEY,
            "schemas": {
                "Tree": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "children": {"type": "array", "items": schema_named("Tree")},
                    },
                },
                "Wanted": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "limit": {"type": "integer", "minimum": 0},
                        "default": {"type": "string"},
                    },
                },
            },
        },
    }
    assert expected == import_copy("root", write(tmp_path))


def test_request_schemas_have_no_reference(tmp_path: Path) -> None:
    """They are complete without the document, and keep all rules of the contract."""
    expected = {
        "find": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "minLength": 1, "example": "a"},
                "limit": LIMIT,
                "default": {"type": "string", "x-extensible-enum": ["a"]},
            },
        }
    }
    assert expected == request_schemas("root", write(tmp_path))


def test_operations_are_named_by_method_and_path() -> None:
    """Only methods are operations; what else a path may carry is not."""
    find = {"operationId": "find"}
    assert {"POST /things": find} == operations({"paths": {"/things": {"post": find, "summary": "Things"}}})


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"parts": PARTS.replace("Name: {type", "Nme: {type")}, "parts.yaml has no components/schemas/Name"),
        (
            {"root": ROOT.replace("    again: {operationId", "    more: {operationId")},
            "root.yaml has no components/links/",
        ),
        ({"root": ROOT.replace("parts.yaml", "bits.yaml")}, "there is no file bits.yaml"),
        ({"answers": "THROTTLED: {"}, "answers.yaml is not YAML"),
        ({"answers": "{$ref: 'parts.yaml#/components'}"}, "parts.yaml#/components does not name a component"),
        ({"root": ROOT + "    Tree: {type: object}\n"}, "schemas/Tree is defined in both root.yaml and parts.yaml"),
    ],
)
def test_what_can_not_be_resolved_is_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    """A contract with a missing part is refused, and the message names the place."""
    with pytest.raises(BundleError, match=message):
        bundle("root", write(tmp_path, **files))


def test_what_is_no_model_may_not_refer_to_itself(tmp_path: Path) -> None:
    """It would be written out for ever."""
    endless = PARTS.replace(
        "{type: string, minLength: 1, example: a}", "{type: array, items: {$ref: '#/components/schemas/Name'}}"
    )
    with pytest.raises(BundleError, match="#/components/schemas/Name refers to itself"):
        import_copy("root", write(tmp_path, parts=endless))
