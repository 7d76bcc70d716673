"""Reduces a contract to the parts that the client generators read."""

import json
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, bundle, operations

_FIRST_ERROR: Final = 300


def for_callers(name: str, folder: Path = SOURCES, *, known_values: bool = True) -> dict[str, Any]:
    """Return the contract `name` as one document, reduced to the parts that become client code.

    - Deprecated operations are left out: a new client uses the new names.
    - Preflights are left out: browsers send them on their own.
    - `nullable` is left out: null means the same as absent, and a client leaves absent fields out.
    - A position is an open object: it is handed back as it was received, as a cursor is.
    - Error schemas are left out: clients read every error body leniently.
      The known codes stay, as do all lists of known values, unless `known_values` is False.

    Raises BundleError.
    """
    dropped = {"nullable"} if known_values else {"nullable", "enum"}
    document: dict[str, Any] = _without(bundle(name, folder), dropped)
    schemas = document.get("components", {}).get("schemas", {})
    codes = schemas.get("Problem", {}).get("properties", {}).get("code")
    drop_uncalled(document)
    _drop_error_bodies(document)
    _open_positions(schemas)
    kept = _reached(document["paths"], schemas)
    for unused in schemas.keys() - kept:
        del schemas[unused]
    if codes is not None and known_values:
        schemas["ProblemCode"] = codes
    return document


def drop_uncalled(document: dict[str, Any]) -> None:
    """Remove from a document the operations that no new client calls: deprecated ones and preflights."""
    for item in document["paths"].values():
        for method in [key for key, value in item.items() if key == "options" or value.get("deprecated")]:
            del item[method]
    document["paths"] = {path: item for path, item in document["paths"].items() if item}


def drop_unused(document: dict[str, Any], *sections: str) -> None:
    """Remove unreferenced components from `sections`, in this order."""
    for section in sections:
        whole = json.dumps(document)
        named = document.get("components", {}).get(section, {})
        for name in [name for name in named if f'"#/components/{section}/{name}"' not in whole]:
            del named[name]


def most_items(document: dict[str, Any]) -> int | None:
    """Return the largest page size of any operation; None without a limit."""
    schemas = document["components"]["schemas"].values()
    limits = [schema.get("properties", {}).get("limit", {}) for schema in schemas]
    return max((limit["maximum"] for limit in limits if "maximum" in limit), default=None)


def _without(node: Any, keywords: set[str]) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(node, list):
        return [_without(item, keywords) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without(value, keywords) for key, value in node.items() if key not in keywords or isinstance(value, dict)
    }


def _drop_error_bodies(document: dict[str, Any]) -> None:
    """Reduce each error to its status and description."""
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
    """Return `known` and the names of the schemas that `node` refers to, directly or indirectly."""
    if isinstance(node, list | dict):
        for value in node if isinstance(node, list) else node.values():
            known = _reached(value, schemas, known)
    elif isinstance(node, str) and node.startswith("#/components/schemas/"):
        name = node.rpartition("/")[2]
        if name not in known:
            known = _reached(schemas.get(name), schemas, known | {name})
    return known
