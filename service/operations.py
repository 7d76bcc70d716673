"""The operations of the public contract: a checked body in, the JSON of the answer out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from msgspec import UNSET, json, structs

from common.problem import ProblemError
from common.request import current_request
from generated_client.internal_query_client import CampaignSummary, PushExplanation, RecordPage
from service.cursors import Cursors, Position, Query
from service.internal_api import InternalApiClient

_NOT_FILTERS: Final = ("limit", "cursor")

Body = Mapping[str, Any]


class Operations:
    """One method for each operationId; `build` is for `/health`, `document` for `/openapi.json`."""

    def __init__(
        self,
        internal_api: InternalApiClient,
        cursors: Cursors,
        build: Mapping[str, str],
        is_draining: Callable[[], bool],
        document: bytes,
    ) -> None:
        self._internal_api = internal_api
        self._cursors = cursors
        self._health = orjson.dumps({"status": "ok", **build})
        self._is_draining = is_draining
        self._document = document

    async def query_user(self, body: Body) -> bytes:
        """Return records of a user, newest first."""
        return await self._answer("query_user", body, self._internal_api.query_user)

    async def query_marketing(self, body: Body) -> bytes:
        """Return records of a campaign, newest first."""
        return await self._answer("query_marketing", body, self._internal_api.query_marketing)

    async def query_transaction(self, body: Body) -> bytes:
        """Return records of a transaction."""
        return await self._answer("query_transaction", body, self._internal_api.query_transaction)

    async def query_fail(self, body: Body) -> bytes:
        """Return failed records of a transaction."""
        return await self._answer("query_fail", body, self._internal_api.query_fail)

    async def query_marketing_fail(self, body: Body) -> bytes:
        """Return failed records of a campaign."""
        return await self._answer("query_marketing_fail", body, self._internal_api.query_marketing_fail)

    query_failures = failed = query_fail  # the old names; a cursor is valid for all three

    async def summarize_marketing(self, body: Body) -> bytes:
        """Return counts of a campaign."""
        operation = "summarize_marketing"
        selection, position = self._opened(operation, body)
        summary = await self._internal_api.summarize_marketing(**selection, position=position)
        following = summary.next_position
        more = {} if following is UNSET else {"next_cursor": self._cursors.seal(following, operation, selection)}
        return _json(summary, **more)

    async def explain_push(self, body: Body) -> bytes:
        """Return the outcome of a push to a user."""
        return _json(await self._internal_api.explain_push(**filters(body)))

    async def health(self) -> bytes:
        """Tell that requests are accepted; raise ProblemError `service_unavailable` while the process drains.

        The internal API is not asked: replacing this task would not help against its failure.
        """
        if self._is_draining():
            raise ProblemError("service_unavailable", "The process is about to stop.", headers={"Retry-After": "1"})
        return self._health

    health_head = health  # the server sends no body

    async def openapi_document(self) -> bytes:
        """Return the consumers' document."""
        return self._document

    async def _answer(self, operation: str, body: Body, query: Callable[..., Awaitable[RecordPage]]) -> bytes:
        selection, position = self._opened(operation, body)
        page = await query(**selection, limit=body.get("limit"), position=position)
        current_request.get().facts["items"] = page.count
        following = page.next_position
        return answer(page, None if following is UNSET else self._cursors.seal(following, operation, selection))

    def _opened(self, operation: str, body: Body) -> tuple[Query, Position | None]:
        """Return the filters and the position of a query: those in its cursor, if it has one."""
        selection, cursor = filters(body), body.get("cursor")
        return (selection, None) if cursor is None else self._cursors.open(cursor, operation, selection)


def filters(body: Body) -> dict[str, Any]:
    """Return the filters of a query in one spelling: without nulls, limit and cursor, names and lists sorted."""
    return {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in sorted(body.items())
        if value is not None and name not in _NOT_FILTERS
    }


def answer(page: RecordPage, next_cursor: str | None) -> bytes:
    """Return the public page in JSON.

    The records stay the bytes that they came as, so that fields of newer contracts pass through. A cursor is base64url
    and needs no escapes.
    """
    searched = b"" if page.searched_until is UNSET else b',"searched_until":%d' % page.searched_until
    following = b"" if next_cursor is None else b',"next_cursor":"%b"' % next_cursor.encode()
    return b'{"items":%b,"count":%d%b%b}' % (bytes(page.items), page.count, searched, following)


def _json(answer: CampaignSummary | PushExplanation, **more: str) -> bytes:
    """Return an answer of the internal API in JSON, without its position; lists stay the bytes that they came as."""
    fields = {name: value for name, value in structs.asdict(answer).items() if name != "next_position"}
    return json.encode({name: value for name, value in (fields | more).items() if value is not UNSET})
