"""The report of a comparison: 80 columns, breaking changes first, in a form that fits the changelog."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tools.contract.breaking.change import Change

WIDTH: Final = 80


def report(name: str, version: str, changes: Sequence[Change]) -> Iterator[str]:
    """Yield the lines on the contract `name` against the released `version` of it."""
    breaking = [change for change in changes if change.breaking]
    passing = [change for change in changes if not change.breaking]
    counts = f"{len(_together(breaking))} breaking, {len(_together(passing))} additive" if changes else "no change"
    yield f"{name} since {version}: {counts}"
    for title, found in (("Breaking: a consumer has to act.", breaking), ("Additive: nobody has to act.", passing)):
        if found:
            yield title
            yield from _lines(found)


def _lines(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a paragraph for each change, with all the operations that have it."""
    for (what, sentence), operations in _together(changes).items():
        yield from textwrap.wrap(
            f"- {what}: {sentence}".replace("- : ", "- "), WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )
        for operation in operations:
            yield from textwrap.wrap(operation, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _together(changes: Iterable[Change]) -> dict[tuple[str, str], list[str]]:
    """Return the operations by change: a change of a shared schema affects many operations."""
    statuses = defaultdict(list)
    for change in changes:
        statuses[change.operation, change.part, change.field, change.sentence].append(change.status)
    operations = defaultdict(list)
    for (operation, part, field, sentence), seen in statuses.items():
        what = " ".join(filter(None, (part, ", ".join(filter(None, seen)), field)))
        operations[what, sentence].append(operation)
    return operations
