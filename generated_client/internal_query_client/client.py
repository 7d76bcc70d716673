"""Async client of the Internal Query API 1.0.0: a body goes in, the raw response comes out.

    client = AsyncInternalQueryClient(base_url, exchange=..., retry=...)
    response = await client.query_user({"user_id": "u1", "limit": 10}, request_id=..., headers=..., timeout=...)
    response.content  # JSON as it was received
    response.parse()  # the checked struct; the items of a page stay raw JSON

Absent fields are left out of a body. `response.parse()` raises ResponseDecodeError for any deviation from the contract.
Errors, timeouts, retries and the exchange (transport) are those of `generated_client.runtime`.
"""

from typing import Final, Unpack

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
from .models.health import Health
from .models.query_fail_request import QueryFailRequest
from .models.query_marketing_request import QueryMarketingRequest
from .models.query_user_request import QueryUserRequest
from .models.record_page import RecordPage

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
        """Push notifications sent to a user."""
        return await self.call(QUERY_USER, body, **options)

    async def query_marketing(
        self, body: QueryMarketingRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[RecordPage]:
        """Push notifications of a campaign."""
        return await self.call(QUERY_MARKETING, body, **options)

    async def query_fail(self, body: QueryFailRequest, **options: Unpack[RequestOptions]) -> ApiResponse[RecordPage]:
        """Failed push notifications of a transaction."""
        return await self.call(QUERY_FAIL, body, **options)

    async def health(self, **options: Unpack[RequestOptions]) -> ApiResponse[Health]:
        """State of the function."""
        return await self.call(HEALTH, None, **options)
