"""The command line `push-records`; it needs the extra `cli` of the package."""

import logging
import sys

_NEEDED = ("click", "rich", "typer")
_USAGE = 2
_INTERRUPTED = 130


def main() -> None:
    """Run the command line; without the extra, say how to get it."""
    try:
        from .app import app  # noqa: PLC0415  # the library itself needs none of it
        from .output import checked_output  # noqa: PLC0415  # as above
    except ModuleNotFoundError as exc:
        if exc.name not in _NEEDED:
            raise
        sys.stderr.write("push-records needs more than the library: pip install 'query-service-client[cli]'\n")
        sys.exit(_USAGE)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    # The commands replace the library's warnings, such as that of an invisible character in an id, by their own.
    logging.getLogger("query_service_client").addHandler(logging.NullHandler())
    with checked_output():
        app(prog_name="push-records")
