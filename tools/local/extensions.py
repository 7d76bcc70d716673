"""The extensions of OpenAPI that the local gateway imitates, and the places where they may be in a document."""

import re
from collections.abc import Iterator
from typing import Any

_PREFIX = "x-amazon-"
_OPERATION = "paths//.*/(get|put|post|delete|options|head|patch)"
# By key, a pattern of its places.
_PLACES = {
    "x-amazon-apigateway-api-key-source": "",
    "x-amazon-apigateway-authtype": "components/securitySchemes/[^/]+",
    "x-amazon-apigateway-endpoint-configuration": "servers/[0-9]+",
    "x-amazon-apigateway-gateway-responses": "",
    "x-amazon-apigateway-integration": _OPERATION,
    "x-amazon-apigateway-policy": "",
    "x-amazon-apigateway-request-validator": f"|{_OPERATION}",
    "x-amazon-apigateway-request-validators": "",
}


class SpecError(ValueError):
    """A document has something that AWS refuses or that the local gateway does not imitate; the message names it."""


def check(document: Any) -> None:  # noqa: ANN401  # any JSON
    """Raise SpecError for an extension that is not imitated, or not in its place."""
    for key, place in _extensions(document, ""):
        if key not in _PLACES:
            raise SpecError(f"{place or 'the root'}: {key} is not imitated")
        if not re.fullmatch(_PLACES[key], place):
            raise SpecError(f"{place or 'the root'}: {key} is not imitated at this place")


def _extensions(node: Any, place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # any JSON
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if isinstance(key, str) and key.startswith(_PREFIX):
            yield key, place
        yield from _extensions(value, f"{place}/{key}" if place else str(key))
