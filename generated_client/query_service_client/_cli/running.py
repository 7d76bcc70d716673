"""Asks the service, and writes the records of a query to standard output."""

import sys
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from .._runtime import ApiError, Pager
from ..client import QueryServiceClient
from ..models.push_record import PushRecord
from ..models.record_page import RecordPage
from .exit_codes import say
from .formats import Format, write
from .profiles import address_and_key
from .table import View, as_time, write_table

Records = Pager[RecordPage, PushRecord, str]

# A table for people is not read further than this, unless they ask for it.
TABLE_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the service is."""

    url: str | None
    profile: str | None
    timeout: float


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query for records: its operationId, the id that is asked for, and the filters as they are sent."""

    operation_id: str
    key: str
    """The field of the id."""
    identifier: str
    filters: dict[str, Any]
    page_size: int

    def records(self, client: QueryServiceClient, cursor: str | None) -> Records:
        """Return a pager of the records from a cursor on."""
        method = getattr(client, self.operation_id.replace("query_", "iter_", 1))
        pager: Records = method(self.identifier, self.page_size, cursor=cursor, **self.filters)
        return pager


@dataclass(frozen=True, kw_only=True)
class Output:
    """How records are written to standard output."""

    form: Format
    view: View
    limit: int | None
    """None is without a limit."""
    is_cut: bool
    """Whether the limit is not the user's own, so that they are told of further records."""


def opened(target: Target) -> QueryServiceClient:
    """Return a client for a target; raise ConfigurationError if its address or key is missing or not valid."""
    url, key = address_and_key(target.url, target.profile)
    return QueryServiceClient(url, api_key=key, timeout=target.timeout)


@dataclass
class _Walked:
    """The records of a pager up to a limit; afterwards `has_more` is whether there are others.

    `searched` is called for a page without records, with the time up to which all was looked at.
    """

    pager: Records
    limit: int | None
    searched: Callable[[int], None]
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


def show(client: QueryServiceClient, query: Query, cursor: str | None, output: Output) -> None:
    """Write the records; if they break off in the middle, say how to go on from there."""
    records = _Walked(
        query.records(client, cursor),
        output.limit,
        searched=lambda milliseconds: say(f"searched back to {as_time(milliseconds, output.view)}"),
    )
    try:
        if output.form.is_streamed:
            with progress(is_shown=not sys.stdout.isatty()) as update:
                write(_shown(records, update), output.form)
        else:
            with progress() as update:
                whole = list(_shown(records, update))
            _write_whole(whole, output)
    except ApiError:
        if records.count and output.form.is_streamed:
            say(f"{records.count} records were written; the rest: {_rest(records)}")
        raise
    except KeyboardInterrupt:
        if output.form.is_streamed:
            say(f"stopped after {records.count} records; a command with --output FILE can be resumed")
        raise
    if not records.count:
        say("no records" + _invisible(query.identifier))
    elif records.has_more and output.is_cut:
        say(f"these are the first {records.count} records; --all shows all of them")


def _write_whole(records: list[PushRecord], output: Output) -> None:
    if output.form is not Format.TABLE:
        write(records, output.form)
    elif left_out := write_table(records, output.view):
        say(f"--wide also shows {', '.join(left_out)}")


def _shown(records: _Walked, update: Callable[[str], None]) -> Iterator[PushRecord]:
    for record in records:
        yield record
        update(f"{records.count + 1} records ...")


def _rest(records: _Walked) -> str:
    """Return the options that go on, beside the id, at the page that failed."""
    limit = [] if records.limit is None else [f"--limit {records.limit - records.count}"]
    return " ".join([*limit, f"--cursor {records.pager.cursor}"])


def _invisible(identifier: str) -> str:
    """Return a note on an invisible character in an id, which people copy unseen; empty if there is none."""
    found = next((each for each in identifier if each != " " and unicodedata.category(each) in {"Cf", "Zs"}), None)
    return f"; the id holds an invisible character: U+{ord(found):04X}" if found else ""


@contextmanager
def progress(*, is_shown: bool = True) -> Generator[Callable[[str], None]]:
    """Yield a function that shows a text on a terminal, in a line that is gone afterwards."""
    if not (is_shown and sys.stderr and sys.stderr.isatty()):
        yield lambda _: None
        return
    with Console(stderr=True).status("asking ...", spinner="line") as status:
        yield status.update
