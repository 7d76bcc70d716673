"""The descriptions and examples that readers need. Redocly checks that examples fit their schemas."""

from collections.abc import Iterator

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
)

_PROBLEM = "application/problem+json"
_SCALARS = ("string", "integer", "number", "boolean")
# Encrypted by the service: no example is valid, and a tool that sends it would get 400.
_SEALED = ("Cursor", "next_cursor")


def descriptions(document: Document) -> Found:
    """Ask for a description of everything that the docs page shows by name."""
    for place, node in _described(document):
        found, resolved = follow(document, place, node)
        if not resolved.get("description"):
            yield found, "say in a `description` what it is for"
    for operation in each_operation(document):
        if not operation.node.get("summary"):
            yield operation.place, "give it a `summary`: the list of operations shows that"


def examples_present(document: Document) -> Found:
    """Ask for an example of every scalar, request and answer."""
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
}
