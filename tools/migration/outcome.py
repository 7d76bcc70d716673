"""What an exit code means: the same in every command."""

from enum import IntEnum


class Outcome(IntEnum):
    """How a command ended, as the shell sees it."""

    GOOD = 0  # done, and all is well
    FINDING = 1  # done, and something is not well: the report says what
    MISUSE = 2  # not begun: an option, a file or a name is wrong
    INCOMPLETE = 3  # not all of it could be done; run it again, or where more is at hand


class MisuseError(Exception):
    """What the command was given cannot be worked with; the message says what to mend."""
