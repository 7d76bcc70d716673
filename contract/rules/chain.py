"""What the two contracts owe each other: the internal one is called in the course of the public one."""

from collections.abc import Callable

from contract.rules.gateway import INTEGRATION
from contract.rules.place import Document, Found, Operation, each_operation

ChainRule = Callable[[Document, Document], Found]


def budgets(public: Document, internal: Document) -> Found:
    """Ask the inner gateway to give up first: a hop that waits as long as its caller answers to nobody."""
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


def _timeout(operation: Operation) -> int:
    timeout: int = operation.node.get(INTEGRATION, {}).get("timeoutInMillis", 0)
    return timeout


RULES: dict[str, ChainRule] = {"budgets": budgets, "same-operations": same_operations}
