"""Iterates over the parts of a document with their places."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.contract.bundle import operations

Document = Mapping[str, Any]
Node = Mapping[str, Any]
Place = tuple[str, ...]
Found = Iterator[tuple[Place, str]]
Rule = Callable[[Document], Found]

INTEGRATION = "x-amazon-apigateway-integration"

_SUBSCHEMAS = ("items", "additionalProperties", "not")
_SUBSCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
# Below these, the key `schema` is a name.
_NAMES_BELOW = {"properties", "example", "examples"}


@dataclass(frozen=True)
class Operation:
    """An operation of a document with its place."""

    place: Place
    method: str
    path: str
    node: Node

    @property
    def name(self) -> object:
        """Its operationId, or None."""
        return self.node.get("operationId")

    @property
    def is_open(self) -> bool:
        """Whether it lets in a caller without credentials."""
        return self.node.get("security") == []

    @property
    def is_preflight(self) -> bool:
        """Whether it is a CORS preflight, which the gateway answers itself."""
        return self.method == "OPTIONS"


def pointer(place: Place) -> str:
    """Return `place` as a JSON Pointer (RFC 6901) in a URI fragment."""
    return "#" + "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in place)


def follow(document: Document, place: Place, node: Node) -> tuple[Place, Node]:
    """Return the place and the value of `node` with its references followed; a broken reference gives {}."""
    while isinstance(node.get("$ref"), str):
        place = tuple(node["$ref"].removeprefix("#/").split("/"))
        node = document
        for key in place:
            node = node.get(key, {})
    return place, node


def each_operation(document: Document) -> Iterator[Operation]:
    """Yield the operations of the document."""
    for key, node in operations(document).items():
        method, path = key.split(" ", maxsplit=1)
        yield Operation(("paths", path, method.lower()), method, path, node)


def each_parameter(document: Document, operation: Operation) -> Iterator[tuple[Place, Node]]:
    """Yield the parameters of an operation, references followed."""
    for index, parameter in enumerate(operation.node.get("parameters", [])):
        yield follow(document, (*operation.place, "parameters", str(index)), parameter)


def each_answer(document: Document, operation: Operation) -> Iterator[tuple[Place, str, Node]]:
    """Yield the place, the status and the response, references followed, of all that an operation may answer."""
    for status, response in operation.node["responses"].items():
        place, resolved = follow(document, (*operation.place, "responses", str(status)), response)
        yield place, str(status), resolved


def each_content(document: Document, operation: Operation) -> Iterator[tuple[Place, Node]]:
    """Yield the media types of an operation's request and of all its answers."""
    request = follow(document, (*operation.place, "requestBody"), operation.node.get("requestBody", {}))
    answers = [(place, response) for place, _, response in each_answer(document, operation)]
    for place, body in [request, *answers]:
        for media_type, content in body.get("content", {}).items():
            yield (*place, "content", media_type), content


def each_schema(document: Document) -> Iterator[tuple[Place, Node]]:
    """Yield every schema and subschema of the document; references are yielded, not followed."""
    for place, node in each_node(document):
        if _holds_schema(place):
            yield from _tree(place, node)


def reachable(document: Document, place: Place, schema: Node) -> Iterator[tuple[Place, Node]]:
    """Yield a schema and all that it consists of, references followed, each place once."""
    waiting, seen = [(place, schema)], set[Place]()
    while waiting:
        found, resolved = follow(document, *waiting.pop())
        if found not in seen:
            seen.add(found)
            yield found, resolved
            waiting.extend(_subschemas(found, resolved))


def each_node(node: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:  # noqa: ANN401  # any JSON
    """Yield every value of a document, itself included."""
    yield place, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from each_node(value, (*place, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from each_node(value, (*place, str(index)))


def _holds_schema(place: Place) -> bool:
    if place[:-1] == ("components", "schemas"):
        return True
    return place[-1:] == ("schema",) and not _NAMES_BELOW.intersection(place)


def _tree(place: Place, schema: Node) -> Iterator[tuple[Place, Node]]:
    yield place, schema
    for below, value in _subschemas(place, schema):
        yield from _tree(below, value)


def _subschemas(place: Place, schema: Node) -> Iterator[tuple[Place, Node]]:
    for name, value in schema.get("properties", {}).items():
        yield (*place, "properties", name), value
    for key in _SUBSCHEMAS:
        if isinstance(schema.get(key), Mapping):
            yield (*place, key), schema[key]
    for key in _SUBSCHEMA_LISTS:
        for index, value in enumerate(schema.get(key, [])):
            yield (*place, key, str(index)), value
