"""Adds up answers that have a part of the counts each."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar, cast

import msgspec

# An answer with counts: `rows` in itself and in the structs of its lists, which are told apart by their other fields.
CountsT = TypeVar("CountsT", bound=msgspec.Struct)
Progress = Callable[[CountsT], object] | None


def add_up(pages: Iterator[CountsT], start: CountsT | None, progress: Progress[CountsT]) -> CountsT:
    """Return the sum of `start` and all pages; call `progress` with the sum so far after each."""
    total = start
    for page in pages:
        total = added(total, page)
        if progress is not None:
            progress(total)
    return cast("CountsT", total)  # a pager has a page


async def add_up_async(pages: AsyncIterator[CountsT], start: CountsT | None, progress: Progress[CountsT]) -> CountsT:
    """Return the sum of `start` and all pages; call `progress` with the sum so far after each."""
    total = start
    async for page in pages:
        total = added(total, page)
        if progress is not None:
            progress(total)
    return cast("CountsT", total)  # a pager has a page


def added(total: CountsT | None, page: CountsT) -> CountsT:
    """Return the sum of both; a list that either lacks is absent, and every other field is the newer one."""
    if total is None:
        return page
    fields: dict[str, Any] = {name: getattr(total, name) for name in total.__struct_fields__}
    return msgspec.structs.replace(page, **{name: _sum(name, of, getattr(page, name)) for name, of in fields.items()})


def _sum(name: str, total: Any, page: Any) -> Any:  # noqa: ANN401  # any field of a struct
    if name == "rows":
        return total + page
    if name == "counted_to":  # the first answer begins at the end of the window
        return total
    lists = sum(isinstance(each, list) for each in (total, page))
    if lists:
        return _merged(total, page) if lists == len((total, page)) else None
    return page


def _merged(total: list[Any], page: list[Any]) -> list[Any]:
    found: dict[tuple[Any, ...], Any] = {}
    for each in (*total, *page):
        key = tuple(getattr(each, name) for name in each.__struct_fields__ if name != "rows")
        known = found.get(key)
        found[key] = each if known is None else msgspec.structs.replace(known, rows=known.rows + each.rows)
    return sorted(found.values(), key=lambda each: getattr(each, "start", -each.rows))
