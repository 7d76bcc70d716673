"""Pagers, which fetch a page when its first item is needed, and pages that give the page after them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from hashlib import blake2b
from typing import Any, Final, Generic, TypeVar

import msgspec

from .errors import ConfigurationError, RepeatedCursorError

PageT = TypeVar("PageT")
ItemT = TypeVar("ItemT")
CursorT = TypeVar("CursorT")
StructT = TypeVar("StructT", bound=msgspec.Struct)

_FETCH: Final = "_fetch"


class _Walk(Generic[PageT, ItemT, CursorT]):
    """Position of a pager."""

    def __init__(
        self,
        start: CursorT | None,
        *,
        items: Callable[[PageT], list[ItemT]],
        following: Callable[[PageT], CursorT | None],
    ) -> None:
        self.cursor = start
        """Cursor of the page that is being read; None for the first page. Saved, it resumes there later."""
        self._start = start
        self._items = items
        self._following = following

    def _begin(self) -> set[bytes]:
        """Go to the first page and return the marks of the cursors seen so far."""
        self.cursor = self._start
        return set() if self._start is None else {_mark(self._start)}

    def _advance(self, page: PageT, seen: set[bytes]) -> bool:
        """Go to the next page; return False after the last one, and raise RepeatedCursorError in a loop."""
        following = self._following(page)
        if following is None:
            return False
        mark = _mark(following)
        if mark in seen:
            raise RepeatedCursorError("the service returned the same cursor twice: its pages would never end")
        seen.add(mark)
        self.cursor = following
        return True


class Pager(_Walk[PageT, ItemT, CursorT]):
    """Iterates over the items of all pages, or with `pages()` over the pages; each iteration starts over.

    `next(pager)` takes one item; an iteration after it goes on from there.
    """

    def __init__(
        self,
        fetch: Callable[[CursorT | None], PageT],
        start: CursorT | None,
        *,
        items: Callable[[PageT], list[ItemT]],
        following: Callable[[PageT], CursorT | None],
    ) -> None:
        super().__init__(start, items=items, following=following)
        self._fetch = fetch
        self._begun: Iterator[ItemT] | None = None

    def pages(self) -> Iterator[PageT]:
        """Yield the pages; raise RepeatedCursorError, or the errors of a single call."""
        seen = self._begin()
        more = True
        while more:
            page = self._fetch(self.cursor)
            yield page
            more = self._advance(page, seen)

    def __iter__(self) -> Iterator[ItemT]:
        begun, self._begun = self._begun, None
        return begun or self._walk()

    def __next__(self) -> ItemT:
        self._begun = self._begun or self._walk()
        return next(self._begun)

    def _walk(self) -> Iterator[ItemT]:
        for page in self.pages():
            yield from self._items(page)


class AsyncPager(_Walk[PageT, ItemT, CursorT]):
    """Iterates over the items of all pages, or with `pages()` over the pages; each iteration starts over.

    `await anext(pager)` takes one item; an iteration after it goes on from there.
    """

    def __init__(
        self,
        fetch: Callable[[CursorT | None], Awaitable[PageT]],
        start: CursorT | None,
        *,
        items: Callable[[PageT], list[ItemT]],
        following: Callable[[PageT], CursorT | None],
    ) -> None:
        super().__init__(start, items=items, following=following)
        self._fetch = fetch
        self._begun: AsyncIterator[ItemT] | None = None

    async def pages(self) -> AsyncIterator[PageT]:
        """Yield the pages; raise RepeatedCursorError, or the errors of a single call."""
        seen = self._begin()
        more = True
        while more:
            page = await self._fetch(self.cursor)
            yield page
            more = self._advance(page, seen)

    def __aiter__(self) -> AsyncIterator[ItemT]:
        begun, self._begun = self._begun, None
        return begun or self._walk()

    async def __anext__(self) -> ItemT:
        self._begun = self._begun or self._walk()
        return await anext(self._begun)

    async def _walk(self) -> AsyncIterator[ItemT]:
        async for page in self.pages():
            for item in self._items(page):
                yield item


def linked(page: StructT, fetch: Callable[[Any], object]) -> StructT:
    """Return `page`, which gets the page after it by `fetch(cursor)`; the function is no field, and is not copied."""
    msgspec.structs.force_setattr(page, _FETCH, fetch)
    return page


def fetch_of(page: object) -> Callable[[Any], Any]:
    """Return the function that fetches the page after `page`; raise ConfigurationError if no client returned it."""
    try:
        fetch: Callable[[Any], Any] = vars(page)[_FETCH]
    except KeyError:
        raise ConfigurationError("only a page that a method of a client returned has a next_page()") from None
    return fetch


def _mark(cursor: object) -> bytes:
    """Return a short hash of a cursor; a pager keeps one for each page it saw."""
    return blake2b(msgspec.json.encode(cursor, order="sorted"), digest_size=16).digest()
