"""Calls the internal API with the generated client, behind a circuit breaker."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self, TypeVar

import httpx
from botocore.exceptions import BotoCoreError

from common.logs import since
from common.problem import ProblemError
from common.request import Deadline, RequestContext, choose_request_id, current_request
from generated_client.internal_query_client import (
    AsyncInternalQueryClient,
    CampaignSummary,
    PushExplanation,
    RecordPage,
)
from generated_client.runtime import (
    ApiError,
    ApiResponse,
    AsyncExchange,
    RetryPolicy,
    Timeout,
)
from service.failures import RETRY_LATER, as_problem, busy, is_failure
from service.transport import CONNECT_SECONDS, AiohttpTransport, Signer, SigningTransport

log = logging.getLogger(__name__)

# One attempt. A page takes tens of milliseconds, a cold start a second or two; an attempt that hangs is given up for
# another, and the service recovers soon after the internal API does.
ATTEMPT_SECONDS: Final = 4.0
# Two retries after short waits, since a caller is waiting; a throttled call waits as long as Retry-After asks.
RETRIES: Final = RetryPolicy(max_retries=2, base_delay=0.1, max_delay=1.0, max_retry_after=2.0, budget=10)
_LEAST_SECONDS: Final = 0.001
WINDOW_SECONDS: Final = 10.0
# The breaker counts the last queries only, so that it finds a dead gateway soon at any traffic.
LEAST_QUERIES: Final = 10
MOST_QUERIES: Final = 20

AnswerT = TypeVar("AnswerT", RecordPage, CampaignSummary, PushExplanation)
Send = Callable[..., Awaitable[ApiResponse[AnswerT]]]
# The operation, and the id that it asks for.
Query = tuple[str, str]


class CircuitBreaker:
    """Opens when half of the last different queries have failed; then lets one call through every `probe_seconds`.

    It keeps the last outcome of each query: of the last 20 different ones, and for 10 seconds. With fewer than 10 it
    stays closed. So a query that always fails counts once, however often it is sent.

    The first answer closes it, whichever call it belongs to. Probes do not wait for one another: one that hangs would
    keep the breaker open after the gateway is back. Not safe to share between threads.
    """

    def __init__(self, probe_seconds: float = 1.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._probe_seconds = probe_seconds
        self._clock = clock
        self._outcomes: dict[Query, tuple[float, bool]] = {}  # the oldest first
        self._next_probe = 0.0
        self.is_open = False

    def admits(self) -> bool:
        """Tell whether a call may be made now; while the breaker is open, True makes this call the probe."""
        if not self.is_open:
            return True
        if self._clock() < self._next_probe:
            return False
        self._next_probe = self._clock() + self._probe_seconds
        return True

    def record(self, query: Query, *, failed: bool) -> None:
        """Record the outcome of a call; open or close the breaker accordingly."""
        if self.is_open and not failed:
            self.is_open = False
            self._outcomes.clear()
            log.info("breaker_closed")
        self._outcomes.pop(query, None)
        self._outcomes[query] = (self._clock(), failed)
        if len(self._outcomes) > MOST_QUERIES:
            del self._outcomes[next(iter(self._outcomes))]
        if failed and not self.is_open and self._most_failed():
            self.is_open = True
            self._next_probe = self._clock() + self._probe_seconds
            log.warning("breaker_opened")

    def _most_failed(self) -> bool:
        start = self._clock() - WINDOW_SECONDS
        recent = [failed for moment, failed in self._outcomes.values() if moment >= start]
        return len(recent) >= LEAST_QUERIES and 2 * sum(recent) >= len(recent)


class InternalApiClient:
    """Asks the internal API for pages; one pooled client, to be closed (`async with`, or `aclose`).

    `timeout` bounds a call with its retries, in seconds, `attempt_seconds` one attempt. `signer` signs the requests;
    `transport` replaces the network. Every method raises ProblemError: `gateway_timeout`, `service_unavailable` or
    `bad_gateway` for a failure, `invalid_cursor` for a position that does not fit the query.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float = 30,
        *,
        signer: Signer | None = None,
        transport: AsyncExchange | None = None,
        attempt_seconds: float = ATTEMPT_SECONDS,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._timeout = timeout
        self._attempt_seconds = attempt_seconds
        self._breaker = breaker or CircuitBreaker()
        transport = transport or AiohttpTransport()
        self._client = AsyncInternalQueryClient(
            str(httpx.URL(base_url)),  # percent-encoded once, so that it is sent as it is signed
            retry=RETRIES,
            exchange=transport if signer is None else SigningTransport(transport, signer),
        )

    async def query_user(self, user_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a user's records; `filters` are further fields of the contract's QueryUserRequest."""
        return await self._page(self._client.query_user, user_id=user_id, limit=limit, **filters)

    async def query_marketing(self, marketing_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a campaign's records; `filters` are further fields of QueryMarketingRequest."""
        return await self._page(self._client.query_marketing, marketing_id=marketing_id, limit=limit, **filters)

    async def query_transaction(self, transaction_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a transaction's records; `filters` are further fields of QueryTransactionRequest."""
        return await self._page(self._client.query_transaction, transaction_id=transaction_id, limit=limit, **filters)

    async def query_fail(self, transaction_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a transaction's failed records; `filters` are further fields of QueryFailRequest."""
        return await self._page(self._client.query_fail, transaction_id=transaction_id, limit=limit, **filters)

    async def query_marketing_fail(self, marketing_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a campaign's failed records; `filters` are further fields of QueryMarketingFailRequest."""
        return await self._page(self._client.query_marketing_fail, marketing_id=marketing_id, limit=limit, **filters)

    async def summarize_marketing(self, marketing_id: str, **filters: Any) -> CampaignSummary:  # noqa: ANN401  # checked by Dispatch
        """Return counts of a campaign; `filters` are further fields of SummarizeMarketingRequest."""
        return await self._page(self._client.summarize_marketing, marketing_id=marketing_id, **filters)

    async def explain_push(self, user_id: str, **filters: Any) -> PushExplanation:  # noqa: ANN401  # checked by Dispatch
        """Return the outcome of a push to a user; `filters` are further fields of ExplainPushRequest."""
        return await self._page(self._client.explain_push, user_id=user_id, **filters)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _page(self, send: Send[AnswerT], **fields: Any) -> AnswerT:  # noqa: ANN401  # checked by Dispatch
        """Return an answer; the first field is the id that is asked for."""
        request = current_request.get(None)
        if request is None:
            request = RequestContext(request_id=choose_request_id(), deadline=Deadline(self._timeout))
        if self._breaker.is_open:
            request.facts["breaker_open"] = 1
        if not self._breaker.admits():
            raise ProblemError("service_unavailable", "The records cannot be reached just now.", headers=RETRY_LATER)
        body = {name: value for name, value in fields.items() if value is not None}
        started = time.monotonic()
        try:
            return await self._ask(send, (send.__name__, next(iter(body.values()))), body, request)
        finally:
            request.facts["upstream_ms"] = since(started)

    async def _ask(self, send: Send[AnswerT], query: Query, body: object, request: RequestContext) -> AnswerT:
        seconds = max(_LEAST_SECONDS, min(self._timeout, request.deadline.remaining()))
        timeout = Timeout(total=seconds, attempt=self._attempt_seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            answer = await send(body, request_id=request.request_id, headers=request.trace, timeout=timeout)
            request.facts["retries"] = answer.attempts - 1
            parsed = answer.parse()
        except BotoCoreError as exc:
            log.exception("credentials_not_renewed")
            raise busy() from exc
        except ApiError as exc:
            request.facts["retries"] = exc.attempts - 1
            self._breaker.record(query, failed=is_failure(exc, seconds))
            raise as_problem(exc) from exc
        self._breaker.record(query, failed=False)
        return parsed
