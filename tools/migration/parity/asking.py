"""One side of the comparison: sends a query, follows its pages, and measures the time of the first page."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tools.migration.parity.queries import NEW_FAIL, Query

Record = Mapping[str, Any]

_MOST_PAGES: Final = 100


class AnswerError(Exception):
    """A side gave no usable answer; the message is the reason."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of one side, with all pages in one list.

    `fields` are the fields of the first page except the items. `whole` means that there are no more items. `seconds`
    is the time of the first page. `failure` is set if the side gave no usable answer, and then the rest is meaningless.
    """

    status: int = 0
    media_type: str = ""
    items: list[Record] = field(default_factory=list)
    fields: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = True
    seconds: float = 0.0
    failure: str | None = None


@dataclass(frozen=True, kw_only=True)
class Side:
    """The service before the move, or after it.

    `fail_path` is its path for the failures of a transaction, or None for the path of the query. A side without
    `pages` returns all rows up to the limit, and no cursor.
    """

    name: str
    client: httpx.Client
    fail_path: str | None = NEW_FAIL
    pages: bool = True

    def ask(self, query: Query, *, rows: int) -> Answer:
        """Send a query and follow its pages until there are `rows` rows. An unusable answer has a `failure`."""
        try:
            return self._walk(query, rows)
        except AnswerError as exc:
            return Answer(failure=f"{self.name}: {exc}")

    def _walk(self, query: Query, rows: int) -> Answer:
        path = self.fail_path if query.operation == "query_fail" and self.fail_path else query.path
        begun = time.perf_counter()
        response, page = self._page(path, query.body)
        seconds = time.perf_counter() - begun
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        if response.status_code != httpx.codes.OK:
            return Answer(status=response.status_code, media_type=media_type, fields=page, seconds=seconds)
        items, fields = _split(page)
        counted, cursor, walked = fields.get("count"), fields.get("next_cursor"), 1
        while self.pages and cursor is not None and len(items) < rows and walked < _MOST_PAGES:
            response, page = self._page(path, json.dumps({**json.loads(query.body), "cursor": cursor}))
            if response.status_code != httpx.codes.OK:
                raise AnswerError(f"page {walked + 1} is {response.status_code}")
            more, later = _split(page)
            items += more
            counted, cursor, walked = _sum(counted, later.get("count")), later.get("next_cursor"), walked + 1
        return Answer(
            status=response.status_code,
            media_type=media_type,
            items=items,
            fields={**fields, "count": counted} if "count" in fields else fields,
            whole=cursor is None if self.pages else len(items) < query.limit,
            seconds=seconds,
        )

    def _page(self, path: str, body: str) -> tuple[httpx.Response, dict[str, Any]]:
        try:
            response = self.client.post(path, content=body.encode(), headers={"Content-Type": "application/json"})
            page = response.json()
        except httpx.HTTPError as exc:
            raise AnswerError(f"{type(exc).__name__}: {exc}") from exc
        except ValueError as exc:
            raise AnswerError(f"{response.status_code}, and the body is not JSON") from exc
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or not isinstance(page, dict):
            raise AnswerError(f"{response.status_code} {json.dumps(page, ensure_ascii=False)[:200]}")
        return response, page


def _split(page: Mapping[str, Any]) -> tuple[list[Record], dict[str, Any]]:
    """Split a page into its items and its other fields."""
    items = page.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise AnswerError("200, and the body has no list of items")
    return list(items), {name: value for name, value in page.items() if name != "items"}


def _sum(first: object, second: object) -> int | None:
    """Add the counts of two pages; None if one is not a number."""
    return first + second if isinstance(first, int) and isinstance(second, int) else None
