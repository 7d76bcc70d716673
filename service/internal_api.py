"""The only caller of the generated client: asks the internal API Gateway, and says what went wrong in our words."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self

import httpx
from botocore.exceptions import BotoCoreError

from common import logs
from common.access_log import since
from common.deadline import Deadline
from common.problem import ProblemError
from generated_client.internal_query_client import AsyncInternalQueryClient, RecordPage
from generated_client.runtime import ApiError, ApiResponse, AsyncExchange, RequestOptions, RetryPolicy, Timeout
from service import upstream_errors
from service.breaker import CircuitBreaker
from service.context import Call, current
from service.exchange import CONNECT_SECONDS, AiohttpExchange
from service.signing import SignedExchange, SigV4
from service.upstream_errors import RETRY_LATER

log = logging.getLogger(__name__)

# One try; a page takes tens of milliseconds, a cold start a second or two. What hangs longer is tried anew, and does
# not hold its place for the whole time of the call: the service is itself again soon after its neighbour is.
ATTEMPT_SECONDS: Final = 4.0
# Two more tries, soon, since somebody is waiting; a throttled caller comes back after the second that it is told.
RETRIES: Final = RetryPolicy(max_retries=2, base_delay=0.1, max_delay=1.0, max_retry_after=2.0, budget=10)
_LEAST_SECONDS: Final = 0.001

Ask = Callable[[RequestOptions], Awaitable[ApiResponse[RecordPage]]]


class InternalApiClient:
    """Asks the internal API for records; one pooled client, to be closed once (`async with`, or `aclose`).

    `timeout` is the most seconds that one call may take, retries and all, and `attempt_seconds` one try of it. `signer`
    signs the requests, `exchange` stands in for the network, `breaker` decides when to leave a neighbour that fails
    alone. Every method raises ProblemError: `gateway_timeout`, `service_unavailable` or `bad_gateway` for what happened
    on the way, `invalid_cursor` for a position that does not fit the query.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float = 30,
        *,
        signer: SigV4 | None = None,
        exchange: AsyncExchange | None = None,
        attempt_seconds: float = ATTEMPT_SECONDS,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._timeout = timeout
        self._attempt_seconds = attempt_seconds
        self._breaker = breaker or CircuitBreaker()
        exchange = exchange or AiohttpExchange()
        self._client = AsyncInternalQueryClient(
            str(httpx.URL(base_url)),  # encoded as it is signed and sent
            retry=RETRIES,
            exchange=exchange if signer is None else SignedExchange(exchange, signer),
        )

    async def query_user(self, user_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a user's records; `filters` are further fields of the contract's QueryUserRequest."""
        body = _present(user_id=user_id, limit=limit, **filters)
        return await self._page(lambda options: self._client.query_user(body, **options))

    async def query_marketing(self, marketing_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a campaign's records; `filters` are further fields of QueryMarketingRequest."""
        body = _present(marketing_id=marketing_id, limit=limit, **filters)
        return await self._page(lambda options: self._client.query_marketing(body, **options))

    async def query_fail(self, transaction_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a transaction's failed records; `filters` are further fields of QueryFailRequest."""
        body = _present(transaction_id=transaction_id, limit=limit, **filters)
        return await self._page(lambda options: self._client.query_fail(body, **options))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _page(self, ask: Ask) -> RecordPage:
        call = current.get(None) or Call(logs.choose_request_id(), Deadline(self._timeout), {})
        if self._breaker.is_open:
            call.facts["breaker_open"] = 1
        if not self._breaker.admits():
            raise ProblemError("service_unavailable", "The records cannot be reached just now.", headers=RETRY_LATER)
        started = time.monotonic()
        try:
            return await self._ask(ask, call)
        finally:
            call.facts["upstream_ms"] = since(started)

    async def _ask(self, ask: Ask, call: Call) -> RecordPage:
        seconds = max(_LEAST_SECONDS, min(self._timeout, call.deadline.remaining()))
        timeout = Timeout(total=seconds, attempt=self._attempt_seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            answer = await ask({"request_id": call.request_id, "headers": call.trace, "timeout": timeout})
            call.facts["retries"] = answer.attempts - 1
            page = answer.parse()
        except BotoCoreError as exc:
            log.exception("credentials_not_renewed")
            raise upstream_errors.busy() from exc
        except ApiError as exc:
            call.facts["retries"] = exc.attempts - 1
            self._note(is_failure=upstream_errors.is_failure(exc, seconds))
            raise upstream_errors.as_problem(exc) from exc
        self._note(is_failure=False)
        return page

    def _note(self, *, is_failure: bool) -> None:
        if is_failure and self._breaker.failed():
            log.warning("breaker_opened")
        elif not is_failure and self._breaker.succeeded():
            log.info("breaker_closed")


def _present(**fields: Any) -> Any:  # noqa: ANN401  # a request body; Dispatch has checked it
    """Return a body without the fields that are None."""
    return {name: value for name, value in fields.items() if value is not None}
