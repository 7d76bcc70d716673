"""Ends a command with an exit code that a script can act on, and with lines on standard error that say why."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from enum import IntEnum

import typer

from .._runtime import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    RateLimitError,
)
from .texts import printable
from .words import flag


class ExitCode(IntEnum):
    """The exit codes of a command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    OUTPUT = 4
    INTERRUPTED = 130


@contextmanager
def errors_as_exit_codes(key: str = "") -> Generator[None]:
    """Turn the errors of a call into lines on standard error, and typer.Exit with the code.

    `key` is the field of the request that is an argument of the command, and no option.
    """
    try:
        yield
    except ConfigurationError as error:
        raise _end(ExitCode.USAGE, _in_options(str(error))) from error
    except ApiTimeoutError as error:
        raise _end(ExitCode.UNREACHABLE, str(error), "--timeout gives it longer") from error
    except ApiConnectionError as error:
        raise _end(ExitCode.UNREACHABLE, str(error), "is QUERY_SERVICE_URL, or --url, the right address?") from error
    except ApiError as error:
        raise _end(ExitCode.REFUSED, str(error), *_advice(error, key)) from error
    except UnicodeError as error:
        raise _end(ExitCode.USAGE, "an argument is not text in UTF-8") from error
    except BrokenPipeError as error:
        discard_output()
        raise typer.Exit(ExitCode.OK) from error
    except (KeyboardInterrupt, typer.Abort) as error:
        raise typer.Exit(ExitCode.INTERRUPTED) from error


def discard_output() -> None:
    """Drop the part of standard output that was not written, so that the interpreter does not write it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(line: str) -> None:
    """Write a line to standard error, if it can be written to."""
    with suppress(OSError):
        typer.echo(f"push-records: {printable(line)}", err=True)


def _in_options(message: str) -> str:
    """Return a message of the library in the words of the command line."""
    message = message.replace("give base_url=", "give --url").replace("give api_key=, or set", "set")
    return message.replace("no address of the service: give", "no address of the service: give --profile or")


def _advice(error: ApiError, key: str) -> list[str]:
    """Return the advice that an error has for the caller."""
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        return [
            "is the key (QUERY_SERVICE_API_KEY, or the profile's) one of this service?",
            "does the address end with its stage, such as /v1?",
        ]
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return [f"try again in {error.retry_after:.0f} s"]
    if isinstance(error, ApiStatusError):
        return [f"{_named(each.pointer, key)}: {each.detail}" for each in error.problem.errors]
    return []


def _named(pointer: str, key: str) -> str:
    """Return the argument or option for a place of the request, such as `#/status/0`."""
    field = pointer.removeprefix("#/").partition("/")[0]
    return field.upper() if field == key else flag(field) if field else "the request"


def _end(code: ExitCode, *lines: str) -> typer.Exit:
    for line in lines:
        say(line)
    return typer.Exit(code)
