from collections.abc import Iterator

from .._runtime import Model, fetch_of
from .push_record import PushRecord


class _RecordPage(Model, frozen=True, kw_only=True, omit_defaults=True):
    """One page of records."""

    items: list[PushRecord]
    """The records of this page, in the order of the operation."""

    count: int
    """The number of records in this page. There is no count of the whole query."""

    searched_until: int | None = None
    """Where filters leave out records of a user or a campaign, how far this page and those before it have looked, in epoch milliseconds: no record of this time or later is missing. Absent on the last page, and in lists that are not sorted by time."""

    next_cursor: str | None = None
    """Send it as `cursor`, with the id, to get the next page; absent on the last page, and only there."""

    def __iter__(self) -> Iterator[PushRecord]:
        return iter(self.items)


class RecordPage(_RecordPage, frozen=True, kw_only=True, omit_defaults=True):
    """One page of records. Iterate over it for its items."""

    def next_page(self) -> "RecordPage | None":
        """Return the page after this one; None after the last one.

        It is asked for with the limit and the options of this page. Raises the errors of the call that returned this
        page, and ConfigurationError for a page that no method of a client returned.
        """
        if self.next_cursor is None:
            return None
        page: RecordPage = fetch_of(self)(self.next_cursor)
        return page


class AsyncRecordPage(_RecordPage, frozen=True, kw_only=True, omit_defaults=True):
    """One page of records. Iterate over it for its items. The async client returns it."""

    async def next_page(self) -> "AsyncRecordPage | None":
        """Return the page after this one; None after the last one.

        It is asked for with the limit and the options of this page. Raises the errors of the call that returned this
        page, and ConfigurationError for a page that no method of a client returned.
        """
        if self.next_cursor is None:
            return None
        page: AsyncRecordPage = await fetch_of(self)(self.next_cursor)
        return page
