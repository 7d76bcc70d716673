"""A change of a contract since its release, and the difference of two schemas that it comes from."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Change:
    """A change of one place of a contract, and whether it breaks consumers.

    `operation` is its method, path and name. `part` is empty for the operation itself, else `parameter`,
    `request` or `answer`, with the `status` of an answer. `field` is the place within, empty for all of it.
    """

    operation: str
    part: str = ""
    status: str = ""
    field: str = ""
    sentence: str = ""
    breaking: bool = False

    def at(self, field: str) -> "Change":
        """Return the same place, one field of it."""
        return replace(self, field=field)

    def breaks(self, sentence: str) -> "Change":
        """Return a change of this place that breaks consumers."""
        return replace(self, sentence=sentence, breaking=True)

    def passes(self, sentence: str) -> "Change":
        """Return a change of this place that breaks nobody."""
        return replace(self, sentence=sentence, breaking=False)

    def changed(self, sentence: str, *, breaking: bool) -> "Change":
        """Return a change of this place that breaks consumers, or does not."""
        return replace(self, sentence=sentence, breaking=breaking)


class Effect(enum.Flag):
    """The effect of a difference on the values that fit; NONE for a difference in words."""

    NONE = 0
    NARROWER = enum.auto()  # some values no longer fit: breaks senders
    WIDER = enum.auto()  # more values fit: breaks receivers
    OTHER = NARROWER | WIDER


@dataclass(frozen=True)
class Difference:
    """A change of one field of a schema; `field` is empty for the whole value."""

    effect: Effect
    field: str
    sentence: str


Found = Iterator[Difference]
Changes = Iterator[Change]


def became(what: str, old: object, new: object) -> str:
    """Return the sentence for a keyword that has another value, or none, now."""
    return f"{what} was {_said(old)}, is {_said(new)}"


def _said(value: Any) -> str:  # noqa: ANN401  # any JSON
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
