"""The clients of the Internal Query API 1.0.0."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Unpack

import httpx

from ._runtime.async_client import AsyncApiClient
from ._runtime.clock import SYSTEM_CLOCK, Clock
from ._runtime.exchange import AsyncExchange
from ._runtime.operations import ApiResponse, Operation
from ._runtime.options import (
    DEFAULT_RETRY,
    DEFAULT_TIMEOUT,
    ClientOptions,
    RequestOptions,
    Timeout,
    as_base_url,
    as_list,
    as_timeout,
)
from ._runtime.pages import AsyncPager, Pager
from ._runtime.retries import RetryPolicy
from ._runtime.sync_client import SyncApiClient
from ._runtime.times import to_epoch_milliseconds
from .models.health import Health
from .models.next_position import NextPosition
from .models.query_fail_request import QueryFailRequest
from .models.query_marketing_request import QueryMarketingRequest
from .models.query_user_request import QueryUserRequest
from .models.record import Record
from .models.record_page import RecordPage

PACKAGE: Final = "internal_query_client"
VERSION: Final = "1.0.0"

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


class InternalQueryClientWithRawResponse:
    """The operations of `InternalQueryClient`, each giving status, headers and the body as it came."""

    def __init__(self, client: "InternalQueryClient") -> None:
        self._client = client

    def query_user(
        self,
        user_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Rows of a user, as it came; `parse()` gives the `RecordPage`."""
        body = QueryUserRequest(
            user_id=user_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return self._client.call(QUERY_USER, body, **options)

    def query_marketing(
        self,
        marketing_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Rows of a campaign, as it came; `parse()` gives the `RecordPage`."""
        body = QueryMarketingRequest(
            marketing_id=marketing_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return self._client.call(QUERY_MARKETING, body, **options)

    def query_fail(
        self,
        transaction_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Failed rows of a transaction, as it came; `parse()` gives the `RecordPage`."""
        body = QueryFailRequest(
            transaction_id=transaction_id,
            limit=limit,
            position=position,
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return self._client.call(QUERY_FAIL, body, **options)

    def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[Health]:
        """Whether requests are accepted, as it came; `parse()` gives the `Health`."""
        body = None
        return self._client.call(HEALTH, body, **options)


class InternalQueryClient(SyncApiClient):
    """Blocking client of the Internal Query API; make one and keep it, all threads share it.

    Args:
        base_url: Where the API is, with its stage.
        timeout: Seconds for a whole call, retries and waits included; or a `Timeout`. 30 by default, 2 to connect.
        retry: When to try again, and how long to wait first; `NO_RETRIES` turns it off.
        headers: Sent with every request.
        auth: Signs or authorises the requests.
        transport: Carries the requests, in place of the network: another HTTP stack, a proxy, a stand-in.
        http_client: Your own httpx client, with its proxies, certificates and hooks; it stays open.
        clock: Time and chance, for tests.

    Raises:
        ConfigurationError: Something is missing or contradictory.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float | Timeout = DEFAULT_TIMEOUT,
        retry: RetryPolicy = DEFAULT_RETRY,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(
            ClientOptions(
                package=PACKAGE,
                version=VERSION,
                base_url=as_base_url(base_url),
                timeout=as_timeout(timeout),
                retry=retry,
                headers=headers or {},
                clock=clock,
            ),
            auth=auth,
            transport=transport,
            http_client=http_client,
        )

    @property
    def with_raw_response(self) -> InternalQueryClientWithRawResponse:
        """The same operations, each giving status, headers and the body as it came."""
        return InternalQueryClientWithRawResponse(self)

    def query_user(
        self,
        user_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Rows of a user.

        查詢用戶推播記錄. Reads the table, newest first.

        Args:
            user_id: Who received the pushes, as the sending application names its user.
            limit: The most rows that a page may have. The service's default is 10.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`, with `next_position` unless it is the last page.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        body = QueryUserRequest(
            user_id=user_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return self.call(QUERY_USER, body, **options).parse()

    def iter_user(
        self,
        user_id: str,
        limit: int | None = 100,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, Record, NextPosition]:
        """Rows of a user, page after page, lazily.

        Iterate over it for the items, or over its `pages()`. Its `cursor`, saved and given
        back as `position`, resumes at the page that was being read.

        Args:
            user_id: Who received the pushes, as the sending application names its user.
            limit: The most rows that a page may have.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `Record`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            RepeatedCursorError: The service gave the same cursor twice.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        status = as_list(status)
        platform = as_list(platform)

        def fetch(after: NextPosition | None) -> RecordPage:
            return self.query_user(
                user_id=user_id,
                limit=limit,
                status=status,
                platform=platform,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                position=after,
            )

        return Pager(
            fetch,
            position,
            items=lambda page: page.items,
            following=lambda page: page.next_position,
        )

    def query_marketing(
        self,
        marketing_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Rows of a campaign.

        查詢活動推播記錄. Reads `marketing_id-index`, newest first.

        Args:
            marketing_id: The campaign that the pushes belong to.
            limit: The most rows that a page may have. The service's default is 100.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`, with `next_position` unless it is the last page.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        body = QueryMarketingRequest(
            marketing_id=marketing_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return self.call(QUERY_MARKETING, body, **options).parse()

    def iter_marketing(
        self,
        marketing_id: str,
        limit: int | None = 100,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, Record, NextPosition]:
        """Rows of a campaign, page after page, lazily.

        Iterate over it for the items, or over its `pages()`. Its `cursor`, saved and given
        back as `position`, resumes at the page that was being read.

        Args:
            marketing_id: The campaign that the pushes belong to.
            limit: The most rows that a page may have.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `Record`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            RepeatedCursorError: The service gave the same cursor twice.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        status = as_list(status)
        platform = as_list(platform)

        def fetch(after: NextPosition | None) -> RecordPage:
            return self.query_marketing(
                marketing_id=marketing_id,
                limit=limit,
                status=status,
                platform=platform,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                position=after,
            )

        return Pager(
            fetch,
            position,
            items=lambda page: page.items,
            following=lambda page: page.next_position,
        )

    def query_fail(
        self,
        transaction_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Failed rows of a transaction.

        查詢失敗推播記錄. Reads the FAILED rows of `transaction_id-status-index`; newest first within a page.

        Args:
            transaction_id: One send order; it may reach one user or millions.
            limit: The most rows that a page may have. The service's default is 100.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`, with `next_position` unless it is the last page.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        body = QueryFailRequest(
            transaction_id=transaction_id,
            limit=limit,
            position=position,
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return self.call(QUERY_FAIL, body, **options).parse()

    def iter_fail(
        self,
        transaction_id: str,
        limit: int | None = 100,
        *,
        position: NextPosition | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, Record, NextPosition]:
        """Failed rows of a transaction, page after page, lazily.

        Iterate over it for the items, or over its `pages()`. Its `cursor`, saved and given
        back as `position`, resumes at the page that was being read.

        Args:
            transaction_id: One send order; it may reach one user or millions.
            limit: The most rows that a page may have.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `Record`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            RepeatedCursorError: The service gave the same cursor twice.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        platform = as_list(platform)

        def fetch(after: NextPosition | None) -> RecordPage:
            return self.query_fail(
                transaction_id=transaction_id,
                limit=limit,
                platform=platform,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                position=after,
            )

        return Pager(
            fetch,
            position,
            items=lambda page: page.items,
            following=lambda page: page.next_position,
        )

    def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> Health:
        """Whether requests are accepted.

        Answered by the function itself, without a read. Needs no signature.

        Args:
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `Health`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: The request id is none.
        """
        body = None
        return self.call(HEALTH, body, **options).parse()


class AsyncInternalQueryClientWithRawResponse:
    """The operations of `AsyncInternalQueryClient`, each giving status, headers and the body as it came."""

    def __init__(self, client: "AsyncInternalQueryClient") -> None:
        self._client = client

    async def query_user(
        self,
        user_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Rows of a user, as it came; `parse()` gives the `RecordPage`."""
        body = QueryUserRequest(
            user_id=user_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return await self._client.call(QUERY_USER, body, **options)

    async def query_marketing(
        self,
        marketing_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Rows of a campaign, as it came; `parse()` gives the `RecordPage`."""
        body = QueryMarketingRequest(
            marketing_id=marketing_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return await self._client.call(QUERY_MARKETING, body, **options)

    async def query_fail(
        self,
        transaction_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Failed rows of a transaction, as it came; `parse()` gives the `RecordPage`."""
        body = QueryFailRequest(
            transaction_id=transaction_id,
            limit=limit,
            position=position,
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return await self._client.call(QUERY_FAIL, body, **options)

    async def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[Health]:
        """Whether requests are accepted, as it came; `parse()` gives the `Health`."""
        body = None
        return await self._client.call(HEALTH, body, **options)


class AsyncInternalQueryClient(AsyncApiClient):
    """Async client of the Internal Query API; make one and keep it, one for each event loop.

    Args:
        base_url: Where the API is, with its stage.
        timeout: Seconds for a whole call, retries and waits included; or a `Timeout`. 30 by default, 2 to connect.
        retry: When to try again, and how long to wait first; `NO_RETRIES` turns it off.
        headers: Sent with every request.
        auth: Signs or authorises the requests.
        transport: Carries the requests, in place of the network: another HTTP stack, a proxy, a stand-in.
        http_client: Your own httpx client, with its proxies, certificates and hooks; it stays open.
        exchange: Sends each request and reads its answer in place of httpx, with an HTTP stack of your own.
        clock: Time and chance, for tests.

    Raises:
        ConfigurationError: Something is missing or contradictory.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float | Timeout = DEFAULT_TIMEOUT,
        retry: RetryPolicy = DEFAULT_RETRY,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
        exchange: AsyncExchange | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(
            ClientOptions(
                package=PACKAGE,
                version=VERSION,
                base_url=as_base_url(base_url),
                timeout=as_timeout(timeout),
                retry=retry,
                headers=headers or {},
                clock=clock,
            ),
            auth=auth,
            transport=transport,
            http_client=http_client,
            exchange=exchange,
        )

    @property
    def with_raw_response(self) -> AsyncInternalQueryClientWithRawResponse:
        """The same operations, each giving status, headers and the body as it came."""
        return AsyncInternalQueryClientWithRawResponse(self)

    async def query_user(
        self,
        user_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Rows of a user.

        查詢用戶推播記錄. Reads the table, newest first.

        Args:
            user_id: Who received the pushes, as the sending application names its user.
            limit: The most rows that a page may have. The service's default is 10.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`, with `next_position` unless it is the last page.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        body = QueryUserRequest(
            user_id=user_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return (await self.call(QUERY_USER, body, **options)).parse()

    def iter_user(
        self,
        user_id: str,
        limit: int | None = 100,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[RecordPage, Record, NextPosition]:
        """Rows of a user, page after page, lazily.

        Iterate over it for the items, or over its `pages()`. Its `cursor`, saved and given
        back as `position`, resumes at the page that was being read.

        Args:
            user_id: Who received the pushes, as the sending application names its user.
            limit: The most rows that a page may have.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `Record`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            RepeatedCursorError: The service gave the same cursor twice.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        status = as_list(status)
        platform = as_list(platform)

        async def fetch(after: NextPosition | None) -> RecordPage:
            return await self.query_user(
                user_id=user_id,
                limit=limit,
                status=status,
                platform=platform,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                position=after,
            )

        return AsyncPager(
            fetch,
            position,
            items=lambda page: page.items,
            following=lambda page: page.next_position,
        )

    async def query_marketing(
        self,
        marketing_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Rows of a campaign.

        查詢活動推播記錄. Reads `marketing_id-index`, newest first.

        Args:
            marketing_id: The campaign that the pushes belong to.
            limit: The most rows that a page may have. The service's default is 100.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`, with `next_position` unless it is the last page.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        body = QueryMarketingRequest(
            marketing_id=marketing_id,
            limit=limit,
            position=position,
            status=as_list(status),
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return (await self.call(QUERY_MARKETING, body, **options)).parse()

    def iter_marketing(
        self,
        marketing_id: str,
        limit: int | None = 100,
        *,
        position: NextPosition | None = None,
        status: str | Iterable[str] | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[RecordPage, Record, NextPosition]:
        """Rows of a campaign, page after page, lazily.

        Iterate over it for the items, or over its `pages()`. Its `cursor`, saved and given
        back as `position`, resumes at the page that was being read.

        Args:
            marketing_id: The campaign that the pushes belong to.
            limit: The most rows that a page may have.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            status: Only rows in these states.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `Record`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            RepeatedCursorError: The service gave the same cursor twice.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        status = as_list(status)
        platform = as_list(platform)

        async def fetch(after: NextPosition | None) -> RecordPage:
            return await self.query_marketing(
                marketing_id=marketing_id,
                limit=limit,
                status=status,
                platform=platform,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                position=after,
            )

        return AsyncPager(
            fetch,
            position,
            items=lambda page: page.items,
            following=lambda page: page.next_position,
        )

    async def query_fail(
        self,
        transaction_id: str,
        limit: int | None = None,
        *,
        position: NextPosition | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Failed rows of a transaction.

        查詢失敗推播記錄. Reads the FAILED rows of `transaction_id-status-index`; newest first within a page.

        Args:
            transaction_id: One send order; it may reach one user or millions.
            limit: The most rows that a page may have. The service's default is 100.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`, with `next_position` unless it is the last page.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        body = QueryFailRequest(
            transaction_id=transaction_id,
            limit=limit,
            position=position,
            platform=as_list(platform),
            ap_id=ap_id,
            created_from=to_epoch_milliseconds(created_from),
            created_to=to_epoch_milliseconds(created_to),
        )
        return (await self.call(QUERY_FAIL, body, **options)).parse()

    def iter_fail(
        self,
        transaction_id: str,
        limit: int | None = 100,
        *,
        position: NextPosition | None = None,
        platform: str | Iterable[str] | None = None,
        ap_id: str | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[RecordPage, Record, NextPosition]:
        """Failed rows of a transaction, page after page, lazily.

        Iterate over it for the items, or over its `pages()`. Its `cursor`, saved and given
        back as `position`, resumes at the page that was being read.

        Args:
            transaction_id: One send order; it may reach one user or millions.
            limit: The most rows that a page may have.
            position: Send it as `position` to get the next page; absent on the last page, and only there.
            platform: Only pushes to these platforms.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts is empty, not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `Record`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            AuthenticationError: 401. The caller is not known to the gateway.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            ContentTooLargeError: 413. The body is larger than the contract can need. From 6 MB on API Gateway answers by itself,
                in its own words: this is the one answer of its that cannot be a problem document.
            UnsupportedMediaTypeError: 415. The body is not declared as JSON in UTF-8.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            RepeatedCursorError: The service gave the same cursor twice.
            ValueError: A datetime has no time zone, or the request id is none.
        """
        platform = as_list(platform)

        async def fetch(after: NextPosition | None) -> RecordPage:
            return await self.query_fail(
                transaction_id=transaction_id,
                limit=limit,
                platform=platform,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                position=after,
            )

        return AsyncPager(
            fetch,
            position,
            items=lambda page: page.items,
            following=lambda page: page.next_position,
        )

    async def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> Health:
        """Whether requests are accepted.

        Answered by the function itself, without a read. Needs no signature.

        Args:
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `Health`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract; `code` and `errors` say where.
            PermissionDeniedError: 403. No valid credentials, or no such path or method at the gateway, which answers both alike.
            NotFoundError: 404. No such path.
            MethodNotAllowedError: 405. The path exists, the method does not.
            RateLimitError: 429. The rate or quota of the caller is used up.
            InternalServerError: 500. A fault of ours.
            BadGatewayError: 502. The next hop could not be reached or gave an answer that is none.
            ServiceUnavailableError: 503. Busy or throttled; the same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer in the time that was left; the same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The answer was a success and not the contract's.
            ValueError: The request id is none.
        """
        body = None
        return (await self.call(HEALTH, body, **options)).parse()
