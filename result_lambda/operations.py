"""The operations of the internal contract: each turns a checked body into the contract's answer."""

from collections.abc import Mapping
from typing import Any, Final

from common.request import Deadline
from result_lambda import mapping, positions, pushes, reasons
from result_lambda.contract import OPERATIONS
from result_lambda.queries import FAILED, MARKETING, MARKETING_STATUS, TRANSACTION, USER, Index, Query
from result_lambda.repository import NotificationRecords, Page
from result_lambda.summary import Tally

Body = Mapping[str, Any]
Answer = tuple[dict[str, Any], dict[str, Any]]

# Less than the service waits for one attempt (4 s).
SUMMARY_SECONDS: Final = 3.0
# The calls of a summary, each of 1 MB. The first answer has one: a person waits for its numbers.
FIRST_COUNT_CALLS: Final = 1
COUNT_CALLS: Final = 16
# The rows of a user that an explanation is made from: most users have fewer. With the index, three calls at most.
EXPLAINED_ROWS: Final = 1_000
EXPLAINED_CALLS: Final = 2

_NOT_FILTERS: Final = ("limit", "position", "interval")
_INDEXES: Final = {"transaction_id": TRANSACTION, "marketing_id": MARKETING}


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

    def summarize_marketing(self, body: Body, deadline: Deadline) -> Answer:
        """Count rows of a campaign, the newest first, as far as one attempt gets."""
        query = _query("summarize_marketing", MARKETING, body)
        tally = Tally(body.get("interval"))
        page = Page([], None)
        if not query.is_empty:
            calls = FIRST_COUNT_CALLS if query.start is None else COUNT_CALLS
            page = self._records.count(query, tally, Deadline(min(SUMMARY_SECONDS, deadline.remaining())), calls)
        answer = {"marketing_id": query.key, **tally.counts(), **_window(query, page.next_position)}
        return _with_position(answer, page), {"rows_counted": answer["rows"], **page.cost.facts()}

    def explain_push(self, body: Body, deadline: Deadline) -> Answer:
        """Explain a push to a user: reads the user's rows and, if none is of that push, one row of an index."""
        name = "transaction_id" if body.get("transaction_id") is not None else "marketing_id"
        window = {field: body[field] for field in ("created_from", "created_to") if body.get(field) is not None}
        user = Query(index=USER, key=body["user_id"], limit=EXPLAINED_ROWS, filters=window)
        page = Page([], None) if user.is_empty else self._records.page(user, deadline, calls=EXPLAINED_CALLS)
        cost = page.cost
        is_known = None
        if page.next_position is None and not pushes.of(page.items, name, body[name]):
            found = self._records.page(Query(index=_INDEXES[name], key=body[name], limit=1), deadline, calls=1)
            cost += found.cost
            is_known = bool(found.items)
        reading = pushes.Reading(rows=page.items, is_complete=page.next_position is None, is_known=is_known)
        answer = pushes.explain(reading, name, body[name])
        if page.next_position is not None:
            answer["searched_until"] = positions.searched_until(page.next_position)
        return answer, {"verdict": answer["verdict"], **cost.facts()}

    def health(self, _body: Body, _deadline: Deadline) -> Answer:
        """Report that requests are accepted; reads no row."""
        return {"status": "ok", **self._build}, {}

    def _answer(self, operation: str, index: Index, body: Body, deadline: Deadline) -> Answer:
        query = _query(operation, index, body)
        page = Page([], None) if query.is_empty else self._records.page(query, deadline)
        items = [mapping.record(item) for item in page.items]
        if not index.sorted_by_time:
            items.sort(key=lambda record: record["created_at"], reverse=True)
        answer = _with_position({"items": items, "count": len(items)}, page)
        if page.searched_until is not None:
            answer["searched_until"] = page.searched_until
        return answer, {"items": len(items), **_reasons(items), **page.cost.facts()}


def _query(operation: str, index: Index, body: Body) -> Query:
    """Return the query of a checked body: every field but the key and those of paging is a filter.

    Raises ProblemError `invalid_position` for a position that does not fit the query.
    """
    position = body.get("position")
    not_filters = (index.partition_key, *_NOT_FILTERS)
    filters = {name: value for name, value in body.items() if value is not None and name not in not_filters}
    if "reason" in filters:
        filters["status"] = [status for status in filters.get("status", [FAILED]) if status == FAILED]
    query = Query(
        index=index,
        key=body[index.partition_key],
        limit=body.get("limit") or OPERATIONS[operation]["body"]["properties"].get("limit", {}).get("x-default", 0),
        filters=filters,
        start=None if position is None else positions.start_key(position, index),
        start_status=None if position is None else position.get("status"),
    )
    if position is not None:
        positions.check(position, query)
    return query


def _reasons(items: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many records have a reason, and how many of these are UNKNOWN, for the log; nothing without any."""
    found = [record["reason"] for record in items if "reason" in record]
    return {"reasons": len(found), "reasons_unknown": found.count(reasons.UNKNOWN)} if found else {}


def _with_position(answer: dict[str, Any], page: Page) -> dict[str, Any]:
    return answer if page.next_position is None else answer | {"next_position": page.next_position}


def _window(query: Query, next_position: Mapping[str, str] | None) -> dict[str, int]:
    """Return the part of the time window that an answer counted; without a bound it is open.

    Rows of the millisecond between two answers may be in both of them.
    """
    start, end = query.created_from, query.created_to
    if query.start is not None:
        end = mapping.whole(query.start["created_at"]["N"]) + 1
    if next_position is not None:
        start = mapping.whole(next_position["created_at"])
    bounds = {"counted_from": start, "counted_to": end}
    return {name: bound for name, bound in bounds.items() if bound is not None}
