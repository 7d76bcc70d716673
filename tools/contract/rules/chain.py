"""The rules between the two contracts."""

from collections.abc import Callable

from tools.contract.rules.place import INTEGRATION, Document, Found, Operation, each_operation, follow

ChainRule = Callable[[Document, Document], Found]


def budgets(public: Document, internal: Document) -> Found:
    """Ask the internal gateway for a shorter timeout than the public one."""
    waiting = (_timeout(operation) for operation in each_operation(public) if not operation.is_preflight)
    shortest = min(waiting, default=0)
    for operation in each_operation(internal):
        if _timeout(operation) >= shortest:
            place = (*operation.place, INTEGRATION, "timeoutInMillis")
            yield place, f"make it shorter than {shortest}, what the public gateway waits"


def same_operations(public: Document, internal: Document) -> Found:
    """Ask for the same name and path in both contracts."""
    known = {(operation.method, operation.path, operation.name) for operation in each_operation(public)}
    for operation in each_operation(internal):
        if (operation.method, operation.path, operation.name) not in known:
            yield operation.place, "give it the method, path and operationId that it has in the public contract"


def same_fields(public: Document, internal: Document) -> Found:
    """Ask for the same request fields in both contracts: the service passes them on by name."""
    asked = {operation.name: _fields(public, operation) for operation in each_operation(public)}
    for operation in each_operation(internal):
        place = (*operation.place, "requestBody")
        fields = _fields(internal, operation) - {"position"}
        for name in sorted(asked.get(operation.name, fields) - {"cursor"} ^ fields):
            yield place, f"let {name} be a field in both contracts, or in neither: the service hands it on as it is"


def _fields(document: Document, operation: Operation) -> set[str]:
    """Return the names of a request's fields."""
    _, body = follow(document, (), operation.node.get("requestBody", {}))
    schemas = (content.get("schema", {}) for content in body.get("content", {}).values())
    return {name for schema in schemas for name in follow(document, (), schema)[1].get("properties", {})}


def _timeout(operation: Operation) -> int:
    timeout: int = operation.node.get(INTEGRATION, {}).get("timeoutInMillis", 0)
    return timeout


RULES: dict[str, ChainRule] = {"budgets": budgets, "same-operations": same_operations, "same-fields": same_fields}
