"""A schema as one object: its own `$ref` followed, its `allOf` merged."""

import functools
import itertools
from collections.abc import Callable, Mapping
from typing import Any, Final

from tools.contract.breaking.keywords import Schema
from tools.contract.rules.place import Document, follow

_LARGER: Final = frozenset({"minimum", "minLength", "minItems", "minProperties"})
_SMALLER: Final = frozenset({"maximum", "maxLength", "maxItems", "maxProperties"})
_EITHER: Final = frozenset({"uniqueItems", "deprecated", "exclusiveMinimum", "exclusiveMaximum"})


def resolved(document: Document, schema: Schema) -> Schema:
    """Return what `schema` is once its `$ref` is followed and its `allOf` merged; its parts stay as they are."""
    _, schema = follow(document, (), schema)
    if "allOf" not in schema:
        return schema
    own = {key: value for key, value in schema.items() if key != "allOf"}
    return functools.reduce(_merged, [resolved(document, part) for part in schema["allOf"]], own)


def _merged(one: Schema, other: Schema) -> Schema:
    """Return a schema that a value fits if it fits both."""
    merged = {**one, **other}
    for key in one.keys() & other.keys():
        if one[key] != other[key]:
            merged[key] = _merge(key, one[key], other[key])
    if "type" in one and "type" in other:
        merged["nullable"] = bool(one.get("nullable")) and bool(other.get("nullable"))
    return merged


def _merge(key: str, one: Any, other: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return one value of a keyword's two; both, to be compared as they are, where nobody knows what they come to."""
    if key in _LARGER | _EITHER:
        return max(one, other)
    if key in _SMALLER:
        return min(one, other)
    return _MERGES[key](one, other) if key in _MERGES else [one, other]


def _merge_fields(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {**one, **other, **{name: {"allOf": [one[name], other[name]]} for name in one.keys() & other.keys()}}


def _merge_parts(one: object, other: object) -> object:
    if one is False or other is False:
        return False
    return {"allOf": [{} if part is True else part for part in (one, other)]}


def _merge_alternatives(one: list[Schema], other: list[Schema]) -> list[Schema]:
    return [{"allOf": list(pair)} for pair in itertools.product(one, other)]


_MERGES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "required": lambda one, other: sorted({*one, *other}),
    "enum": lambda one, other: [value for value in one if value in other],
    "properties": _merge_fields,
    "items": _merge_parts,
    "additionalProperties": _merge_parts,
    "anyOf": _merge_alternatives,
    "oneOf": _merge_alternatives,
}
