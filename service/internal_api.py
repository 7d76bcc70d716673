"""Calls the internal API with the generated client, behind a circuit breaker; maps its errors to public problems."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, Self, TypeVar

import httpx
from botocore.exceptions import BotoCoreError

from common import problem
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
    ApiConnectionError,
    ApiError,
    ApiResponse,
    ApiStatusError,
    ApiTimeoutError,
    AsyncExchange,
    RetryPolicy,
    Timeout,
)
from service.breaker import CircuitBreaker, Query
from service.transport import CONNECT_SECONDS, AiohttpTransport, Signer, SigningTransport

log = logging.getLogger(__name__)

# One attempt. A page takes tens of milliseconds, a cold start a second or two; an attempt that hangs is given up for
# another, and the service recovers soon after the internal API does.
ATTEMPT_SECONDS: Final = 4.0
# Two retries after short waits, since a caller is waiting; a throttled call waits as long as Retry-After asks.
RETRIES: Final = RetryPolicy(max_retries=2, base_delay=0.1, max_delay=1.0, max_retry_after=2.0, budget=10)
# A call with less time than this may end without an answer although the internal API is well.
FAIR_SECONDS: Final = 1.0
_LEAST_SECONDS: Final = 0.001

_RETRY_LATER: Final = {"Retry-After": "1"}
_BUSY: Final = ("service_unavailable", "The records are busy; the same request may be sent again.")
_LATE: Final = ("gateway_timeout", "The records took longer than the time that was left.")
_UNUSABLE: Final = ("bad_gateway", "The records could not be read.")
# Every other status is bad_gateway: a 4xx of the internal API is our own fault, except for a position, which came out
# of the caller's cursor.
_PROBLEMS: Final[Mapping[int, tuple[str, str]]] = {429: _BUSY, 503: _BUSY, 504: _LATE}

AnswerT = TypeVar("AnswerT", RecordPage, CampaignSummary, PushExplanation)
Send = Callable[..., Awaitable[ApiResponse[AnswerT]]]


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

    async def query_fail(self, transaction_id: str, limit: int | None = None, **filters: Any) -> RecordPage:  # noqa: ANN401  # checked by Dispatch
        """Return a page of a transaction's failed records; `filters` are further fields of QueryFailRequest."""
        return await self._page(self._client.query_fail, transaction_id=transaction_id, limit=limit, **filters)

    async def summarize_marketing(self, marketing_id: str, **filters: Any) -> CampaignSummary:  # noqa: ANN401  # checked by Dispatch
        """Return counts of a campaign; `filters` are further fields of SummarizeMarketingRequest."""
        return await self._page(self._client.summarize_marketing, marketing_id=marketing_id, **filters)

    async def explain_push(self, user_id: str, **filters: Any) -> PushExplanation:  # noqa: ANN401  # checked by Dispatch
        """Return what became of a push to a user; `filters` are further fields of ExplainPushRequest."""
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
            raise ProblemError("service_unavailable", "The records cannot be reached just now.", headers=_RETRY_LATER)
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
            raise ProblemError(*_BUSY, headers=_RETRY_LATER) from exc
        except ApiError as exc:
            request.facts["retries"] = exc.attempts - 1
            self._breaker.record(query, failed=_is_failure(exc, seconds))
            raise _as_problem(exc) from exc
        self._breaker.record(query, failed=False)
        return parsed


def _is_failure(exc: Exception, seconds: float) -> bool:
    """Tell whether an error of a call that was given `seconds` may mean that the internal API is dead.

    An API that refuses, is busy, or answers what cannot be parsed is alive.
    """
    if isinstance(exc, ApiStatusError):
        is_late = exc.status_code == HTTPStatus.GATEWAY_TIMEOUT
        return exc.status_code == HTTPStatus.BAD_GATEWAY or (is_late and seconds >= FAIR_SECONDS)
    if isinstance(exc, ApiTimeoutError):
        return seconds >= FAIR_SECONDS
    return isinstance(exc, ApiConnectionError)


def _as_problem(exc: Exception) -> ProblemError:
    """Return the problem that an error means for the service's own caller, and log the cause."""
    if isinstance(exc, ApiStatusError):
        return _refused(exc)
    if isinstance(exc, ApiTimeoutError):
        return ProblemError(*_LATE)
    if isinstance(exc, ApiConnectionError):
        log.warning("internal_api_unreachable", extra={"reason": type(exc.__cause__).__name__})
        return ProblemError("bad_gateway", "The internal gateway could not be reached or broke off its answer.")
    log.error("internal_api_answer_unreadable", exc_info=exc)
    return ProblemError(*_UNUSABLE)


def _refused(error: ApiStatusError) -> ProblemError:
    code = error.code if error.code in problem.PROBLEMS else None
    log.warning("internal_api_refused", extra={"upstream_status": error.status_code, "upstream_code": code})
    if code == "invalid_position":
        return ProblemError("invalid_cursor", "The cursor does not fit this query.")
    meaning = _PROBLEMS.get(error.status_code, _UNUSABLE)
    seconds = error.headers.get("retry-after", "")  # HTTP allows a date as well, the contract does not
    retry_after = {"Retry-After": seconds} if seconds.isascii() and seconds.isdecimal() else _RETRY_LATER
    return ProblemError(*meaning, headers=retry_after if meaning is _BUSY else None)
