"""Derives `infra/rows.schema.json`, the JSON Schema of what writers store, from the record of the public contract."""

from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, request_schemas
from tools.contract.table import record_schema, stored

_CONTRACT: Final = "public"
_KEPT: Final = ("type", "description", "x-extensible-enum")
_BOUNDS: Final = ("minLength", "maxLength", "pattern")
_DESCRIPTION: Final = (
    "What the writers of notification-records store, and what the query service reads. One row for each state that a "
    "push reaches: a later state is a new row, never an update. user_id and created_at are the key of a row: two rows "
    "of one user in one millisecond differ in a fraction of it. Other attributes may be stored; no answer has them."
)
# An answer may lack what writers must store.
_REQUIRED: Final = ("transaction_id", "user_id", "created_at", "status")
# Milliseconds since 1973; as seconds, this is the year 5138. So a smaller number is a time in seconds.
_FIRST_MILLISECOND: Final = 10**11
_CREATED_AT: Final = {"type": "number", "minimum": _FIRST_MILLISECOND, "exclusiveMaximum": 10**13}


def row_schema(folder: Path = SOURCES) -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) of a row. Raises BundleError."""
    record = stored(record_schema(_CONTRACT, folder))
    bounds = _bounds(folder)
    properties = {name: _property(schema) | bounds.get(name, {}) for name, schema in record["properties"].items()}
    properties["created_at"] |= _CREATED_AT
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of notification-records",
        "description": _DESCRIPTION,
        "type": "object",
        "required": list(_REQUIRED),
        "properties": properties,
        "if": {"properties": {"status": {"const": "FAILED"}}, "required": ["status"]},
        "then": {"required": ["error_msg"]},
    }


def _property(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: schema[key] for key in _KEPT if key in schema}
    return kept | ({"examples": [schema["example"]]} if "example" in schema else {})


def _bounds(folder: Path) -> dict[str, dict[str, Any]]:
    """Return, by attribute, the bounds of the texts that a query can ask for."""
    return {
        name: {key: schema[key] for key in _BOUNDS if key in schema}
        for body in request_schemas(_CONTRACT, folder).values()
        for name, schema in body["properties"].items()
        if schema["type"] == "string"
    }
