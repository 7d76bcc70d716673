"""The operations of the public contract: a checked body in, the contract's answer out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import UNSET

from common.problem import ProblemError
from generated_client.internal_query_client import RecordPage
from service import mapping
from service.context import current
from service.cursors import Cursors
from service.drain import Drain
from service.internal_api import InternalApiClient
from service.places import Places

Body = Mapping[str, Any]


class Operations:
    """One method an operationId; what cannot be answered is a ProblemError, raised on to the error handler."""

    def __init__(self, internal_api: InternalApiClient, cursors: Cursors, drain: Drain, places: Places) -> None:
        self._internal_api = internal_api
        self._cursors = cursors
        self._drain = drain
        self._places = places

    async def query_user(self, body: Body) -> bytes:
        """Rows of a user, newest first."""
        return await self._answer("query_user", body, self._internal_api.query_user)

    async def query_marketing(self, body: Body) -> bytes:
        """Rows of a campaign, newest first."""
        return await self._answer("query_marketing", body, self._internal_api.query_marketing)

    async def query_fail(self, body: Body) -> bytes:
        """Failed rows of a transaction."""
        return await self._answer("query_fail", body, self._internal_api.query_fail)

    async def query_failures(self, body: Body) -> bytes:
        """Failed rows of a transaction, under the name before the move; cursors hold for either name."""
        return await self.query_fail(body)

    async def failed(self, body: Body) -> bytes:
        """Failed rows of a transaction, under the oldest name."""
        return await self.query_fail(body)

    async def health(self) -> bytes:
        """Tell that requests are accepted.

        Raises ProblemError `service_unavailable` while the process is about to stop. Neighbours are not asked: a
        service that is ended for their faults would not mend them.
        """
        if self._drain.has_begun:
            raise ProblemError("service_unavailable", "The process is about to stop.", headers={"Retry-After": "1"})
        return b'{"status":"ok"}'

    async def _answer(self, operation: str, body: Body, ask: Callable[..., Awaitable[RecordPage]]) -> bytes:
        filters = mapping.filters(body)
        cursor = body.get("cursor")
        position = None if cursor is None else self._cursors.open(cursor, operation, filters)
        with self._places.take():
            page = await ask(**filters, limit=body.get("limit"), position=position)
        if (call := current.get(None)) is not None:
            call.facts["items"] = page.count
        following = page.next_position
        next_cursor = None if following is UNSET else self._cursors.seal(following, operation, filters)
        return mapping.answer(page, next_cursor)
