"""Bundles a contract into one document, and derives the copy that API Gateway imports."""

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

SOURCES = Path(__file__).resolve().parents[2] / "openapi"
NAMES = ("public", "internal")

# Keywords that the importer refuses, drops or warns about. The other copies keep them.
_UNSUPPORTED = ("default", "discriminator", "example", "exclusiveMinimum", "exclusiveMaximum", "readOnly", "writeOnly")
_UNSUPPORTED_FORMATS = ("int32", "int64", "float", "double")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


class BundleError(ValueError):
    """A reference leads nowhere, or two files define one name."""


def bundle(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the contract `name` as one document: references to other files become components of its own.

    A problem code with `only` is kept in the contract of that name alone. Raises BundleError if a reference leads
    nowhere or two files define one component differently.
    """
    root = folder / f"{name}.yaml"
    document: dict[str, Any] = _read(root)
    whole = _Bundler(root, document).run()
    _keep_own_codes(whole, name)
    return whole


def import_copy(name: str, folder: Path = SOURCES) -> dict[str, Any]:
    """Return the contract `name` for API Gateway. The deployment replaces the `${placeholders}`.

    Models and security schemes are its only components; everything else is inlined. Raises BundleError as `bundle`
    does, and if a schema that cannot be a model refers to itself.
    """
    source = bundle(name, folder)
    parts = source.pop("components")
    models = [key for key, schema in parts["schemas"].items() if _is_model(schema)]

    def in_place(section: str, key: str) -> Any:  # noqa: ANN401  # any JSON
        return None if section == "schemas" and key in models else parts[section][key]

    document: dict[str, Any] = _inline(source, in_place)
    for operation in operations(document).values():
        _trim(operation)
    document["info"].get("license", {}).pop("url", None)  # relative to the repository: the importer warns
    document["components"] = {
        "securitySchemes": parts.get("securitySchemes", {}),
        "schemas": {key: _model(_inline(parts["schemas"][key], in_place)) for key in models},
    }
    return document


def operations(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the operations of a document by their `METHOD /path`."""
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    }


def request_schemas(name: str, folder: Path = SOURCES) -> dict[str, dict[str, Any]]:
    """Return, by operationId, the body schema of each operation that has a body, without any `$ref`.

    Raises BundleError as `bundle` does, and if a schema refers to itself.
    """
    return _schemas_in_json(name, folder, lambda operation: operation.get("requestBody", {}))


def answer_schemas(name: str, folder: Path = SOURCES) -> dict[str, dict[str, Any]]:
    """Return, by operationId, the schema of each operation's 200 answer, without any `$ref`.

    Raises BundleError as `bundle` does, and if a schema refers to itself.
    """
    return _schemas_in_json(name, folder, lambda operation: operation["responses"].get("200", {}))


def without_keys(node: Any, is_dropped: Callable[[str], bool]) -> Any:  # noqa: ANN401  # any JSON
    """Copy a document without the members whose key is dropped."""
    if isinstance(node, list):
        return [without_keys(item, is_dropped) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: without_keys(value, is_dropped) for key, value in node.items() if not is_dropped(key)}


def as_json(document: Mapping[str, Any]) -> str:
    """Return a document as the text of a JSON file."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _schemas_in_json(
    name: str, folder: Path, body: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    document = bundle(name, folder)
    schemas = document["components"]["schemas"]
    bodies = {operation["operationId"]: body(operation) for operation in operations(document).values()}
    return {
        operation_id: _inline(found["content"]["application/json"]["schema"], lambda _, key: schemas[key])
        for operation_id, found in bodies.items()
        if "content" in found
    }


def _keep_own_codes(document: dict[str, Any], name: str) -> None:
    codes = document.get("components", {}).get("schemas", {}).get("ProblemCode", {})
    for code, problem in list(codes.get("x-problems", {}).items()):
        if problem.get("only", name) != name:
            del codes["x-problems"][code]
            codes["x-extensible-enum"].remove(code)


class _Bundler:
    """Collects the components of other files that a document refers to."""

    def __init__(self, root: Path, document: dict[str, Any]) -> None:
        self._root = root
        self._document = document
        self._origin: dict[tuple[str, str], Path] = {}
        for section, named in document.get("components", {}).items():
            self._origin.update({(section, key): root for key in named})

    def run(self) -> dict[str, Any]:
        own = self._document.get("components", {})
        self._components: dict[str, dict[str, Any]] = {section: {} for section in own}
        result: dict[str, Any] = {k: self._walk(v, self._root) for k, v in self._document.items() if k != "components"}
        for section, named in own.items():
            self._components[section].update({key: self._walk(value, self._root) for key, value in named.items()})
        result["components"] = {key: dict(sorted(named.items())) for key, named in sorted(self._components.items())}
        return result

    def _walk(self, node: Any, file: Path) -> Any:  # noqa: ANN401  # any JSON
        if isinstance(node, list):
            return [self._walk(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return self._resolve(node["$ref"], file)
        return {key: self._walk(value, file) for key, value in node.items()}

    def _resolve(self, reference: str, file: Path) -> Any:  # noqa: ANN401  # any JSON
        target, _, pointer = reference.partition("#")
        source = file.parent / target if target else file
        if not pointer:
            return self._walk(_read(source), source)
        _, section, key = _split(pointer, reference)
        self._adopt(section, key, source)
        return {"$ref": f"#/components/{section}/{key}"}

    def _adopt(self, section: str, key: str, source: Path) -> None:
        known = self._origin.setdefault((section, key), source)
        if known != source:
            raise BundleError(f"{section}/{key} is defined in both {known.name} and {source.name}")
        try:
            component = _read(source)["components"][section][key]
        except (KeyError, TypeError) as exc:
            raise BundleError(f"{source.name} has no components/{section}/{key}") from exc
        named = self._components.setdefault(section, {})
        if source == self._root or key in named:
            return
        named[key] = None  # a schema may refer to itself
        named[key] = self._walk(component, source)


def _split(pointer: str, reference: str) -> tuple[str, str, str]:
    match pointer.strip("/").split("/"):
        case ["components", section, key]:
            return "components", section, key
    raise BundleError(f"{reference} does not name a component")


@functools.cache
def _text(file: Path, _changed: int) -> Any:  # noqa: ANN401  # any YAML
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _read(file: Path) -> Any:  # noqa: ANN401  # any YAML
    try:
        return _text(file, file.stat().st_mtime_ns)
    except FileNotFoundError as exc:
        raise BundleError(f"there is no file {file.name}") from exc
    except yaml.YAMLError as exc:
        raise BundleError(f"{file.name} is not YAML: {exc}") from exc


def _inline(node: Any, lookup: Callable[[str, str], Any], within: tuple[str, ...] = ()) -> Any:  # noqa: ANN401  # any JSON
    """Copy `node`, replacing each reference for which `lookup(section, key)` has a value by that value."""
    if isinstance(node, list):
        return [_inline(item, lookup, within) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return {key: _inline(value, lookup, within) for key, value in node.items()}
    if reference in within:
        raise BundleError(f"{reference} refers to itself and cannot be written out in place")
    _, section, key = _split(reference.removeprefix("#"), reference)
    found = lookup(section, key)
    return dict(node) if found is None else _inline(found, lookup, (*within, reference))


def _is_model(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema can stand as a model: a model has properties, and is never null."""
    return schema.get("type") == "object" and not schema.get("nullable") and "properties" in schema


def _model(node: Any) -> Any:  # noqa: ANN401  # any JSON
    """Reduce a schema to the keywords that a model may have.

    A model has no null. Its types are for SDK exports; the functions check the bodies.
    """
    if isinstance(node, list):
        return [_model(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _model(schema) for name, schema in value.items()} if key == "properties" else _model(value)
        for key, value in node.items()
        if key not in (*_UNSUPPORTED, "nullable") and not key.startswith("x-")
    }
    if kept.get("format") in _UNSUPPORTED_FORMATS:
        del kept["format"]
    return kept


def _trim(operation: dict[str, Any]) -> None:
    """Drop the parts of an operation that the importer does not read, and reduce its inline schemas."""
    operation.pop("deprecated", None)
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    headers = [header for body in bodies for header in body.get("headers", {}).values()]
    for body in bodies:
        body.pop("links", None)
    for part in (*operation.get("parameters", []), *headers, *_contents(bodies)):
        part.pop("example", None)
        part.pop("examples", None)
        part["schema"] = _model(part["schema"])


def _contents(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [content for body in bodies for content in body.get("content", {}).values()]
