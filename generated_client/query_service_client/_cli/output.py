"""Standard output: closed, full, or in an encoding that lacks characters."""

import io
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

from .exit_codes import ExitCode, discard_output, say


@contextmanager
def checked_output() -> Generator[None]:
    """Exit with one line and a code if standard output is closed or cannot be written.

    Characters that its encoding lacks are replaced.
    """
    if sys.stdout is None:
        say("standard output is closed")
        sys.exit(ExitCode.USAGE)
    _replace_missing_characters(sys.stdout)
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        discard_output()
        say(f"the output could not be written: {error.strerror}")
        sys.exit(ExitCode.OUTPUT)


def _replace_missing_characters(out: TextIO) -> None:
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="replace")
