"""Exit codes, the same for every command."""

from enum import IntEnum


class Outcome(IntEnum):
    """Exit code of a command."""

    GOOD = 0  # done, nothing wrong
    FINDING = 1  # done, and the report lists a problem
    MISUSE = 2  # not started: an option, a file or a name is wrong
    INCOMPLETE = 3  # stopped early, or some parts could not be checked


class MisuseError(Exception):
    """The input of the command is wrong; the message names the mistake."""
