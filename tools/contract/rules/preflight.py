"""What lets pages of other origins call (CORS): a preflight beside every operation."""

import json
import re
from collections.abc import Iterator, Mapping

from tools.contract.rules.gateway import INTEGRATION
from tools.contract.rules.place import Document, Found, Node, Operation, Rule, each_operation, each_parameter, follow

_METHODS = "Access-Control-Allow-Methods"
_HEADERS = "Access-Control-Allow-Headers"
_MAX_AGE = "Access-Control-Max-Age"
_ORIGIN = "Access-Control-Allow-Origin"
_MAPPED = "method.response.header."
_API_KEY_HEADER = "x-api-key"
_STATUS = "204"


def preflight_present(document: Document) -> Found:
    """Ask for OPTIONS on every path: a key, JSON and a request id each make a browser ask first."""
    answered = {operation.path for operation in _preflights(document)}
    for operation in _called(document):
        if operation.path not in answered:
            yield ("paths", operation.path), "add `options`: without it no page can call this path"


def preflight_integration(document: Document) -> Found:
    """Ask for a mock that always gives one status and no body: no function is woken by a preflight."""
    for operation in _preflights(document):
        place, node = (*operation.place, INTEGRATION), operation.node.get(INTEGRATION, {})
        if node.get("type") != "mock" or node.get("passthroughBehavior") != "never":
            yield place, "write `type: mock` and `passthroughBehavior: never`: the gateway answers by itself"
        if _constant(node.get("requestTemplates")) != {"statusCode": int(_STATUS)}:
            yield (*place, "requestTemplates"), f"write application/json: '{{\"statusCode\": {_STATUS}}}'"
        if list(node.get("responses", {})) != ["default"] or _answer(node).get("statusCode") != _STATUS:
            yield (*place, "responses"), f"write `default` alone, with statusCode '{_STATUS}'"


def preflight_headers(document: Document) -> Found:
    """Ask for the headers of the answer: any origin, the methods of the path, every header that a request may have."""
    for operation in _preflights(document):
        place = (*operation.place, INTEGRATION, "responses", "default", "responseParameters")
        said = dict(_said(operation))
        methods, headers = _methods(document, operation.path), _sent(document, operation.path)
        wanted = {_ORIGIN: {"*"}, _METHODS: methods, _HEADERS: headers}
        for name, values in wanted.items():
            if "*" not in said.get(name, set()) and not values <= said.get(name, set()):
                yield place, f"let {name} have {', '.join(sorted(values))}, in single quotes"
        if not "".join(said.get(_MAX_AGE, ())).isdecimal():
            yield place, f"let {_MAX_AGE} have the seconds for which a browser need not ask again"


def preflight_declared(document: Document) -> Found:
    """Ask the response to declare the headers of the integration: the importer refuses other ones."""
    for operation in _preflights(document):
        place = (*operation.place, "responses", _STATUS)
        found, response = follow(document, place, operation.node["responses"].get(_STATUS, {}))
        for name in sorted({name for name, _ in _said(operation)} - set(response.get("headers", {}))):
            yield found, f"document the header {name}: the integration sets it"


def _preflights(document: Document) -> Iterator[Operation]:
    return (operation for operation in each_operation(document) if operation.is_preflight)


def _called(document: Document) -> Iterator[Operation]:
    """Yield what pages call: all operations of a document that knows API keys; of a signed API no browser asks."""
    schemes = document.get("components", {}).get("securitySchemes", {}).values()
    if any(str(scheme.get("name")).lower() == _API_KEY_HEADER for scheme in schemes):
        yield from (operation for operation in each_operation(document) if not operation.is_preflight)


def _methods(document: Document, path: str) -> set[str]:
    return {operation.method for operation in _called(document) if operation.path == path}


def _sent(document: Document, path: str) -> set[str]:
    """Return the headers that make a browser ask first, of the operations of a path."""
    names = {"content-type", _API_KEY_HEADER}
    for operation in _called(document):
        if operation.path == path:
            parameters = (parameter for _, parameter in each_parameter(document, operation))
            names |= {parameter["name"].lower() for parameter in parameters if parameter.get("in") == "header"}
    return names


def _said(operation: Operation) -> Iterator[tuple[str, set[str]]]:
    """Yield the headers that the integration sets, and their values; only a constant is one."""
    node = operation.node.get(INTEGRATION, {})
    for key, value in _answer(node).get("responseParameters", {}).items():
        if key.startswith(_MAPPED) and re.fullmatch(r"'[^']*'", str(value)):
            yield key.removeprefix(_MAPPED), {part.strip() for part in value.strip("'").split(",")}


def _answer(node: Node) -> Node:
    default: Node = node.get("responses", {}).get("default", {})
    return default


def _constant(templates: object) -> object:
    """Return the JSON of the one template for JSON; None for any other."""
    if not isinstance(templates, Mapping) or list(templates) != ["application/json"]:
        return None
    try:
        return json.loads(templates["application/json"])
    except ValueError:
        return None


RULES: dict[str, Rule] = {
    "preflight-present": preflight_present,
    "preflight-integration": preflight_integration,
    "preflight-headers": preflight_headers,
    "preflight-declared": preflight_declared,
}
