"""The only caller of DynamoDB: pages of `notification-records`, never by a Scan."""

import logging
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from botocore import exceptions
from botocore.config import Config
from botocore.session import Session

from common import connections
from common.deadline import Deadline
from common.problem import ProblemError
from result_lambda import positions
from result_lambda.cost import Cost
from result_lambda.queries import Item, Query, request
from result_lambda.sending import Sender
from result_lambda.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

log = logging.getLogger(__name__)

# The read budget of one page: a filter makes DynamoDB read rows that it does not return.
MOST_ROWS_READ: Final = 1_000
MOST_CALLS: Final = 4
RETRY_AFTER_SECONDS: Final = 1

_SERVER_FAULT: Final = 500
# What DynamoDB answers, beside its 5xx, when it has no capacity, or no such table, just now.
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
    """The rows of one page, the position after it (None: it is the last), and what it cost to read."""

    items: list[Item]
    next_position: dict[str, str] | None
    cost: Cost = field(default_factory=Cost)


def dynamodb(settings: Settings, session: Session | None = None) -> "DynamoDBClient":
    """Return a client that asks once: retries are the service's, within a budget that a failing table cannot exceed.

    `session` has credentials other than those of the environment. It is botocore's: importing boto3 for its one more
    layer would take a fifth of a cold start.
    """
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},  # timeouts are Sender's
        parameter_validation=False,  # a body is checked against the contract, and what is made of it by the tests
    )
    client = (session or Session()).create_client(
        "dynamodb", region_name=settings.region, endpoint_url=settings.dynamodb_endpoint_url, config=config
    )
    client.meta.events.register("before-send.dynamodb.Query", Sender())  # type: ignore[arg-type]  # it may answer
    return cast("DynamoDBClient", client)


class NotificationRecords:
    """The table of what became of pushes."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def page(self, query: Query, deadline: Deadline) -> Page:
        """Read on until the page is full, the partition ends, or the read budget does: rows, calls, or time.

        One row more than asked for is looked for, so that the last page is known to be the last. Raises ProblemError
        `service_unavailable` when DynamoDB throttles or cannot be reached, `gateway_timeout` when the time ends
        before the first answer.
        """
        reading = _Reading(query)
        while not reading.is_done:
            try:
                started = time.monotonic()
                answer = self._query(reading.arguments(), deadline)
                reading.take(answer, Cost.of(answer, started))
            except TimeoutError as exc:
                if reading.cost.pages_read == 0:
                    raise ProblemError("gateway_timeout", "The table took longer than the time that was left.") from exc
                break
        return reading.page()

    def _query(self, arguments: dict[str, Any], deadline: Deadline) -> Any:  # noqa: ANN401  # botocore's own shape
        if deadline.remaining() == 0:
            raise TimeoutError
        arguments = {"TableName": self._table, "ReturnConsumedCapacity": "TOTAL", **arguments}
        connections.deadline.set(deadline)
        try:
            answer: Any = self._client.query(**arguments)
        except exceptions.ClientError as exc:
            code = exc.response.get("Error", {}).get("Code", "")
            if code not in _TRANSIENT and exc.response["ResponseMetadata"]["HTTPStatusCode"] < _SERVER_FAULT:
                raise
            raise _unavailable(code) from exc
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as exc:
            if deadline.remaining() == 0:
                raise TimeoutError from exc
            raise _unavailable(type(exc).__name__) from exc
        if "Items" not in answer:  # botocore takes an answer that was cut off for an empty one
            raise _unavailable("NoItems")
        return answer


class _Reading:
    """One page in the making."""

    def __init__(self, query: Query) -> None:
        self.cost = Cost()
        self._query = query
        self._request = request(query)
        self._filtered = "FilterExpression" in self._request
        self._start = query.start
        self._items: list[Item] = []

    @property
    def is_done(self) -> bool:
        """Tell whether nothing more is to be read for the page."""
        if self.cost.pages_read == 0:
            return False
        is_full = len(self._items) > self._query.limit
        is_spent = self.cost.rows_read >= MOST_ROWS_READ or self.cost.pages_read >= MOST_CALLS
        return is_full or self._start is None or is_spent

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the next call."""
        arguments = {**self._request, "Limit": self._size()}
        if self._start is not None:
            arguments["ExclusiveStartKey"] = self._start
        return arguments

    def take(self, answer: dict[str, Any], cost: Cost) -> None:
        """Add what a call answered, and what it cost."""
        self._items += filter(self._is_in_the_window, answer["Items"])
        self._start = answer.get("LastEvaluatedKey")
        self.cost += cost

    def _is_in_the_window(self, item: Item) -> bool:
        # The condition of a key begins a step before the window.
        return self._query.created_from is None or self._query.admits(Decimal(item["created_at"]["N"]))

    def page(self) -> Page:
        """Return what was read; the position is that of the last row given or, where all were, of the last row read."""
        items = self._items[: self._query.limit]
        last = self._start if len(items) == len(self._items) else items[-1]
        position = None if last is None else positions.of(last, self._query.index)
        return Page(items, position, self.cost)

    def _size(self) -> int:
        """Return how many rows to read next: what is missing or, behind a filter, ever more of the budget."""
        wanted = self._query.limit + 1
        left = MOST_ROWS_READ - self.cost.rows_read
        if not self._filtered:
            return wanted - len(self._items)
        return left if self.cost.pages_read == MOST_CALLS - 1 else min(left, wanted * 2 * 4**self.cost.pages_read)


def _unavailable(reason: str) -> ProblemError:
    log.warning("dynamodb_unavailable", extra={"reason": reason})
    return ProblemError(
        "service_unavailable",
        "The table is busy or out of reach; the same request may be sent again.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
