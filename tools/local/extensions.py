"""The extensions of OpenAPI that the local gateway imitates, and the places where they may be in a document."""

from collections.abc import Iterator
from typing import Any

_PREFIX = "x-amazon-"
_ROOT: tuple[str, ...] = ()
_OPERATION = ("paths", "*", "*")
_PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "x-amazon-apigateway-api-key-source": (_ROOT,),
    "x-amazon-apigateway-authtype": (("components", "securitySchemes", "*"),),
    "x-amazon-apigateway-endpoint-configuration": (("servers", "*"),),
    "x-amazon-apigateway-gateway-responses": (_ROOT,),
    "x-amazon-apigateway-integration": (_OPERATION,),
    "x-amazon-apigateway-policy": (_ROOT,),
    "x-amazon-apigateway-request-validator": (_ROOT, _OPERATION),
    "x-amazon-apigateway-request-validators": (_ROOT,),
}


class SpecError(ValueError):
    """A document has something that AWS refuses or that the local gateway does not imitate; the message names it."""


def check(document: Any) -> None:  # noqa: ANN401  # any JSON
    """Raise SpecError for an extension that is not imitated, or not in its place."""
    for key, place in _extensions(document, ()):
        if key not in _PLACES:
            raise SpecError(f"{'/'.join(place) or 'the root'}: {key} is not imitated")
        if not any(_is_at(place, allowed) for allowed in _PLACES[key]):
            raise SpecError(f"{'/'.join(place) or 'the root'}: {key} is not imitated at this place")


def _extensions(node: Any, place: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:  # noqa: ANN401  # any JSON
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if isinstance(key, str) and key.startswith(_PREFIX):
            yield key, place
        yield from _extensions(value, (*place, str(key)))


def _is_at(place: tuple[str, ...], allowed: tuple[str, ...]) -> bool:
    return len(place) == len(allowed) and all(
        pattern in ("*", part) for part, pattern in zip(place, allowed, strict=True)
    )
