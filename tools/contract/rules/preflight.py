"""The CORS preflights, which let pages of other origins call. The local gateway checks their mock integration."""

from collections.abc import Iterator

from tools.contract.rules.place import INTEGRATION, Document, Found, Operation, Rule, each_operation, each_parameter

_SET = "method.response.header.Access-Control-Allow-"
_API_KEY_HEADER = "x-api-key"


def preflight_present(document: Document) -> Found:
    """Ask for OPTIONS on every path: browsers send a preflight before a request with a key, JSON or a request ID."""
    answered = {operation.path for operation in each_operation(document) if operation.is_preflight}
    for operation in _called(document):
        if operation.path not in answered:
            yield ("paths", operation.path), "add `options`: without it no page can call this path"


def preflight_headers(document: Document) -> Found:
    """Ask for the headers of the answer: any origin, the methods of the path, every header that a request may have."""
    for preflight in each_operation(document):
        if not preflight.is_preflight:
            continue
        allowed = preflight.node.get(INTEGRATION, {}).get("responses", {}).get("default", {})
        beside = [operation for operation in _called(document) if operation.path == preflight.path]
        headers = {"content-type", _API_KEY_HEADER}.union(*(_headers(document, operation) for operation in beside))
        wanted = {"Origin": {"*"}, "Methods": {operation.method for operation in beside}, "Headers": headers}
        place = (*preflight.place, INTEGRATION, "responses", "default", "responseParameters")
        for name, values in wanted.items():
            value = allowed.get("responseParameters", {}).get(_SET + name, "")
            found = set(value.strip("'").split(","))
            if "*" not in found and not values <= found:
                yield place, f"let {_SET}{name} have {', '.join(sorted(values))}, in single quotes"


def _called(document: Document) -> Iterator[Operation]:
    """Yield the operations that pages call: all those of a document that has API keys, none of a signed API."""
    schemes = document.get("components", {}).get("securitySchemes", {}).values()
    if any(str(scheme.get("name")).lower() == _API_KEY_HEADER for scheme in schemes):
        yield from (operation for operation in each_operation(document) if not operation.is_preflight)


def _headers(document: Document, operation: Operation) -> set[str]:
    parameters = (parameter for _, parameter in each_parameter(document, operation))
    return {parameter["name"].lower() for parameter in parameters if parameter.get("in") == "header"}


RULES: dict[str, Rule] = {"preflight-present": preflight_present, "preflight-headers": preflight_headers}
