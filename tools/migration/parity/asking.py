"""One side of the comparison: sends a query, follows its pages, and measures the time of the first page."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from tools.migration.command import Budget
from tools.migration.parity.queries import NEW_FAIL, Query

Record = Mapping[str, Any]

_MOST_PAGES: Final = 100


class AnswerError(Exception):
    """A side gave no usable answer; the message is the reason."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of one side: the items of all pages, and the rest of the first page. It is `whole` at the last page.

    An unusable answer has nothing but a `failure`.
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
    """The service before the move, or after it. Without `pages` it returns all rows up to the limit, and no cursor.

    `fail_path` is its path for the failures of a transaction, or None for the path of the query. Each request, also for
    a next page, spends one of `pace`.
    """

    name: str
    client: httpx.Client
    pace: Budget
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
        page = first = self._page(path, query.body)
        if first.status != httpx.codes.OK:
            return first
        pages = [first]
        while self.pages and (cursor := page.fields.get("next_cursor")) is not None and len(pages) < _MOST_PAGES:
            if sum(len(each.items) for each in pages) >= rows:
                break
            # The filters are repeated: the service before the move may ask for them.
            page = self._page(path, json.dumps({**json.loads(query.body), "cursor": cursor}))
            pages.append(page)
            if page.status != httpx.codes.OK:
                raise AnswerError(f"page {len(pages)} is {page.status}")
        items = [item for each in pages for item in each.items]
        counts: list[Any] = [each.fields.get("count") for each in pages]
        count = sum(counts) if all(isinstance(each, int) for each in counts) else None
        return replace(
            first,
            items=items,
            fields={**first.fields, "count": count} if "count" in first.fields else first.fields,
            whole=page.fields.get("next_cursor") is None if self.pages else len(items) < query.limit,
        )

    def _page(self, path: str, body: str) -> Answer:
        self.pace.spend(1)
        begun = time.perf_counter()
        try:
            response = self.client.post(path, content=body.encode(), headers={"Content-Type": "application/json"})
            seconds = time.perf_counter() - begun
            page = response.json()
        except httpx.HTTPError as exc:
            raise AnswerError(f"{type(exc).__name__}: {exc}") from exc
        except ValueError as exc:
            raise AnswerError(f"{response.status_code}, and the body is not JSON") from exc
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or not isinstance(page, dict):
            raise AnswerError(f"{response.status_code} {json.dumps(page, ensure_ascii=False)[:200]}")
        items = page.pop("items", None) if response.status_code == httpx.codes.OK else []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise AnswerError("200, and the body has no list of items")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        return Answer(status=response.status_code, media_type=media_type, items=items, fields=page, seconds=seconds)
