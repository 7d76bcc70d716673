"""The only caller of the generated client: asks the internal API Gateway, and says what went wrong in our words."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Self

import aiohttp
import httpx
import orjson
from botocore.exceptions import BotoCoreError
from httpx_aiohttp import AiohttpTransport

from common import logs, problem
from common.deadline import Deadline
from common.problem import ProblemError
from generated_client.internal_query_client import NO_RETRIES, AsyncInternalQueryClient, Record, RecordPage, Timeout
from generated_client.internal_query_client.errors import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
)
from generated_client.internal_query_client.types import ApiResponse, RequestOptions
from service.calls import Call, current

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 2.0
MOST_CONNECTIONS: Final = 100
_LEAST_SECONDS: Final = 0.001

Page = dict[str, Any]

# What an answer that is not 200 means for our own caller. A 4xx is none of its doing, except for a position that came
# out of its cursor; throttling of the one caller that the internal gateway has is our being busy.
_MEANING: Final[Mapping[int, tuple[str, str]]] = {
    429: ("service_unavailable", "The records are busy; the same request may be sent again."),
    503: ("service_unavailable", "The records are busy; the same request may be sent again."),
    504: ("gateway_timeout", "The records took longer than the time that was left."),
}
_RETRY_AFTER: Final = "1"
_UNUSABLE: Final = ("bad_gateway", "The records could not be read.")
_FIELDS: Final = Record.__struct_fields__


class InternalApiClient:
    """Asks the internal API for records; one pooled client, to be closed once (`async with`, or `aclose`).

    `timeout` is the most seconds that one call may take, connection and all. `auth` signs the requests, `transport`
    stands in for the network in tests. Every method raises ProblemError: `gateway_timeout`, `service_unavailable` or
    `bad_gateway` for what happened on the way, `invalid_cursor` for a position that does not fit the query.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float = 30,
        *,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._client = AsyncInternalQueryClient(
            base_url,
            retry=NO_RETRIES,
            auth=auth,
            transport=transport or _Transport(client=_session),
        )

    async def query_user(self, user_id: str, limit: int | None = None, **filters: Any) -> Page:  # noqa: ANN401  # the client's
        """Return a page of a user's records; `filters` are further fields of the contract's QueryUserRequest."""
        ask = self._client.with_raw_response.query_user
        return await self._page(lambda options: ask(user_id, limit, **filters, **options))

    async def query_marketing(self, marketing_id: str, limit: int | None = None, **filters: Any) -> Page:  # noqa: ANN401  # the client's
        """Return a page of a campaign's records; `filters` are further fields of QueryMarketingRequest."""
        ask = self._client.with_raw_response.query_marketing
        return await self._page(lambda options: ask(marketing_id, limit, **filters, **options))

    async def query_fail(self, transaction_id: str, limit: int | None = None, **filters: Any) -> Page:  # noqa: ANN401  # the client's
        """Return a page of a transaction's failed records; `filters` are further fields of QueryFailRequest."""
        ask = self._client.with_raw_response.query_fail
        return await self._page(lambda options: ask(transaction_id, limit, **filters, **options))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _page(self, ask: Callable[[RequestOptions], Awaitable[ApiResponse[RecordPage]]]) -> Page:
        call = current.get(None) or Call(logs.choose_request_id(), Deadline(self._timeout), {})
        seconds = max(_LEAST_SECONDS, min(self._timeout, call.deadline.remaining()))
        timeout = Timeout(total=seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            return _checked(await ask({"request_id": call.request_id, "headers": call.trace, "timeout": timeout}))
        except BotoCoreError as exc:
            log.exception("credentials_not_renewed")
            raise ProblemError(*_MEANING[503], headers={"Retry-After": _RETRY_AFTER}) from exc
        except (ApiError, ValueError) as exc:
            raise _problem(exc) from exc


class _Transport(AiohttpTransport):
    """Carries the requests on aiohttp, and says as httpx what its base leaves in aiohttp's words."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; an answer that is no HTTP is an error of the protocol."""
        try:
            return await super().handle_async_request(request)
        except aiohttp.ClientError as exc:
            raise httpx.RemoteProtocolError(type(exc).__name__, request=request) from exc


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS), cookie_jar=aiohttp.DummyCookieJar()
    )


def _checked(response: ApiResponse[RecordPage]) -> Page:
    """Return the page as it came, with what newer contracts add, once it has the types of this one.

    Raises ResponseDecodeError, or ValueError for what the generated client takes and our own contract does not allow.
    """
    response.parse()
    page: Page = orjson.loads(response.content)
    if not all(map(_is_record, page["items"])) or not page.get("next_position", True):
        raise ValueError("a field of the answer is null, empty or too large")
    return page


def _is_record(record: Mapping[str, Any]) -> bool:
    """Tell whether no field is null, and the time is an int64: a larger one was read as a float."""
    return isinstance(record["created_at"], int) and all(record.get(name, "") is not None for name in _FIELDS)


def _problem(exc: Exception) -> ProblemError:
    """Return what an error of the client means for our own caller."""
    if isinstance(exc, ApiStatusError):
        return _refused(exc)
    if isinstance(exc, ApiTimeoutError):
        return ProblemError(*_MEANING[504])
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
    meaning = _MEANING.get(error.status_code, _UNUSABLE)
    return ProblemError(*meaning, headers=_retry_after(error) if meaning[0] == "service_unavailable" else None)


def _retry_after(error: ApiStatusError) -> dict[str, str]:
    """Return the seconds to wait, as our contract has them: a date, which HTTP allows as well, counts as none."""
    said = error.headers.get("retry-after", "")
    return {"Retry-After": said if said.isascii() and said.isdecimal() else _RETRY_AFTER}
