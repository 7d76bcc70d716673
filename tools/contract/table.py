"""Tables of the contracts for the functions: routes for both, and body schemas for the one that validates."""

import json
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, bundle, operations, request_schemas

TABLE: Final = Path("result_lambda", "contract.json")
ROUTES: Final = Path("query_lambda", "contract.json")

_CONTRACT: Final = "internal"
_ANNOTATIONS: Final = ("description", "example", "examples", "title")


def operation_table(folder: Path = SOURCES) -> dict[str, dict[str, Any]]:
    """Return `{operationId: {method, path, body}}`: what a handler needs in order to route and to validate.

    `body` is the request's schema (OpenAPI 3.0) without `$ref`, descriptions and examples, or None without a body.
    Raises BundleError.
    """
    schemas = request_schemas(_CONTRACT, folder)
    table = {}
    for key, operation in operations(bundle(_CONTRACT, folder)).items():
        method, path = key.split(" ", maxsplit=1)
        body = schemas.get(operation["operationId"])
        table[operation["operationId"]] = {"method": method, "path": path, "body": body and _constraints(body)}
    return dict(sorted(table.items()))


def public_routes(folder: Path = SOURCES) -> dict[str, dict[str, str]]:
    """Return `{operationId: {method, path}}` of the public contract, without preflights. Raises BundleError."""
    routes = {}
    for key, operation in operations(bundle("public", folder)).items():
        method, path = key.split(" ", maxsplit=1)
        if method != "OPTIONS":  # answered by the gateway itself
            routes[operation["operationId"]] = {"method": method, "path": path}
    return dict(sorted(routes.items()))


def write_tables(root: Path, folder: Path = SOURCES) -> None:
    """Write both tables below `root`. Raises BundleError."""
    for path, table in ((root / TABLE, operation_table(folder)), (root / ROUTES, public_routes(folder))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(table, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema without what only people read; a property may be called as an annotation is."""
    kept = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if "properties" in kept:
        kept["properties"] = {name: _constraints(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _constraints(kept[key])
    return kept
