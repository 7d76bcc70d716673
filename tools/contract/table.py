"""The table of the internal contract that its function routes and validates with."""

import json
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, bundle, operations, request_schemas

TABLE: Final = Path("result_lambda", "contract.json")

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


def write_table(root: Path, folder: Path = SOURCES) -> Path:
    """Write the table below `root`, and return where it is. Raises BundleError."""
    text = json.dumps(operation_table(folder), ensure_ascii=False, indent=2) + "\n"
    path = root / TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema without what only people read; a property may be called as an annotation is."""
    kept = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if "properties" in kept:
        kept["properties"] = {name: _constraints(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _constraints(kept[key])
    return kept
