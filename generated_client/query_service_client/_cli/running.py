"""Walks through the pages of a query, and ends with an exit code that a script can act on."""

import os
import sys
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

import typer
from rich.console import Console

from .._runtime import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    AuthenticationError,
    ConfigurationError,
    Pager,
    PermissionDeniedError,
    RateLimitError,
)
from ..client import QueryServiceClient
from ..models.push_record import PushRecord
from ..models.record_page import RecordPage
from .formats import Format, printable, write

Records = Pager[RecordPage, PushRecord, str]
Walk = Callable[[QueryServiceClient, int], Records]


class ExitCode(IntEnum):
    """The exit codes of a command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    OUTPUT = 4
    INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Job:
    """The options of a command besides the query: how to reach the service, and how to write the records."""

    url: str | None
    timeout: float
    form: Format
    limit: int | None
    largest_page: int
    identifier: str


def run(job: Job, walk: Walk) -> None:
    """Write the records that `walk(client, page size)` gives; raise typer.Exit with the code unless all is well."""
    try:
        with QueryServiceClient(job.url, timeout=job.timeout) as client:
            _write(job, walk(client, min(job.limit or job.largest_page, job.largest_page)))
    except ConfigurationError as error:
        raise _end(ExitCode.USAGE, str(error)) from error
    except ApiConnectionError as error:
        raise _end(ExitCode.UNREACHABLE, str(error), "is QUERY_SERVICE_URL, or --url, the right address?") from error
    except ApiError as error:
        raise _end(ExitCode.REFUSED, str(error), *_advice(error)) from error
    except UnicodeError as error:
        raise _end(ExitCode.USAGE, "an argument is no text in UTF-8") from error
    except BrokenPipeError as error:
        discard_output()
        raise typer.Exit(ExitCode.OK) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(ExitCode.INTERRUPTED) from error


def _write(job: Job, pager: Records) -> None:
    """Write the records; if they break off in the middle, say how to go on from there."""
    written = 0

    def counted(show: Callable[[int], None]) -> Iterator[PushRecord]:
        nonlocal written
        for record in islice(pager, job.limit):
            yield record
            written += 1
            show(written)

    try:
        with _progress(job) as show:
            write(counted(show), job.form)
    except ApiError:
        if written and job.form.is_streamed:
            say(f"{written} records were written; the rest: {_rest(job, pager, written)}")
        raise
    if not written:
        say("no records" + _invisible(job.identifier))


def _rest(job: Job, pager: Records, written: int) -> str:
    """Return the options that go on, beside the id, at the page that failed."""
    limit = [] if job.limit is None else [f"--limit {job.limit - written}"]
    return " ".join([*limit, f"--cursor {pager.cursor}"])


def _invisible(identifier: str) -> str:
    """Return a note on an invisible character in an id, which people copy unseen; empty if there is none."""
    found = next((each for each in identifier if each != " " and unicodedata.category(each) in {"Cf", "Zs"}), None)
    return f"; the id holds an invisible character: U+{ord(found):04X}" if found else ""


@contextmanager
def _progress(job: Job) -> Generator[Callable[[int], None]]:
    """Yield a function that shows the number of records so far, if that does not disturb the output."""
    if not (sys.stderr and sys.stderr.isatty()) or (job.form.is_streamed and sys.stdout.isatty()):
        yield lambda _: None
        return
    with Console(stderr=True).status("asking ...") as status:
        yield lambda count: status.update(f"{count} records ...")


def _advice(error: ApiError) -> list[str]:
    """Return the advice that an error has for the caller."""
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        return ["is QUERY_SERVICE_API_KEY a key of this service?"]
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return [f"try again in {error.retry_after:.0f} s"]
    if isinstance(error, ApiStatusError):
        return [f"{each.pointer}: {each.detail}" for each in error.problem.errors]
    return []


def _end(code: ExitCode, *lines: str) -> typer.Exit:
    for line in lines:
        say(line)
    return typer.Exit(code)


def discard_output() -> None:
    """Drop the part of standard output that was not written, so that the interpreter does not write it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(line: str) -> None:
    """Write a line to standard error."""
    typer.echo(f"push-records: {printable(line)}", err=True)
