"""The only caller of DynamoDB: reads pages of `notification-records` with Query, never with Scan."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from botocore import exceptions

from common.lambda_handler import MOST_RESPONSE_BYTES, body_fits, body_size
from common.problem import ProblemError
from common.request import Deadline
from result_lambda import client, mapping, positions, summary
from result_lambda.cost import Cost
from result_lambda.queries import Item, Query, request

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

log = logging.getLogger(__name__)

# The read budget of one page, in which a filter can leave out rows; MOST_RESPONSE_BYTES is a part of it.
MOST_ROWS_READ: Final = 1_000
MOST_CALLS: Final = 4
# The time that a call of 1 MB needs. With less left, none is started.
CALL_SECONDS: Final = 0.5
RETRY_AFTER_SECONDS: Final = 1

INDEX_RETRY_AFTER_SECONDS: Final = 60  # DynamoDB fills a new index in minutes or hours
_SERVER_FAULT: Final = 500
# DynamoDB's messages for an index that does not exist yet or is being filled; the code is ValidationException.
_UNREADY_INDEX: Final = ("The table does not have the specified index", "Cannot read from backfilling global")
# Codes of DynamoDB, beside its 5xx, for missing capacity or a missing table.
_TRANSIENT: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ResourceNotFoundException",
        "ThrottlingException",
    }
)


@dataclass(frozen=True)
class Page:
    """The rows of one page, the position after it (None after the last page), and the cost of reading it.

    `searched_until` is set where filters left out rows: no row of this millisecond or later follows.
    """

    items: list[Item]
    next_position: dict[str, str] | None
    cost: Cost = field(default_factory=Cost)
    searched_until: int | None = None


class NotificationRecords:
    """The table of push records."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def page(self, query: Query, deadline: Deadline, calls: int = MOST_CALLS) -> Page:
        """Read until the page is full, the last leg ends, or the read budget ends: rows, `calls`, bytes or time.

        A call that fails after another one succeeded ends the page too. Raises ProblemError if the first call fails:
        `service_unavailable` if DynamoDB throttles or cannot be reached, `gateway_timeout` if the time is over.
        """
        reading = _Reading(query, calls)
        while not reading.is_done:
            try:
                started = time.monotonic()
                answer = self._query(reading.arguments(), deadline)
                reading.take(answer, Cost.of(answer, started))
            except ProblemError:
                if reading.cost.pages_read == 0:
                    raise
                break
        return reading.page()

    def count(self, query: Query, tally: summary.Tally, deadline: Deadline, calls: int) -> Page:
        """Count rows into `tally` until the partition ends, the tally is full, or the budget ends: `calls` or time.

        Return a page without items: the position after the last counted row, and the cost. A failed call is as in
        `page`.
        """
        cost, start = Cost(), query.start
        arguments = request(query, attributes=summary.ATTRIBUTES)
        while cost.pages_read == 0 or (start is not None and cost.pages_read < calls):
            try:
                started = time.monotonic()
                answer = self._query(arguments | ({} if start is None else {"ExclusiveStartKey": start}), deadline)
            except ProblemError:
                if cost.pages_read == 0:
                    raise
                break
            cost += Cost.of(answer, started)
            rows = [row for row in answer["Items"] if query.covers(row)]
            counted = tally.add(rows)
            if counted < len(rows):
                start = rows[counted - 1] if counted else start
                break
            start = answer.get("LastEvaluatedKey")
        return Page([], None if start is None else positions.of(start, query.index), cost)

    def _query(self, arguments: dict[str, Any], deadline: Deadline) -> Any:  # noqa: ANN401  # botocore's own shape
        if deadline.remaining() < CALL_SECONDS:
            raise _timeout()
        try:
            answer: Any = self._client.query(
                **{"TableName": self._table, "ReturnConsumedCapacity": "TOTAL", **arguments}
            )
        except exceptions.ClientError as exc:
            problem = _refused(exc)
            if problem is None:
                raise
            raise problem from exc
        except exceptions.ReadTimeoutError as exc:
            raise _timeout() from exc
        except exceptions.ConnectionClosedError as exc:
            # A kept connection ended while the function was frozen; the next attempt opens a new one.
            raise _unavailable(type(exc).__name__, retry_after=0) from exc
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as exc:
            raise _unavailable(type(exc).__name__) from exc
        if (rows := client.rows(answer)) is None:  # botocore reads a truncated answer as an empty one
            raise _unavailable("NoItems")
        return {**answer, "Items": rows}


class _Reading:
    """The state of a page while it is read."""

    def __init__(self, query: Query, calls: int) -> None:
        self.cost = Cost()
        self._query = query
        self._legs = query.legs
        self._request = request(query, self._legs[0])
        self._filtered = "FilterExpression" in self._request or query.reasons is not None
        self._most_calls = calls + len(self._legs) - 1
        self._start = query.start
        self._items: list[Item] = []
        self._room = query.limit

    @property
    def is_done(self) -> bool:
        """Tell whether the page needs no further call."""
        if self.cost.pages_read == 0:
            return False
        is_full = len(self._items) > self._room
        is_spent = self.cost.rows_read >= MOST_ROWS_READ or self.cost.pages_read >= self._most_calls
        return is_full or not self._legs or is_spent

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the next call."""
        arguments = {**self._request, "Limit": self._size()}
        if self._start is not None:
            arguments["ExclusiveStartKey"] = self._start
        return arguments

    def take(self, answer: dict[str, Any], cost: Cost) -> None:
        """Add the answer of a call, and its cost."""
        self._items += filter(self._matches, answer["Items"])
        self._start = answer.get("LastEvaluatedKey")
        if self._start is None:
            del self._legs[0]
            if self._legs:
                self._request = request(self._query, self._legs[0])
        self._room = min(self._query.limit, _count_that_fits(self._items))
        self.cost += cost

    def _matches(self, item: Item) -> bool:
        # A reason is derived: DynamoDB does not know it.
        if not self._query.covers(item):
            return False
        return self._query.reasons is None or mapping.record(item).get("reason") in self._query.reasons

    def page(self) -> Page:
        """Return the page and its position.

        That is the last row of the page or, if no row is left over, the last row read or the start of the next leg.
        """
        items = self._items[: self._room]
        last = self._start if len(items) == len(self._items) else items[-1]
        position = None
        if last is not None:
            position = positions.of(last, self._query.index)
        elif self._legs and self._legs[0] is not None:
            position = positions.before(self._legs[0], self._query)
        is_searched = self._filtered and self._query.index.sorted_by_time
        until = positions.searched_until(position) if position is not None and is_searched else None
        return Page(items, position, self.cost, until)

    def _size(self) -> int:
        """Return how many rows to read next: the missing ones plus one, to detect the last page.

        With a filter it is twice as many, and four times more with each call.
        """
        wanted = self._query.limit + 1
        left = MOST_ROWS_READ - self.cost.rows_read
        if not self._filtered:
            return wanted - len(self._items)
        return left if self.cost.pages_read == self._most_calls - 1 else min(left, wanted * 2 * 4**self.cost.pages_read)


def _count_that_fits(items: Sequence[Item]) -> int:
    """Return how many rows, from the first on, fit into a response of Lambda; a single row always does.

    A row of DynamoDB is longer as JSON than its record, and has 400 KB at most.
    """
    if body_fits(_json(items)):
        return len(items)
    size = 0
    for number, item in enumerate(items):
        size += body_size(_json(item))
        if size > MOST_RESPONSE_BYTES:
            return number
    return len(items)


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str)  # an attribute can be binary, which no record shows


def _refused(exc: exceptions.ClientError) -> ProblemError | None:
    """Return the problem that an error of DynamoDB means; None for a fault of ours."""
    error = exc.response.get("Error", {})
    code = error.get("Code", "")
    if error.get("Message", "").startswith(_UNREADY_INDEX):
        return _unavailable("IndexNotReady", INDEX_RETRY_AFTER_SECONDS)
    if code not in _TRANSIENT and exc.response["ResponseMetadata"]["HTTPStatusCode"] < _SERVER_FAULT:
        return None
    return _unavailable(code)


def _timeout() -> ProblemError:
    return ProblemError("gateway_timeout", "The table took longer than the time that was left.")


def _unavailable(reason: str, retry_after: int = RETRY_AFTER_SECONDS) -> ProblemError:
    log.warning("dynamodb_unavailable", extra={"reason": reason})
    return ProblemError(
        "service_unavailable",
        "The table is busy or cannot be reached; the same request may be sent again.",
        headers={"Retry-After": str(retry_after)},
    )
