"""Compares two versions of a schema, field by field."""

import json
from collections.abc import Mapping
from dataclasses import replace

from tools.contract.breaking.change import Difference, Effect, Found
from tools.contract.breaking.keywords import Schema, keyword_differences
from tools.contract.rules.place import Document, follow


class Versions:
    """The released document and the one that is to follow it; schemas of the two are compared once each."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self._compared: dict[str, list[Difference]] = {}

    def differences(self, old: Schema, new: Schema) -> list[Difference]:
        """Return how `new`, a schema of the new document, differs from `old`, one of the released document."""
        pair = _text(old, new)
        if pair not in self._compared:
            self._compared[pair] = list(_Walk(self).compare(old, new, frozenset()))
        return self._compared[pair]


class _Walk:
    """One comparison; a pair of schemas inside itself is compared once, so that a schema may refer to itself."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def compare(self, old: Schema, new: Schema, within: frozenset[str]) -> Found:
        pair = _text(old, new)
        if pair in within:
            return
        before, after = follow(self._versions.old, (), old)[1], follow(self._versions.new, (), new)[1]
        inside = within | {pair}
        yield from keyword_differences(before, after)
        yield from self._fields(before, after, inside)
        yield from self._below("[]", before.get("items"), after.get("items"), inside)
        yield from self._more_fields(before, after, inside)

    def _below(self, field: str, old: Schema | None, new: Schema | None, inside: frozenset[str]) -> Found:
        for found in self.compare(old or {}, new or {}, inside):
            yield replace(found, field=_joined(field, found.field))

    def _fields(self, old: Schema, new: Schema, inside: frozenset[str]) -> Found:
        """Yield the changes of the fields and of `required`."""
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            if name in after:
                yield from self._below(name, before[name], after[name], inside)
            else:
                yield Difference(Effect.OTHER, name, "is gone")
        for name in after.keys() - before.keys():
            yield from self._new_field(name, after[name], old, inside)
        yield from (Difference(Effect.NARROWER, name, "is required now") for name in sorted(needs - needed))
        kept = needed - needs - (before.keys() - after.keys())
        yield from (Difference(Effect.WIDER, name, "is not required any more") for name in sorted(kept))

    def _new_field(self, name: str, schema: Schema, old: Schema, inside: frozenset[str]) -> Found:
        """Yield the effect of a new field, which `additionalProperties` allowed before or not."""
        others = old.get("additionalProperties", True)
        yield Difference(Effect.WIDER if others is False else Effect.NONE, name, "is new")
        if isinstance(others, Mapping) and others:
            yield from self._below(name, others, schema, inside)

    def _more_fields(self, old: Schema, new: Schema, inside: frozenset[str]) -> Found:
        """Yield the changes of `additionalProperties`."""
        before, after = _others(old), _others(new)
        if before is not None and after is not None:
            yield from self._below("*", before, after, inside)
        elif before is not None:
            yield Difference(Effect.NARROWER, "", "refuses fields that it does not name (additionalProperties)")
        elif after is not None:
            yield Difference(Effect.WIDER, "", "has fields that it does not name (additionalProperties)")


def _others(schema: Schema) -> Schema | None:
    """Return the schema of fields that have no name in the contract; None if no such field is allowed."""
    others: Schema | bool = schema.get("additionalProperties", True)
    if isinstance(others, bool):
        return {} if others else None
    return others


def _joined(field: str, rest: str) -> str:
    return field + rest if rest.startswith("[") or not rest else f"{field}.{rest}"


def _text(old: Schema, new: Schema) -> str:
    return json.dumps([old, new], sort_keys=True)
