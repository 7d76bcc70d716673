"""Reduces a contract to the parts that become Python code."""

from typing import Any, Final

from tools.contract.bundle import operations

_FIRST_ERROR: Final = 300
_CONTRACT: Final = "/openapi.json"
_LIST: Final = "x-extensible-enum"


def for_callers(document: dict[str, Any], *, known_values: bool = True) -> dict[str, Any]:
    """Return a contract, a document without references to others, as the generator of the Python packages reads it.

    - Operations that no new client calls are left out: deprecated ones, preflights, and that of the contract itself.
    - `nullable` is left out: null means the same as absent, and a client leaves absent fields out.
    - A position is an open object: it is handed back as it was received, as a cursor is.
    - Error schemas are left out: clients read every error body leniently.
    - A schema with known values is a plain string where it is used. The values become an enumeration beside it, unless
      `known_values` is False.
    """
    named = document.get("components", {}).get("schemas", {})
    lists = {name: schema for name, schema in named.items() if _LIST in schema}
    document = _plain(document, lists)
    schemas = document.get("components", {}).get("schemas", {})
    _drop_uncalled(document)
    _drop_error_bodies(document)
    for schema in schemas.values():
        if "position" in schema.get("properties", {}):
            schema["properties"]["position"] = {"$ref": "#/components/schemas/NextPosition"}
    kept = _reached(document["paths"], schemas)
    for unused in schemas.keys() - kept:
        del schemas[unused]
    if known_values:
        schemas |= {
            name: {"type": "string", "description": schema.get("description", ""), "enum": schema[_LIST]}
            for name, schema in lists.items()
        }
    return document


def most_items(document: dict[str, Any]) -> dict[str, int]:
    """Return the largest page size of each operation that has one, by operationId."""
    schemas, found = document["components"]["schemas"], dict[str, int]()
    for operation in operations(document).values():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        limit = schemas.get(body.get("$ref", "").rpartition("/")[2], {}).get("properties", {}).get("limit", {})
        if "maximum" in limit:
            found[operation["operationId"]] = limit["maximum"]
    return found


def _plain(node: Any, lists: dict[str, Any]) -> Any:  # noqa: ANN401  # any JSON
    """Copy a document without `nullable` and extensions, and with a plain string for each reference to `lists`."""
    if isinstance(node, list):
        return [_plain(item, lists) for item in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref")).removeprefix("#/components/schemas/")
    if name in lists:
        return {"type": "string", "description": lists[name].get("description", "")}
    return {
        key: _plain(value, lists)
        for key, value in node.items()
        if isinstance(value, dict) or (key != "nullable" and not key.startswith("x-"))
    }


def _drop_uncalled(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for method in [key for key, value in item.items() if key == "options" or value.get("deprecated")]:
            del item[method]
    document["paths"] = {path: item for path, item in document["paths"].items() if item and path != _CONTRACT}


def _drop_error_bodies(document: dict[str, Any]) -> None:
    """Reduce each error to its status and description."""
    shared = document.get("components", {}).get("responses", {})
    for operation in operations(document).values():
        operation["responses"].pop("default", None)
        for status, response in operation["responses"].items():
            if int(status) >= _FIRST_ERROR:
                name = response.get("$ref", "").rpartition("/")[2]
                operation["responses"][status] = {"description": shared.get(name, response)["description"]}
    document.get("components", {}).pop("responses", None)


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
