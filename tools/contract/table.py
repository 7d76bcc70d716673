"""Derives `result_lambda/contract.json`: the operations of the internal contract and the properties of its records."""

import json
from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, BundleError, answer_schemas, bundle, operations, request_schemas

TABLE: Final = Path("result_lambda", "contract.json")

_CONTRACT: Final = "internal"
_ANNOTATIONS: Final = ("description", "example", "examples", "title", "x-extensible-enum")


def contract_table(folder: Path = SOURCES) -> dict[str, Any]:
    """Return what the function routes, validates, reads and answers with.

    `operations` is `{operationId: {method, path, body}}`; `body` is the schema of the request (OpenAPI 3.0) without
    `$ref`, descriptions and examples, or None without a body. `record` is the schema of a record in the same form.
    Raises BundleError.
    """
    schemas = request_schemas(_CONTRACT, folder)
    table = {}
    for key, operation in operations(bundle(_CONTRACT, folder)).items():
        method, path = key.split(" ", maxsplit=1)
        body = schemas.get(operation["operationId"])
        table[operation["operationId"]] = {"method": method, "path": path, "body": body and _constraints(body)}
    return {"operations": dict(sorted(table.items())), "record": _constraints(record_schema(_CONTRACT, folder))}


def record_schema(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the schema of the records that the pages of a contract hold, without `$ref`.

    Raises BundleError if the contract has no page of records, or two that differ.
    """
    pages = [schema for schema in answer_schemas(name, folder).values() if "items" in schema["properties"]]
    records = [page["properties"]["items"]["items"] for page in pages]
    if not records or any(record != records[0] for record in records):
        raise BundleError(f"{name}.yaml needs pages (`items`) of one kind of record")
    record: dict[str, Any] = records[0]
    return record


def write_table(root: Path, folder: Path = SOURCES) -> Path:
    """Write the table below `root`, and return its path. Raises BundleError."""
    text = json.dumps(contract_table(folder), ensure_ascii=False, indent=2) + "\n"
    path = root / TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema without the keywords that only readers need; a property may have the name of such a keyword."""
    kept = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if "properties" in kept:
        kept["properties"] = {name: _constraints(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _constraints(kept[key])
    return kept
