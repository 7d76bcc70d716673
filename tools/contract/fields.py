"""Derives the filters and records of the public contract for people's tools: the command line and the console."""

from pathlib import Path
from typing import Any, Final

from tools.contract.bundle import SOURCES, answer_schemas, as_json, bundle, operations, request_schemas
from tools.contract.table import record_schema

_CONTRACT: Final = "public"
_NOT_FILTERS: Final = ("limit", "cursor")
_BOUNDS: Final = ("maxLength", "maximum")
_KINDS: Final = {"array": "list", "string": "text", "integer": "number"}


def fields(folder: Path = SOURCES) -> dict[str, Any]:
    """Return the operations that answer pages of records, their filters, and the properties of a record.

    `answers` are the other operations that take a body, with their fields. The kind of a filter is `list`, `text`,
    `number` or `time` (epoch milliseconds); `values` are the known ones. Raises BundleError.
    """
    pages = {name for name, schema in answer_schemas(_CONTRACT, folder).items() if "items" in schema["properties"]}
    bodies = request_schemas(_CONTRACT, folder)
    found: dict[str, Any] = {"operations": {}, "answers": {}, "filters": {}, "record": {}}
    for key, operation in operations(bundle(_CONTRACT, folder)).items():
        name = operation["operationId"]
        if name not in bodies or operation.get("deprecated"):
            continue
        properties: dict[str, Any] = bodies[name]["properties"]
        (subject,) = bodies[name]["required"]
        left_out = (subject, *_NOT_FILTERS)
        filters = {
            field: _filter(schema)
            for field, schema in properties.items()
            if field not in left_out and schema["type"] in _KINDS
        }
        described = {
            "path": key.partition(" ")[2],
            "summary": operation["summary"],
            "key": subject,
            "example": properties[subject].get("example"),
            "max_length": properties[subject].get("maxLength"),
        }
        if name in pages:
            page = {"largest_page": properties["limit"]["maximum"], "filters": list(filters)}
            found["operations"][name] = described | page
            found["filters"] |= filters
        else:
            found["answers"][name] = described | {"filters": filters}
    if pages:
        found["record"] = {
            name: _described(schema) for name, schema in record_schema(_CONTRACT, folder)["properties"].items()
        }
    return found


def fields_module(folder: Path = SOURCES) -> str:
    """Return a JavaScript module that exports the fields as `FIELDS`. Raises BundleError."""
    return f"// Generated from openapi/ by `make client`.\nexport const FIELDS = {as_json(fields(folder)).rstrip()};\n"


def _filter(schema: dict[str, Any]) -> dict[str, Any]:
    kind = "time" if schema.get("format") == "int64" else _KINDS[schema["type"]]
    bounds = {key: value for key, value in schema.items() if key in _BOUNDS}
    return {"kind": kind} | _described(schema) | bounds


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    values = schema.get("items", schema)
    known = values.get("x-extensible-enum")
    return {"description": schema["description"], **({"values": known} if known else {})}
