"""Walks two versions of a schema side by side, and tells how they differ."""

import functools
import itertools
import json
from collections.abc import Mapping
from dataclasses import replace

from tools.contract.breaking.difference import Difference, Effect, Found
from tools.contract.breaking.keywords import Schema, keyword_differences
from tools.contract.breaking.resolved import resolved
from tools.contract.rules.place import Document


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
        before, after = resolved(self._versions.old, old), resolved(self._versions.new, new)
        inside = within | {pair}
        yield from keyword_differences(before, after)
        yield from self._fields(before, after, inside)
        yield from self._below("[]", before.get("items"), after.get("items"), inside)
        yield from self._more_fields(before, after, inside)
        for key, alternatives in (("anyOf", self._any_of), ("oneOf", self._one_of)):
            if key in before or key in after:
                yield from alternatives(before.get(key, [{}]), after.get(key, [{}]), inside)

    def _below(self, field: str, old: Schema | None, new: Schema | None, inside: frozenset[str]) -> Found:
        for found in self.compare(old or {}, new or {}, inside):
            yield replace(found, field=_joined(field, found.field))

    def _fields(self, old: Schema, new: Schema, inside: frozenset[str]) -> Found:
        """Yield what became of each field, and of its being required."""
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
        """Yield what a field means to those who know only that there may, or may not, be others."""
        others = old.get("additionalProperties", True)
        yield Difference(Effect.WIDER if others is False else Effect.NONE, name, "is new")
        if isinstance(others, Mapping) and others:
            yield from self._below(name, others, schema, inside)

    def _more_fields(self, old: Schema, new: Schema, inside: frozenset[str]) -> Found:
        """Yield what became of the fields that have no name in the contract."""
        before, after = _others(old), _others(new)
        if before is not None and after is not None:
            yield from self._below("*", before, after, inside)
        elif before is not None:
            yield Difference(Effect.NARROWER, "", "refuses fields that it does not name (additionalProperties)")
        elif after is not None:
            yield Difference(Effect.WIDER, "", "has fields that it does not name (additionalProperties)")

    def _any_of(self, old: list[Schema], new: list[Schema], inside: frozenset[str]) -> Found:
        """Yield whether each alternative still has one that it fits into, and fits into one that was there."""
        pairs = {
            (i, j): self._effect(one, other, inside)
            for (i, one), (j, other) in itertools.product(enumerate(old), enumerate(new))
        }
        if any(all(Effect.NARROWER in pairs[i, j] for j in range(len(new))) for i in range(len(old))):
            yield Difference(Effect.NARROWER, "", "has an alternative less (anyOf)")
        if any(all(Effect.WIDER in pairs[i, j] for i in range(len(old))) for j in range(len(new))):
            yield Difference(Effect.WIDER, "", "has another alternative (anyOf)")

    def _one_of(self, old: list[Schema], new: list[Schema], inside: frozenset[str]) -> Found:
        """Yield whether any alternative changed: a wider one may make two fit, and so none."""
        same = len(old) == len(new)
        if not same or any(self._effect(*pair, inside) for pair in zip(old, new, strict=True)):
            yield Difference(Effect.OTHER, "", "has other alternatives (oneOf)")

    def _effect(self, old: Schema, new: Schema, inside: frozenset[str]) -> Effect:
        effects = (found.effect for found in self.compare(old, new, inside))
        return functools.reduce(Effect.__or__, effects, Effect.NONE)


def _others(schema: Schema) -> Schema | None:
    """Return the schema of fields without a name, None where there are none."""
    others: Schema | bool = schema.get("additionalProperties", True)
    if isinstance(others, bool):
        return {} if others else None
    return others


def _joined(field: str, rest: str) -> str:
    return field + rest if rest.startswith("[") or not rest else f"{field}.{rest}"


def _text(old: Schema, new: Schema) -> str:
    return json.dumps([old, new], sort_keys=True)
