"""A contract as a caller needs it: what the generator of clients reads."""

import json
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, bundle, operations

_FIRST_ERROR: Final = 300


def for_callers(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the contract `name` as one document, less what a client does not make its own.

    - Operations that are deprecated: a client that is new has no use for the names before the move.
    - Preflights: a browser sends them by itself.
    - `nullable`: it means the same as leaving a field out, and that is what a client does.
    - The shape of a position: it is handed back as it came, as a cursor is.
    - The schema of errors: a client reads every error leniently, whoever made it. The known codes stay.

    Raises BundleError.
    """
    document: dict[str, Any] = _without_null(bundle(name, folder))
    schemas = document.get("components", {}).get("schemas", {})
    codes = schemas.get("Problem", {}).get("properties", {}).get("code")
    drop_uncalled(document)
    _drop_error_bodies(document)
    _open_positions(schemas)
    kept = _reached(document["paths"], schemas)
    for unused in schemas.keys() - kept:
        del schemas[unused]
    if codes is not None:
        schemas["ProblemCode"] = codes
    return document


def drop_uncalled(document: dict[str, Any]) -> None:
    """Take out of a document what no new client calls: deprecated operations, and the preflights of browsers."""
    for item in document["paths"].values():
        for method in [key for key, value in item.items() if key == "options" or value.get("deprecated")]:
            del item[method]
    document["paths"] = {path: item for path, item in document["paths"].items() if item}


def drop_unused(document: dict[str, Any], *sections: str) -> None:
    """Take out of `sections` of the components, in this order, what nothing refers to any more."""
    for section in sections:
        whole = json.dumps(document)
        named = document.get("components", {}).get(section, {})
        for name in [name for name in named if f'"#/components/{section}/{name}"' not in whole]:
            del named[name]


def most_items(document: dict[str, Any]) -> int | None:
    """Return the largest page that any operation gives; None without a limit."""
    schemas = document["components"]["schemas"].values()
    limits = [schema.get("properties", {}).get("limit", {}) for schema in schemas]
    return max((limit["maximum"] for limit in limits if "maximum" in limit), default=None)


def _without_null(node: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(node, list):
        return [_without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_null(value) for key, value in node.items() if not (key == "nullable" and value is True)}


def _drop_error_bodies(document: dict[str, Any]) -> None:
    """Leave of each error its status and what it means."""
    shared = document.get("components", {}).get("responses", {})
    for operation in operations(document).values():
        for status, response in operation["responses"].items():
            if int(status) >= _FIRST_ERROR:
                name = response.get("$ref", "").rpartition("/")[2]
                operation["responses"][status] = {"description": shared.get(name, response)["description"]}
    document.get("components", {}).pop("responses", None)


def _open_positions(schemas: dict[str, Any]) -> None:
    for schema in schemas.values():
        if "position" in schema.get("properties", {}):
            schema["properties"]["position"] = {"$ref": "#/components/schemas/NextPosition"}


def _reached(node: Any, schemas: dict[str, Any], known: frozenset[str] = frozenset()) -> frozenset[str]:  # noqa: ANN401  # any JSON
    """Return the names of the schemas that `node` refers to, directly or not, and those `known` already."""
    if isinstance(node, list | dict):
        for value in node if isinstance(node, list) else node.values():
            known = _reached(value, schemas, known)
    elif isinstance(node, str) and node.startswith("#/components/schemas/"):
        name = node.rpartition("/")[2]
        if name not in known:
            known = _reached(schemas.get(name), schemas, known | {name})
    return known
