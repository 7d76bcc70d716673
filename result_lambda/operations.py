"""The operations of the internal contract: each turns a checked body into the contract's answer."""

from collections.abc import Mapping
from typing import Any, Final

from common.request import Deadline
from result_lambda import mapping, positions, reasons
from result_lambda.contract import OPERATIONS
from result_lambda.queries import FAILED, MARKETING, MARKETING_STATUS, TRANSACTION, USER, Index, Query
from result_lambda.repository import NotificationRecords, Page

Body = Mapping[str, Any]
Answer = tuple[dict[str, Any], dict[str, Any]]

_NOT_FILTERS: Final = ("limit", "position")


class Operations:
    """One method per operationId. Each takes `(body, deadline)` and returns the answer and the fields to log.

    `build` are version and build for `/health`.
    """

    def __init__(self, records: NotificationRecords, build: Mapping[str, str]) -> None:
        self._records = records
        self._build = build

    def query_user(self, body: Body, deadline: Deadline) -> Answer:
        """Rows of a user, newest first."""
        return self._answer("query_user", USER, body, deadline)

    def query_marketing(self, body: Body, deadline: Deadline) -> Answer:
        """Rows of a campaign, newest first."""
        return self._answer("query_marketing", MARKETING, body, deadline)

    def query_transaction(self, body: Body, deadline: Deadline) -> Answer:
        """Rows of a transaction, newest first within the page."""
        return self._answer("query_transaction", TRANSACTION, body, deadline)

    def query_fail(self, body: Body, deadline: Deadline) -> Answer:
        """Failed rows of a transaction, newest first within the page."""
        return self._answer("query_fail", TRANSACTION, {**body, "status": [FAILED]}, deadline)

    def query_marketing_fail(self, body: Body, deadline: Deadline) -> Answer:
        """Failed rows of a campaign, newest first within the page."""
        return self._answer("query_marketing_fail", MARKETING_STATUS, {**body, "status": [FAILED]}, deadline)

    def health(self, _body: Body, _deadline: Deadline) -> Answer:
        """Report that requests are accepted; reads no row."""
        return {"status": "ok", **self._build}, {}

    def _answer(self, operation: str, index: Index, body: Body, deadline: Deadline) -> Answer:
        query = _query(operation, index, body)
        page = Page([], None) if query.is_empty else self._page(query, body.get("position"), deadline)
        items = [mapping.record(item) for item in page.items]
        if not index.sorted_by_time:
            items.sort(key=lambda record: record["created_at"], reverse=True)
        answer: dict[str, Any] = {"items": items, "count": len(items)}
        if page.next_position is not None:
            answer["next_position"] = page.next_position
        return answer, {"items": len(items), **_reasons(items), **page.cost.facts()}

    def _page(self, query: Query, position: Mapping[str, str] | None, deadline: Deadline) -> Page:
        if position is not None:
            positions.check(position, query)
        return self._records.page(query, deadline)


def _query(operation: str, index: Index, body: Body) -> Query:
    """Return the query of a checked body: every field but the key and those of paging is a filter."""
    position = body.get("position")
    not_filters = (index.partition_key, *_NOT_FILTERS)
    filters = {name: value for name, value in body.items() if value is not None and name not in not_filters}
    if "reason" in filters:
        filters["status"] = [status for status in filters.get("status", [FAILED]) if status == FAILED]
    return Query(
        index=index,
        key=body[index.partition_key],
        limit=body.get("limit") or OPERATIONS[operation]["body"]["properties"]["limit"]["x-default"],
        filters=filters,
        start=None if position is None else positions.start_key(position, index),
        start_status=None if position is None else position.get("status"),
    )


def _reasons(items: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many records have a reason, and how many of these are UNKNOWN, for the log; nothing without any."""
    found = [record["reason"] for record in items if "reason" in record]
    return {"reasons": len(found), "reasons_unknown": found.count(reasons.UNKNOWN)} if found else {}
