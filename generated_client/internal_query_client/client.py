"""Async client of the Internal Query API 1.0.0: a body goes in, the raw response comes out.

    client = AsyncInternalQueryClient(base_url, exchange=..., retry=...)
    response = await client.query_user({"user_id": "u1", "limit": 10}, request_id=..., headers=..., timeout=...)
    response.content  # JSON as it was received
    response.parse()  # the checked struct; the items of a page stay raw JSON

Absent fields are left out of a body. `response.parse()` raises ResponseDecodeError for any deviation from the contract.
Errors, timeouts, retries and the exchange (transport) are those of `generated_client.runtime`.
"""

from __future__ import annotations  # the types refer to each other in any order

from typing import Annotated, Final, NotRequired, TypeAlias, TypedDict, Unpack

import msgspec

from ..runtime import (
    DEFAULT_RETRY,
    DEFAULT_TIMEOUT,
    SYSTEM_CLOCK,
    ApiResponse,
    AsyncApiClient,
    AsyncExchange,
    ClientOptions,
    Clock,
    Operation,
    RequestOptions,
    RetryPolicy,
    Timeout,
    as_base_url,
    as_timeout,
)


class Health(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | msgspec.UnsetType = msgspec.UNSET
    """Version of the contract that is served."""

    build: str | msgspec.UnsetType = msgspec.UNSET
    """Build that answers, for example a commit; `development` outside of a deployment."""


NextPosition: TypeAlias = Annotated[dict[str, str], msgspec.Meta(min_length=1)]
"""Send it as `position` to get the next page; absent on the last page, and only there."""


class QueryFailRequest(TypedDict):
    """Which transaction, and which of its failed rows."""

    transaction_id: str
    """One send order; it may reach one user or millions."""

    limit: NotRequired[int]
    """The most rows that a page may have."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error."""


class QueryMarketingRequest(TypedDict):
    """Which campaign, and which of its rows."""

    marketing_id: str
    """The campaign that the pushes belong to."""

    limit: NotRequired[int]
    """The most rows that a page may have."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: NotRequired[list[str]]
    """Only rows in these states."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error."""


class QueryUserRequest(TypedDict):
    """Whose rows, and which of them."""

    user_id: str
    """Who received the pushes, as the sending application names its user."""

    limit: NotRequired[int]
    """The most rows that a page may have."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: NotRequired[list[str]]
    """Only rows in these states."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error."""


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One stored row: one state that one push reached. Answers are open: a row with a value that is not listed here is returned as it was stored, and new fields may be added."""

    transaction_id: str
    """The send order; empty when the row was stored without one."""

    user_id: str
    """Who received the push."""

    created_at: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)]
    """When the row was written, in epoch milliseconds."""

    status: str
    """SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). Other values may appear; empty when the row was stored without one."""

    marketing_id: str | msgspec.UnsetType = msgspec.UNSET
    """The campaign, where the push belonged to one."""

    notification_title: str | msgspec.UnsetType = msgspec.UNSET
    """The title that the user saw."""

    platform: str | msgspec.UnsetType = msgspec.UNSET
    """IOS, ANDROID or WEBPUSH; other values may appear."""

    error_msg: str | msgspec.UnsetType = msgspec.UNSET
    """Why the push failed, in the words of the platform."""

    ap_id: str | msgspec.UnsetType = msgspec.UNSET
    """The application that sent the push; absent on rows older than the move to ECS."""


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One page of rows."""

    items: msgspec.Raw
    """The rows of this page, in the order of the operation. Raw JSON, checked as a list of `Record`."""

    count: Annotated[int, msgspec.Meta(ge=0, le=100)]
    """How many rows this page has."""

    next_position: NextPosition | msgspec.UnsetType = msgspec.UNSET
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    def __post_init__(self) -> None:
        _record_page_items.decode(self.items)


_record_page_items: Final = msgspec.json.Decoder(Annotated[list[Record], msgspec.Meta(max_length=100)])

QUERY_USER: Final = Operation(
    "query_user", method="POST", path="/query/user", response_type=RecordPage, takes_timeout=True
)
QUERY_MARKETING: Final = Operation(
    "query_marketing", method="POST", path="/query/marketing", response_type=RecordPage, takes_timeout=True
)
QUERY_FAIL: Final = Operation(
    "query_fail", method="POST", path="/query/fail", response_type=RecordPage, takes_timeout=True
)
HEALTH: Final = Operation("health", method="GET", path="/health", response_type=Health, takes_timeout=False)


class AsyncInternalQueryClient(AsyncApiClient):
    """One method for each operation of the contract.

    Args:
        base_url: Address of the API with its stage.
        timeout: Seconds for a whole call with its retries, or a `Timeout`.
        retry: When to retry, and how long to wait first.
        exchange: Transport of the requests; httpx by default.
        clock: Time and randomness, for tests.

    Raises:
        ConfigurationError: An argument is not valid.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float | Timeout = DEFAULT_TIMEOUT,
        retry: RetryPolicy = DEFAULT_RETRY,
        exchange: AsyncExchange | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(
            ClientOptions(
                package="internal_query_client",
                version="1.0.0",
                base_url=as_base_url(base_url),
                timeout=as_timeout(timeout),
                retry=retry,
                headers={},
                clock=clock,
            ),
            exchange=exchange,
        )

    async def query_user(self, body: QueryUserRequest, **options: Unpack[RequestOptions]) -> ApiResponse[RecordPage]:
        """Rows of a user."""
        return await self.call(QUERY_USER, body, **options)

    async def query_marketing(
        self, body: QueryMarketingRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[RecordPage]:
        """Rows of a campaign."""
        return await self.call(QUERY_MARKETING, body, **options)

    async def query_fail(self, body: QueryFailRequest, **options: Unpack[RequestOptions]) -> ApiResponse[RecordPage]:
        """Failed rows of a transaction."""
        return await self.call(QUERY_FAIL, body, **options)

    async def health(self, **options: Unpack[RequestOptions]) -> ApiResponse[Health]:
        """Whether requests are accepted."""
        return await self.call(HEALTH, None, **options)
