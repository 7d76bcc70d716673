"""What links must be: they lead from fields that exist to an operation and fields that exist."""

from collections.abc import Iterator

from tools.contract.rules.place import Document, Found, Node, Operation, Rule, each_answer, each_operation, follow


def link_targets(document: Document) -> Found:
    """Ask for links to operations of the document; no other linter that was tried looks there."""
    named = {operation.name for operation in each_operation(document)}
    for place, _, link in _links(document):
        if link.get("operationId") not in named:
            yield place, "name an operationId of this document"


def link_fields(document: Document) -> Found:
    """Ask for links that send what their target takes, read from what their source knows."""
    named = {operation.name: operation for operation in each_operation(document)}
    for place, source, link in _links(document):
        target = named.get(link.get("operationId"))
        for sentence in _field_faults(document, source, target, link) if target else ():
            yield place, sentence


def _field_faults(document: Document, source: Operation, target: Operation, link: Node) -> Iterator[str]:
    wanted, sent = _request(document, target), link.get("requestBody", {})
    for field in wanted.get("required", []):
        if field not in sent:
            yield f"send {field}: {target.name} requires it"
    for field, expression in sent.items():
        if field not in wanted.get("properties", {}):
            yield f"drop {field}: {target.name} does not take it"
        if not _resolves(document, source, expression):
            yield f"correct {expression}: it is no field of {source.name}"


def _resolves(document: Document, source: Operation, expression: object) -> bool:
    """Tell whether a runtime expression names a field; a value that is no expression stands for itself."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return True
    kind, _, field = expression.partition("#/")
    schemas = {"$request.body": [_request(document, source)], "$response.body": list(_answers(document, source))}
    return any(field in schema.get("properties", {}) for schema in schemas.get(kind, []))


def _links(document: Document) -> Iterator[tuple[tuple[str, ...], Operation, Node]]:
    for source in each_operation(document):
        for answer, _, response in each_answer(document, source):
            for name, link in response.get("links", {}).items():
                place, resolved = follow(document, (*answer, "links", name), link)
                yield place, source, resolved


def _request(document: Document, operation: Operation) -> Node:
    return _schema(document, follow(document, (), operation.node.get("requestBody", {}))[1])


def _answers(document: Document, operation: Operation) -> Iterator[Node]:
    for _, status, response in each_answer(document, operation):
        if status.startswith("2"):
            yield _schema(document, response)


def _schema(document: Document, body: Node) -> Node:
    content = body.get("content", {}).get("application/json", {})
    return follow(document, (), content.get("schema", {}))[1]


RULES: dict[str, Rule] = {"link-targets": link_targets, "link-fields": link_fields}
