"""The differences of two versions of a schema, for requests and answers alike."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


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


def became(what: str, old: object, new: object) -> str:
    """Return the sentence for a keyword that has another value, or none, now."""
    return f"{what} was {_said(old)}, is {_said(new)}"


def _said(value: Any) -> str:  # noqa: ANN401  # any JSON
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
