"""Derives `contract.json` of both functions: routes of either contract, and bodies and records of the internal one."""

from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, BundleError, answer_schemas, bundle, operations, request_schemas

_CONTRACT: Final = "internal"
_ANNOTATIONS: Final = ("description", "example", "examples", "title", "x-extensible-enum")


def contract_table(folder: Path = SOURCES) -> dict[str, Any]:
    """Return the operations and the record that the function routes, validates and answers with.

    `version` is the contract's. `operations` is `{operationId: {method, path, body}}`; `body` is the schema of the
    request (OpenAPI 3.0) without `$ref`, descriptions and examples, or None without a body. `record` is the schema of a
    record in the same form, without derived properties. Raises BundleError.
    """
    schemas = request_schemas(_CONTRACT, folder)
    table = {}
    for key, operation in operations(bundle(_CONTRACT, folder)).items():
        method, path = key.split(" ", maxsplit=1)
        body = schemas.get(operation["operationId"])
        table[operation["operationId"]] = {"method": method, "path": path, "body": body and _constraints(body)}
    return {
        "version": _version(_CONTRACT, folder),
        "operations": dict(sorted(table.items())),
        "record": _constraints(stored(record_schema(_CONTRACT, folder))),
    }


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


def stored(record: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a record without its derived properties: the others are attributes of a row."""
    properties = {name: each for name, each in record["properties"].items() if not each.get("x-derived")}
    return record | {"properties": properties}


def public_routes(folder: Path = SOURCES) -> dict[str, Any]:
    """Return version and `{operationId: {method, path}}` of the public contract, no preflights. Raises BundleError."""
    routes = {}
    for key, operation in operations(bundle("public", folder)).items():
        method, path = key.split(" ", maxsplit=1)
        if method != "OPTIONS":  # answered by the gateway itself
            routes[operation["operationId"]] = {"method": method, "path": path}
    return {"version": _version("public", folder), "operations": dict(sorted(routes.items()))}


def _version(name: str, folder: Path) -> str:
    version: str = bundle(name, folder)["info"]["version"]
    return version


def _constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema without the keywords that only readers need; a property may have the name of such a keyword."""
    kept = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if "properties" in kept:
        kept["properties"] = {name: _constraints(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _constraints(kept[key])
    return kept
