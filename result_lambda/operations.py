"""The operations of the internal contract: a checked body in, the contract's answer out."""

from collections.abc import Mapping
from typing import Any

from common.deadline import Deadline
from result_lambda import mapping, positions
from result_lambda.queries import FAILED, MARKETING, USER, Index, Query
from result_lambda.repository import NotificationRecords, Page

Body = Mapping[str, Any]
Answer = tuple[dict[str, Any], dict[str, Any]]


class Operations:
    """One method an operationId: `(body, deadline)` to the answer and what to log of it.

    `defaults` are the contract's default limits by operationId.
    """

    def __init__(self, records: NotificationRecords, defaults: Mapping[str, int]) -> None:
        self._records = records
        self._defaults = defaults

    def query_user(self, body: Body, deadline: Deadline) -> Answer:
        """Rows of a user, newest first."""
        return self._answer("query_user", USER, body, deadline)

    def query_marketing(self, body: Body, deadline: Deadline) -> Answer:
        """Rows of a campaign, newest first."""
        return self._answer("query_marketing", MARKETING, body, deadline)

    def query_fail(self, body: Body, deadline: Deadline) -> Answer:
        """Failed rows of a transaction, newest first within the page: the index knows no order by time."""
        answer, facts = self._answer("query_fail", FAILED, body, deadline)
        answer["items"].sort(key=lambda record: record["created_at"], reverse=True)
        return answer, facts

    def health(self, _body: Body, _deadline: Deadline) -> Answer:
        """Tell that requests are accepted; no row is read for it."""
        return {"status": "ok"}, {}

    def _answer(self, operation: str, index: Index, body: Body, deadline: Deadline) -> Answer:
        query = _query(index, body, self._defaults[operation])
        page = Page([], None) if query.is_empty else self._page(query, body.get("position"), deadline)
        items = [mapping.record(item) for item in page.items]
        answer: dict[str, Any] = {"items": items, "count": len(items)}
        if page.next_position is not None:
            answer["next_position"] = page.next_position
        return answer, {"items": len(items), **page.cost.facts()}

    def _page(self, query: Query, position: Mapping[str, str] | None, deadline: Deadline) -> Page:
        if position is not None:
            positions.check(position, query)
        return self._records.page(query, deadline)


def _query(index: Index, body: Body, default_limit: int) -> Query:
    position = body.get("position")
    return Query(
        index=index,
        key=body[index.partition_key],
        limit=body.get("limit") or default_limit,
        statuses=body.get("status"),
        platforms=body.get("platform"),
        ap_id=body.get("ap_id"),
        created_from=body.get("created_from"),
        created_to=body.get("created_to"),
        start=None if position is None else positions.start_key(position, index),
    )
