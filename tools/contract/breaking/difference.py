"""How two versions of a schema differ, before anyone asks whether it is sent or received."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class Effect(enum.Flag):
    """What a difference does to the values that fit; neither for a difference in words."""

    NONE = 0
    NARROWER = enum.auto()  # values that fitted do not fit any more: breaks who sends
    WIDER = enum.auto()  # values fit that did not: breaks who receives
    OTHER = NARROWER | WIDER


@dataclass(frozen=True)
class Difference:
    """What became of one field of a schema; `field` is empty for the value as a whole."""

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
