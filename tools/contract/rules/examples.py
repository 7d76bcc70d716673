"""What helps people: descriptions and examples everywhere, and examples that the contract itself would accept."""

from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tools.contract.rules.place import (
    Document,
    Found,
    Node,
    Place,
    Rule,
    each_answer,
    each_content,
    each_operation,
    each_parameter,
    each_schema,
    follow,
    pointer,
)

_PROBLEM = "application/problem+json"
_SCALARS = ("string", "integer", "number", "boolean")
# Sealed by the service with its own key: no value could be valid, and a tool that sends examples would get a 400.
_SEALED = ("Cursor", "next_cursor")


def faults(document: Document, place: Place, value: Any) -> Iterator[str]:  # noqa: ANN401  # any JSON
    """Yield why the schema at `place` does not accept `value`, with `nullable` as OpenAPI 3.0 means it."""
    contents = Resource.from_contents(document, default_specification=DRAFT4)
    registry: Registry[Any] = Registry().with_resource("urn:contract", contents)
    validator = OAS30Validator({"$ref": "urn:contract" + pointer(place)}, registry=registry)
    for error in validator.iter_errors(value):
        yield f"{error.json_path}: {error.message}"


def descriptions(document: Document) -> Found:
    """Ask for a description wherever a reader of the docs page sees a name."""
    for place, node in _described(document):
        found, resolved = follow(document, place, node)
        if not resolved.get("description"):
            yield found, "say in a `description` what it is for"
    for operation in each_operation(document):
        if not operation.node.get("summary"):
            yield operation.place, "give it a `summary`: the list of operations shows that"


def examples_present(document: Document) -> Found:
    """Ask for an example of every scalar, request and answer; a problem is shown by those of its fields."""
    for place, schema in _named_schemas(document):
        found, resolved = follow(document, place, schema)
        if _needs_example(resolved) and found[-1] not in _SEALED:
            yield found, "give an `example`"
    for operation in each_operation(document):
        for place, parameter in each_parameter(document, operation):
            if "example" not in parameter:
                yield place, "give an `example`"
        for place, content in each_content(document, operation):
            if not content.get("examples") and place[-1] != _PROBLEM:
                yield place, "give at least one of `examples`, with a `summary`"


def examples_valid(document: Document) -> Found:
    """Defaults count as examples: they too are values that the schema must accept."""
    for schema, place, value in _values(document):
        for fault in faults(document, schema, value):
            yield place, f"make it fit its schema: {fault}"


def _values(document: Document) -> Iterator[tuple[Place, Place, Any]]:
    """Yield where the schema is, where the value is, and the value."""
    for place, schema in each_schema(document):
        yield from ((place, (*place, key), schema[key]) for key in ("example", "default", "x-default") if key in schema)
    for operation in each_operation(document):
        for place, parameter in each_parameter(document, operation):
            if "example" in parameter:
                yield (*place, "schema"), (*place, "example"), parameter["example"]
        for place, content in each_content(document, operation):
            for name, example in content.get("examples", {}).items():
                found, resolved = follow(document, (*place, "examples", name), example)
                yield (*place, "schema"), found, resolved.get("value")


def _described(document: Document) -> Iterator[tuple[Place, Node]]:
    yield ("info",), document["info"]
    for operation in each_operation(document):
        yield operation.place, operation.node
        yield from each_parameter(document, operation)
        for place, _, response in each_answer(document, operation):
            yield place, response
            yield from (((*place, "headers", name), header) for name, header in response.get("headers", {}).items())
    yield from _named_schemas(document)


def _named_schemas(document: Document) -> Iterator[tuple[Place, Node]]:
    """Yield the components and properties: the schemas that have a name of their own."""
    for place, schema in each_schema(document):
        if place[-2] in ("schemas", "properties"):
            yield place, schema


def _needs_example(schema: Node) -> bool:
    shown = schema.get("items", {}) if schema.get("type") == "array" else schema
    return shown.get("type") in _SCALARS and "example" not in schema


RULES: dict[str, Rule] = {
    "descriptions": descriptions,
    "examples-present": examples_present,
    "examples-valid": examples_valid,
}
