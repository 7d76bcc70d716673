"""The words of the command line for the names of the contract."""

from typing import Final

# The commands of an operation, if they are other words than the end of its operationId.
COMMANDS: Final = {
    "query_marketing": ("marketing", "campaign"),
    "query_marketing_fail": ("failures",),
}
_FLAGS: Final = {
    "created_from": ("--since",),
    "created_to": ("--until",),
    "transaction_id": ("--transaction-id", "--transaction"),
    "marketing_id": ("--marketing-id", "--campaign"),
}


def commands(operation_id: str) -> tuple[str, ...]:
    """Return the commands of an operation that answers records; the first one is its own."""
    return COMMANDS.get(operation_id, (operation_id.removeprefix("query_").replace("_", "-"),))


def flags(field: str) -> tuple[str, ...]:
    """Return the options for a field of a request."""
    return _FLAGS.get(field, (f"--{field.replace('_', '-')}",))


def flag(field: str) -> str:
    """Return the option that messages name for a field of a request."""
    return flags(field)[0]
