"""The effect of a changed keyword on the values that fit a schema.

The contracts do not use `allOf`, `anyOf` and `oneOf`: any change of these breaks.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from tools.contract.breaking.change import Difference, Effect, Found, became

Schema = Mapping[str, Any]

# Compared together with others, or field by field.
WALKED: Final = frozenset(
    {"$ref", "properties", "required", "items", "additionalProperties", "exclusiveMinimum", "exclusiveMaximum"}
)
WORDS: Final = frozenset({"title", "description", "example", "externalDocs", "xml"})
# The formats that each format includes.
_ROOMIER: Final = {"int64": {"int32"}, "double": {"float", "int32"}}
_LEAST: Final = {"minLength": 0, "minItems": 0, "minProperties": 0}


def keyword_differences(old: Schema, new: Schema) -> Found:
    """Yield the differences of all keywords but those of fields; a change of an unknown keyword breaks."""
    for key in sorted((old.keys() | new.keys()) - WALKED - WORDS):
        if key.startswith("x-") and key not in _KEYWORDS:
            continue
        effect = _KEYWORDS.get(key, _any_change)(key, old, new)
        if effect is not None:
            yield Difference(effect, "", became(key, old.get(key), new.get(key)))
    for key in ("exclusiveMinimum", "exclusiveMaximum"):
        if bool(old.get(key)) != bool(new.get(key)):
            effect = Effect.NARROWER if new.get(key) else Effect.WIDER
            yield Difference(effect, "", became(key, bool(old.get(key)), bool(new.get(key))))
    if words := sorted(key for key in WORDS if old.get(key) != new.get(key)):
        yield Difference(Effect.NONE, "", f"says something else ({', '.join(words)})")


def _type(_key: str, old: Schema, new: Schema) -> Effect | None:
    match old.get("type"), new.get("type"):
        case before, after if before == after:
            return None
        case (None, _) | ("number", "integer"):
            return Effect.NARROWER
        case (_, None) | ("integer", "number"):
            return Effect.WIDER
    return Effect.OTHER


def _nullable(_key: str, old: Schema, new: Schema) -> Effect | None:
    """Compare `nullable`, which has an effect only beside `type`."""
    before, after = (bool(schema.get("nullable")) for schema in (old, new))
    if before == after or "type" not in old or "type" not in new:
        return None
    return Effect.WIDER if after else Effect.NARROWER


def _format(key: str, old: Schema, new: Schema) -> Effect | None:
    before, after = old.get(key), new.get(key)
    if before == after:
        return None
    if after is None or before in _ROOMIER.get(after, ()):
        return Effect.WIDER
    return Effect.NARROWER if before is None or after in _ROOMIER.get(before, ()) else Effect.OTHER


def _enum(key: str, old: Schema, new: Schema) -> Effect | None:
    if key not in old or key not in new:
        return _presence(key, old, new)
    effect = Effect.NONE
    if any(value not in new[key] for value in old[key]):
        effect |= Effect.NARROWER
    if any(value not in old[key] for value in new[key]):
        effect |= Effect.WIDER
    return effect or None


def _known_values(key: str, old: Schema, new: Schema) -> Effect | None:
    """Compare lists that promise nothing: another value may always come."""
    return None if old.get(key) == new.get(key) else Effect.NONE


def _maximum(key: str, old: Schema, new: Schema) -> Effect | None:
    return _bound(old.get(key, math.inf), new.get(key, math.inf))


def _minimum(key: str, old: Schema, new: Schema) -> Effect | None:
    least = _LEAST.get(key, -math.inf)
    return _bound(new.get(key, least), old.get(key, least))


def _bound(old: float, new: float) -> Effect | None:
    if old == new:
        return None
    return Effect.NARROWER if new < old else Effect.WIDER


def _multiple(key: str, old: Schema, new: Schema) -> Effect | None:
    if key not in old or key not in new:
        return _presence(key, old, new)
    if old[key] == new[key]:
        return None
    if new[key] % old[key] == 0:
        return Effect.NARROWER
    return Effect.WIDER if old[key] % new[key] == 0 else Effect.OTHER


def _unique(key: str, old: Schema, new: Schema) -> Effect | None:
    before, after = bool(old.get(key)), bool(new.get(key))
    return _bound(after, before)


def _presence(key: str, old: Schema, new: Schema) -> Effect | None:
    """Compare a keyword of which nobody can say which of two values is the narrower: a pattern."""
    if old.get(key) == new.get(key):
        return None
    if key not in old:
        return Effect.NARROWER
    return Effect.OTHER if key in new else Effect.WIDER


def _default(key: str, old: Schema, new: Schema) -> Effect | None:
    """Compare defaults: a new default documents the behaviour, a changed one alters it."""
    if old.get(key) == new.get(key):
        return None
    return Effect.OTHER if key in old else Effect.NONE


def _any_change(key: str, old: Schema, new: Schema) -> Effect | None:
    return None if old.get(key) == new.get(key) else Effect.OTHER


_KEYWORDS: Final[Mapping[str, Callable[[str, Schema, Schema], Effect | None]]] = {
    "type": _type,
    "nullable": _nullable,
    "format": _format,
    "enum": _enum,
    "x-extensible-enum": _known_values,
    "maximum": _maximum,
    "maxLength": _maximum,
    "maxItems": _maximum,
    "maxProperties": _maximum,
    "minimum": _minimum,
    "minLength": _minimum,
    "minItems": _minimum,
    "minProperties": _minimum,
    "multipleOf": _multiple,
    "uniqueItems": _unique,
    "pattern": _presence,
    "default": _default,
    "x-default": _default,
    "deprecated": _known_values,
}
