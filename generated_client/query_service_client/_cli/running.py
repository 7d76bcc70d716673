"""Walks through the pages of a query, and ends with an exit code that a script can act on."""

import os
import sys
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import IntEnum

import typer
from rich.console import Console

from .._runtime import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    ConfigurationError,
    Pager,
    PermissionDeniedError,
    RateLimitError,
)
from ..client import QueryServiceClient
from ..models.push_record import PushRecord
from ..models.record_page import RecordPage
from .formats import Format, write
from .profiles import address_and_key
from .table import View, as_time, write_table
from .texts import printable

Records = Pager[RecordPage, PushRecord, str]
Walk = Callable[[QueryServiceClient, int], Records]

# A table for people is not read further than this, unless they ask for it.
TABLE_ROWS = 100


class ExitCode(IntEnum):
    """The exit codes of a command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    OUTPUT = 4
    INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the service is."""

    url: str | None
    profile: str | None
    timeout: float


@dataclass(frozen=True, kw_only=True)
class Job:
    """The options of a command besides the query: how to reach the service, and how to write the records."""

    target: Target
    form: Format
    view: View
    limit: int | None
    """None is without a limit."""
    is_cut: bool
    """Whether the limit is not the user's own, so that they are told of further records."""
    largest_page: int
    identifier: str


def run(job: Job, walk: Walk) -> None:
    """Write the records that `walk(client, page size)` gives; raise typer.Exit with the code unless all is well."""
    with errors_as_exit_codes(), _opened(job.target) as client:
        _write(job, _Walked(walk(client, min(job.limit or job.largest_page, job.largest_page)), job.limit))


def _opened(target: Target) -> QueryServiceClient:
    """Return a client for a target; raise ConfigurationError if its address or key is missing or not valid."""
    url, key = address_and_key(target.url, target.profile)
    return QueryServiceClient(url, api_key=key, timeout=target.timeout)


@contextmanager
def errors_as_exit_codes() -> Generator[None]:
    """Turn the errors of a call into lines on standard error, and typer.Exit with the code."""
    try:
        yield
    except ConfigurationError as error:
        raise _end(ExitCode.USAGE, _in_options(str(error))) from error
    except ApiTimeoutError as error:
        raise _end(ExitCode.UNREACHABLE, str(error), "--timeout gives it longer") from error
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


@dataclass
class _Walked:
    """The records of a pager up to a limit; afterwards `has_more` is whether there are others.

    `searched` is called for a page without records, with the time up to which all was looked at.
    """

    pager: Records
    limit: int | None
    searched: Callable[[int], None] = field(default=lambda _: None, init=False)
    count: int = field(default=0, init=False)
    has_more: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[PushRecord]:
        for page in self.pager.pages():
            if not page.items and page.searched_until is not None:
                self.searched(page.searched_until)
            for record in page.items:
                if self.count == self.limit:
                    self.has_more = True
                    return
                yield record
                self.count += 1
            if self.count == self.limit:
                self.has_more = page.next_cursor is not None
                return


def _write(job: Job, records: _Walked) -> None:
    """Write the records; if they break off in the middle, say how to go on from there."""
    records.searched = lambda milliseconds: say(f"searched back to {as_time(milliseconds, job.view)}")
    try:
        if job.form.is_streamed:
            with _progress(is_shown=not sys.stdout.isatty()) as show:
                write(_shown(records, show), job.form)
        else:
            with _progress(is_shown=True) as show:
                whole = list(_shown(records, show))
            _write_whole(job, whole)
    except ApiError:
        if records.count and job.form.is_streamed:
            say(f"{records.count} records were written; the rest: {_rest(job, records)}")
        raise
    if not records.count:
        say("no records" + _invisible(job.identifier))
    elif records.has_more and job.is_cut:
        say(f"these are the first {records.count} records; --all shows all of them")


def _write_whole(job: Job, records: list[PushRecord]) -> None:
    if job.form is not Format.TABLE:
        write(records, job.form)
    elif left_out := write_table(records, job.view):
        say(f"--wide also shows {', '.join(left_out)}")


def _shown(records: _Walked, show: Callable[[int], None]) -> Iterator[PushRecord]:
    for record in records:
        yield record
        show(records.count + 1)


def _rest(job: Job, records: _Walked) -> str:
    """Return the options that go on, beside the id, at the page that failed."""
    limit = [] if job.limit is None else [f"--limit {job.limit - records.count}"]
    return " ".join([*limit, f"--cursor {records.pager.cursor}"])


def _invisible(identifier: str) -> str:
    """Return a note on an invisible character in an id, which people copy unseen; empty if there is none."""
    found = next((each for each in identifier if each != " " and unicodedata.category(each) in {"Cf", "Zs"}), None)
    return f"; the id holds an invisible character: U+{ord(found):04X}" if found else ""


@contextmanager
def _progress(*, is_shown: bool) -> Generator[Callable[[int], None]]:
    """Yield a function that shows the number of records so far, on a terminal; the line is gone afterwards."""
    if not (is_shown and sys.stderr and sys.stderr.isatty()):
        yield lambda _: None
        return
    with Console(stderr=True).status("asking ...") as status:
        yield lambda count: status.update(f"{count} records ...")


def _in_options(message: str) -> str:
    """Return a message of the library in the words of the command line."""
    return message.replace("give base_url=", "give --url").replace("give api_key=, or set", "set")


def _advice(error: ApiError) -> list[str]:
    """Return the advice that an error has for the caller."""
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        return ["is QUERY_SERVICE_API_KEY a key of this service, and does the address end with its stage, such as /v1?"]
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
    """Write a line to standard error, if it can be written to."""
    with suppress(OSError):
        typer.echo(f"push-records: {printable(line)}", err=True)
