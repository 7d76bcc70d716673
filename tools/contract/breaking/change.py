"""A change of a contract since its release."""

from collections.abc import Iterator
from dataclasses import dataclass, replace


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


Changes = Iterator[Change]
