"""Values of a filter that has a list of known ones, as people write them on a command line."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

import typer


def chosen(option: str, given: Iterable[str], known: Sequence[str], say: Callable[[str], None]) -> list[str] | None:
    """Return the values of a repeatable option that takes several, separated by commas; None for none.

    A known value may be written in any case. Another one is passed on as it is, since the lists are open, and `say`
    gets a warning. Raises typer.BadParameter for an empty value.
    """
    by_name = {value.casefold(): value for value in known}
    values = [value.strip() for text in given for value in text.split(",")]
    if not all(values):
        raise typer.BadParameter("a value is empty", param_hint=option)
    for value in values:
        if known and value.casefold() not in by_name:
            near = get_close_matches(value.casefold(), by_name, n=1)
            hint = f"did you mean {by_name[near[0]]}?" if near else f"known are {', '.join(known)}"
            say(f"{option} {value} is not a known value, and is sent as it is; {hint}")
    return list(dict.fromkeys(by_name.get(value.casefold(), value) for value in values)) or None


def completer(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Return a function that completes the last of several values, separated by commas, in upper or lower case."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        values = [value.lower() for value in known] if last.islower() else known
        return [f"{before}{comma}{value}" for value in values if value.startswith(last)]

    return complete
