"""Clients of the Push record query API 1.0.0."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, Unpack
from uuid import UUID

import httpx

from ._runtime import (
    DEFAULT_RETRY,
    DEFAULT_TIMEOUT,
    SYSTEM_CLOCK,
    ApiResponse,
    AsyncApiClient,
    AsyncExchange,
    AsyncPager,
    ClientOptions,
    Clock,
    Operation,
    Pager,
    RequestOptions,
    RetryPolicy,
    SyncApiClient,
    Timeout,
    add_up,
    add_up_async,
    as_base_url,
    as_count,
    as_id,
    as_list,
    as_text,
    as_timeout,
    key_headers,
    linked,
    to_epoch_milliseconds,
)
from .models.campaign_summary import CampaignSummary
from .models.explain_push_request import ExplainPushRequest
from .models.health import Health
from .models.push_explanation import PushExplanation
from .models.push_record import PushRecord
from .models.query_fail_request import QueryFailRequest
from .models.query_marketing_fail_request import QueryMarketingFailRequest
from .models.query_marketing_request import QueryMarketingRequest
from .models.query_transaction_request import QueryTransactionRequest
from .models.query_user_request import QueryUserRequest
from .models.record_page import AsyncRecordPage, RecordPage
from .models.summarize_marketing_request import SummarizeMarketingRequest

PACKAGE: Final = "query_service_client"
VERSION: Final = "1.0.0"

IntervalValue: TypeAlias = Literal["day", "hour"] | str
PlatformValue: TypeAlias = Literal["ANDROID", "IOS", "WEBPUSH"] | str
ReasonValue: TypeAlias = (
    Literal[
        "CONTENT_REFUSED",
        "CREDENTIALS_INVALID",
        "EXPIRED",
        "NETWORK",
        "NO_TOKEN",
        "PAYLOAD_INVALID",
        "PAYLOAD_TOO_LARGE",
        "PROVIDER_UNAVAILABLE",
        "RATE_LIMITED",
        "REQUEST_INVALID",
        "SUPPRESSED",
        "TOKEN_INVALID",
        "TOKEN_MISMATCH",
        "TOKEN_UNREGISTERED",
        "UNKNOWN",
    ]
    | str
)
StatusValue: TypeAlias = Literal["DELIVERED", "FAILED", "SENT"] | str

QUERY_USER: Final = Operation(
    "query_user", method="POST", path="/query/user", response_type=RecordPage, takes_timeout=False, needs_key=True
)
ASYNC_QUERY_USER: Final = Operation(
    "query_user", method="POST", path="/query/user", response_type=AsyncRecordPage, takes_timeout=False, needs_key=True
)
QUERY_TRANSACTION: Final = Operation(
    "query_transaction",
    method="POST",
    path="/query/transaction",
    response_type=RecordPage,
    takes_timeout=False,
    needs_key=True,
)
ASYNC_QUERY_TRANSACTION: Final = Operation(
    "query_transaction",
    method="POST",
    path="/query/transaction",
    response_type=AsyncRecordPage,
    takes_timeout=False,
    needs_key=True,
)
QUERY_FAIL: Final = Operation(
    "query_fail", method="POST", path="/query/fail", response_type=RecordPage, takes_timeout=False, needs_key=True
)
ASYNC_QUERY_FAIL: Final = Operation(
    "query_fail", method="POST", path="/query/fail", response_type=AsyncRecordPage, takes_timeout=False, needs_key=True
)
QUERY_MARKETING: Final = Operation(
    "query_marketing",
    method="POST",
    path="/query/marketing",
    response_type=RecordPage,
    takes_timeout=False,
    needs_key=True,
)
ASYNC_QUERY_MARKETING: Final = Operation(
    "query_marketing",
    method="POST",
    path="/query/marketing",
    response_type=AsyncRecordPage,
    takes_timeout=False,
    needs_key=True,
)
QUERY_MARKETING_FAIL: Final = Operation(
    "query_marketing_fail",
    method="POST",
    path="/query/marketing/fail",
    response_type=RecordPage,
    takes_timeout=False,
    needs_key=True,
)
ASYNC_QUERY_MARKETING_FAIL: Final = Operation(
    "query_marketing_fail",
    method="POST",
    path="/query/marketing/fail",
    response_type=AsyncRecordPage,
    takes_timeout=False,
    needs_key=True,
)
SUMMARIZE_MARKETING: Final = Operation(
    "summarize_marketing",
    method="POST",
    path="/query/marketing/summary",
    response_type=CampaignSummary,
    takes_timeout=False,
    needs_key=True,
)
EXPLAIN_PUSH: Final = Operation(
    "explain_push",
    method="POST",
    path="/query/push",
    response_type=PushExplanation,
    takes_timeout=False,
    needs_key=True,
)
HEALTH: Final = Operation("health", method="GET", path="/health", response_type=Health, takes_timeout=False)


class QueryServiceClientWithRawResponse:
    """The operations of `QueryServiceClient`, returning status, headers and the raw body."""

    def __init__(self, client: "QueryServiceClient") -> None:
        self._client = client

    def query_user(
        self,
        user_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Push notifications sent to a user, raw; `parse()` returns the `RecordPage`."""
        body = QueryUserRequest(
            user_id=as_id("user_id", user_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(QUERY_USER, body, **options)

    def query_transaction(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Push notifications of a transaction, raw; `parse()` returns the `RecordPage`."""
        body = QueryTransactionRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(QUERY_TRANSACTION, body, **options)

    def query_fail(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Failed push notifications of a transaction, raw; `parse()` returns the `RecordPage`."""
        body = QueryFailRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(QUERY_FAIL, body, **options)

    def query_marketing(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Push notifications of a campaign, raw; `parse()` returns the `RecordPage`."""
        body = QueryMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(QUERY_MARKETING, body, **options)

    def query_marketing_fail(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[RecordPage]:
        """Failed push notifications of a campaign, raw; `parse()` returns the `RecordPage`."""
        body = QueryMarketingFailRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(QUERY_MARKETING_FAIL, body, **options)

    def summarize_marketing(
        self,
        marketing_id: str | UUID,
        *,
        cursor: str | None = None,
        interval: IntervalValue | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[CampaignSummary]:
        """Counts of a campaign, raw; `parse()` returns the `CampaignSummary`."""
        body = SummarizeMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            cursor=as_text("cursor", cursor),
            interval=as_text("interval", interval),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(SUMMARIZE_MARKETING, body, **options)

    def explain_push(
        self,
        user_id: str | UUID,
        *,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[PushExplanation]:
        """What became of a push to a user, raw; `parse()` returns the `PushExplanation`."""
        body = ExplainPushRequest(
            user_id=as_id("user_id", user_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self._client.call(EXPLAIN_PUSH, body, **options)

    def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[Health]:
        """State of the service, raw; `parse()` returns the `Health`."""
        body = None
        return self._client.call(HEALTH, body, **options)


class QueryServiceClient(SyncApiClient):
    """Blocking client of the Push record query API; make one and keep it: all threads share it.

    Args:
        base_url: Address of the API with its stage; by default the environment variable `QUERY_SERVICE_URL`.
        api_key: Sent as `x-api-key`; by default the environment variable `QUERY_SERVICE_API_KEY`. `health` needs none.
        timeout: Seconds for a whole call, retries and waits included; or a `Timeout`. 30 by default, 2 to connect.
        retry: When to retry, and how long to wait first; `NO_RETRIES` turns it off.
        headers: Sent with every request.
        auth: Signs or authorises the requests.
        transport: An httpx transport in place of the network: another HTTP stack, a proxy, a stand-in.
        http_client: Your own httpx client, with its proxies, certificates and hooks; it stays open.
        clock: Time and randomness, for tests.

    Raises:
        ConfigurationError: An argument is missing, invalid or contradictory.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: str | None = None,
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
                base_url=as_base_url(base_url, "QUERY_SERVICE_URL"),
                timeout=as_timeout(timeout),
                retry=retry,
                headers=key_headers(api_key, "QUERY_SERVICE_API_KEY", headers),
                clock=clock,
                key_variable="QUERY_SERVICE_API_KEY" if auth is None and http_client is None else None,
            ),
            auth=auth,
            transport=transport,
            http_client=http_client,
        )

    @property
    def with_raw_response(self) -> QueryServiceClientWithRawResponse:
        """The same operations, returning status, headers and the raw body."""
        return QueryServiceClientWithRawResponse(self)

    def query_user(
        self,
        user_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Push notifications sent to a user.

        Returns the records of one user, newest first.

        Args:
            user_id: The user who received the pushes, by the id that the sending application uses.
            limit: The largest number of records in a page; 10 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            transaction_id: Only pushes of this transaction.
            marketing_id: Only pushes of this marketing campaign.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryUserRequest(
            user_id=as_id("user_id", user_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = self.call(QUERY_USER, body, **options)
        return linked(
            answer.parse(), lambda after: self.query_user(user_id=user_id, limit=limit, cursor=after, **options)
        )

    def iter_user(
        self,
        user_id: str | UUID,
        page_size: int | None = 100,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, PushRecord, str]:
        """Push notifications sent to a user, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            user_id: The user who received the pushes, by the id that the sending application uses.
            page_size: The largest number of records in a page; 10 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            transaction_id: Only pushes of this transaction.
            marketing_id: Only pushes of this marketing campaign.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        status = as_list("status", status)
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        def fetch(after: str | None) -> RecordPage:
            return self.query_user(
                user_id=user_id,
                limit=page_size,
                status=status,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                transaction_id=transaction_id,
                marketing_id=marketing_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return Pager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    def query_transaction(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Push notifications of a transaction.

        Returns the records of one transaction, in any state or in those of `status`. Each page is sorted
        newest first; a later page may have newer records than the page before.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryTransactionRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = self.call(QUERY_TRANSACTION, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_transaction(transaction_id=transaction_id, limit=limit, cursor=after, **options),
        )

    def iter_transaction(
        self,
        transaction_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, PushRecord, str]:
        """Push notifications of a transaction, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        status = as_list("status", status)
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        def fetch(after: str | None) -> RecordPage:
            return self.query_transaction(
                transaction_id=transaction_id,
                limit=page_size,
                status=status,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return Pager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    def query_fail(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Failed push notifications of a transaction.

        Returns the failed records of one transaction. Each page is sorted newest first; a later page may
        have newer records than the page before.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryFailRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = self.call(QUERY_FAIL, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_fail(transaction_id=transaction_id, limit=limit, cursor=after, **options),
        )

    def iter_fail(
        self,
        transaction_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, PushRecord, str]:
        """Failed push notifications of a transaction, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        def fetch(after: str | None) -> RecordPage:
            return self.query_fail(
                transaction_id=transaction_id,
                limit=page_size,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return Pager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    def query_marketing(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Push notifications of a campaign.

        Returns the records of one marketing campaign, newest first.

        Args:
            marketing_id: The marketing campaign of the pushes.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = self.call(QUERY_MARKETING, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_marketing(marketing_id=marketing_id, limit=limit, cursor=after, **options),
        )

    def iter_marketing(
        self,
        marketing_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, PushRecord, str]:
        """Push notifications of a campaign, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            marketing_id: The marketing campaign of the pushes.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        status = as_list("status", status)
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        def fetch(after: str | None) -> RecordPage:
            return self.query_marketing(
                marketing_id=marketing_id,
                limit=page_size,
                status=status,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return Pager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    def query_marketing_fail(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> RecordPage:
        """Failed push notifications of a campaign.

        Returns the failed records of one marketing campaign. Each page is sorted newest first; a later page
        may have newer records than the page before. Answers 503 while the platform team builds the index
        that this list is read from.

        Args:
            marketing_id: The marketing campaign of the pushes.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `RecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryMarketingFailRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = self.call(QUERY_MARKETING_FAIL, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_marketing_fail(marketing_id=marketing_id, limit=limit, cursor=after, **options),
        )

    def iter_marketing_fail(
        self,
        marketing_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Pager[RecordPage, PushRecord, str]:
        """Failed push notifications of a campaign, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            marketing_id: The marketing campaign of the pushes.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        def fetch(after: str | None) -> RecordPage:
            return self.query_marketing_fail(
                marketing_id=marketing_id,
                limit=page_size,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return Pager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    def summarize_marketing(
        self,
        marketing_id: str | UUID,
        *,
        cursor: str | None = None,
        interval: IntervalValue | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> CampaignSummary:
        """Counts of a campaign.

        Counts the records of one marketing campaign by state, platform, reason and application, with
        `interval` over time too. An answer counts as many records as fit into about 3 seconds, the newest
        first; the first answer counts fewer and comes sooner. With a `next_cursor` there is more to count:
        add up the counts of all answers. Send `created_to` (now, for example) with the first request, so
        that the sum is the exact count of a window that does not change meanwhile.

        Args:
            marketing_id: The marketing campaign of the pushes.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            interval: Count over time too, by `hour` or `day` (UTC).
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `CampaignSummary`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = SummarizeMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            cursor=as_text("cursor", cursor),
            interval=as_text("interval", interval),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self.call(SUMMARIZE_MARKETING, body, **options).parse()

    def count_marketing(
        self,
        marketing_id: str | UUID,
        *,
        interval: IntervalValue | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        progress: Callable[[CampaignSummary], object] | None = None,
        resume: CampaignSummary | None = None,
        **options: Unpack[RequestOptions],
    ) -> CampaignSummary:
        """Counts of a campaign: the sum of all answers of `summarize_marketing`.

        The counts are those of a window that does not change meanwhile: `created_to` is the time of this call, unless
        it is given.

        Args:
            marketing_id: The marketing campaign of the pushes.
            interval: Count over time too, by `hour` or `day` (UTC).
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error.
            progress: Called with the sum so far after each answer. What it raises ends the count.
            resume: A sum that was broken off: its `next_cursor` is where to count on. The filters stay
                the same.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            The sum. Its `next_cursor` is None: all is counted.

        Raises:
            RepeatedCursorError: The service returned the same cursor twice.
            ApiError: As `summarize_marketing` raises them. The last sum that `progress` got can be resumed.
        """
        if resume is not None and resume.next_cursor is None:
            return resume
        if resume is None and created_to is None:
            created_to = int(self.options.clock.now() * 1_000)

        def fetch(after: str | None) -> CampaignSummary:
            return self.summarize_marketing(
                marketing_id=marketing_id,
                interval=interval,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        answers: Pager[CampaignSummary, object, str] = Pager(
            fetch,
            None if resume is None else resume.next_cursor,
            items=lambda _: [],
            following=lambda answer: answer.next_cursor,
        )
        return add_up(answers.pages(), resume, progress)

    def explain_push(
        self,
        user_id: str | UUID,
        *,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> PushExplanation:
        """What became of a push to a user.

        Tells whether a user got the push of a transaction or a campaign and, if not, why and who has to
        act, with all that is recorded of it. Send `user_id` and exactly one of `transaction_id` and
        `marketing_id`. The newest 1000 records of the user, or of the time window, are looked at.

        Args:
            user_id: The user who received the pushes, by the id that the sending application uses.
            transaction_id: Only pushes of this transaction.
            marketing_id: Only pushes of this marketing campaign.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `PushExplanation`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = ExplainPushRequest(
            user_id=as_id("user_id", user_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return self.call(EXPLAIN_PUSH, body, **options).parse()

    def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> Health:
        """State of the service.

        Answers 200 if the service accepts requests. Needs no key.

        Args:
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `Health`.

        Raises:
            BadRequestError: 400. The request is malformed.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: An option is not valid.
            ValueError: The request id is not valid.
        """
        body = None
        return self.call(HEALTH, body, **options).parse()


class AsyncQueryServiceClientWithRawResponse:
    """The operations of `AsyncQueryServiceClient`, returning status, headers and the raw body."""

    def __init__(self, client: "AsyncQueryServiceClient") -> None:
        self._client = client

    async def query_user(
        self,
        user_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[AsyncRecordPage]:
        """Push notifications sent to a user, raw; `parse()` returns the `AsyncRecordPage`."""
        body = QueryUserRequest(
            user_id=as_id("user_id", user_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(ASYNC_QUERY_USER, body, **options)

    async def query_transaction(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[AsyncRecordPage]:
        """Push notifications of a transaction, raw; `parse()` returns the `AsyncRecordPage`."""
        body = QueryTransactionRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(ASYNC_QUERY_TRANSACTION, body, **options)

    async def query_fail(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[AsyncRecordPage]:
        """Failed push notifications of a transaction, raw; `parse()` returns the `AsyncRecordPage`."""
        body = QueryFailRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(ASYNC_QUERY_FAIL, body, **options)

    async def query_marketing(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[AsyncRecordPage]:
        """Push notifications of a campaign, raw; `parse()` returns the `AsyncRecordPage`."""
        body = QueryMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(ASYNC_QUERY_MARKETING, body, **options)

    async def query_marketing_fail(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[AsyncRecordPage]:
        """Failed push notifications of a campaign, raw; `parse()` returns the `AsyncRecordPage`."""
        body = QueryMarketingFailRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(ASYNC_QUERY_MARKETING_FAIL, body, **options)

    async def summarize_marketing(
        self,
        marketing_id: str | UUID,
        *,
        cursor: str | None = None,
        interval: IntervalValue | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[CampaignSummary]:
        """Counts of a campaign, raw; `parse()` returns the `CampaignSummary`."""
        body = SummarizeMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            cursor=as_text("cursor", cursor),
            interval=as_text("interval", interval),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(SUMMARIZE_MARKETING, body, **options)

    async def explain_push(
        self,
        user_id: str | UUID,
        *,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[PushExplanation]:
        """What became of a push to a user, raw; `parse()` returns the `PushExplanation`."""
        body = ExplainPushRequest(
            user_id=as_id("user_id", user_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return await self._client.call(EXPLAIN_PUSH, body, **options)

    async def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> ApiResponse[Health]:
        """State of the service, raw; `parse()` returns the `Health`."""
        body = None
        return await self._client.call(HEALTH, body, **options)


class AsyncQueryServiceClient(AsyncApiClient):
    """Async client of the Push record query API; make one and keep it: each event loop has its own connections.

    Args:
        base_url: Address of the API with its stage; by default the environment variable `QUERY_SERVICE_URL`.
        api_key: Sent as `x-api-key`; by default the environment variable `QUERY_SERVICE_API_KEY`. `health` needs none.
        timeout: Seconds for a whole call, retries and waits included; or a `Timeout`. 30 by default, 2 to connect.
        retry: When to retry, and how long to wait first; `NO_RETRIES` turns it off.
        headers: Sent with every request.
        auth: Signs or authorises the requests.
        transport: An httpx transport in place of the network: another HTTP stack, a proxy, a stand-in.
        http_client: Your own httpx client, with its proxies, certificates and hooks; it stays open.
        exchange: Sends each request and reads its answer in place of httpx, with an HTTP stack of your own.
        clock: Time and randomness, for tests.

    Raises:
        ConfigurationError: An argument is missing, invalid or contradictory.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        api_key: str | None = None,
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
                base_url=as_base_url(base_url, "QUERY_SERVICE_URL"),
                timeout=as_timeout(timeout),
                retry=retry,
                headers=key_headers(api_key, "QUERY_SERVICE_API_KEY", headers),
                clock=clock,
                key_variable="QUERY_SERVICE_API_KEY" if auth is None and http_client is None else None,
            ),
            auth=auth,
            transport=transport,
            http_client=http_client,
            exchange=exchange,
        )

    @property
    def with_raw_response(self) -> AsyncQueryServiceClientWithRawResponse:
        """The same operations, returning status, headers and the raw body."""
        return AsyncQueryServiceClientWithRawResponse(self)

    async def query_user(
        self,
        user_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncRecordPage:
        """Push notifications sent to a user.

        Returns the records of one user, newest first.

        Args:
            user_id: The user who received the pushes, by the id that the sending application uses.
            limit: The largest number of records in a page; 10 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            transaction_id: Only pushes of this transaction.
            marketing_id: Only pushes of this marketing campaign.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `AsyncRecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryUserRequest(
            user_id=as_id("user_id", user_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = await self.call(ASYNC_QUERY_USER, body, **options)
        return linked(
            answer.parse(), lambda after: self.query_user(user_id=user_id, limit=limit, cursor=after, **options)
        )

    def iter_user(
        self,
        user_id: str | UUID,
        page_size: int | None = 100,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[AsyncRecordPage, PushRecord, str]:
        """Push notifications sent to a user, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            user_id: The user who received the pushes, by the id that the sending application uses.
            page_size: The largest number of records in a page; 10 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            transaction_id: Only pushes of this transaction.
            marketing_id: Only pushes of this marketing campaign.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        status = as_list("status", status)
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        async def fetch(after: str | None) -> AsyncRecordPage:
            return await self.query_user(
                user_id=user_id,
                limit=page_size,
                status=status,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                transaction_id=transaction_id,
                marketing_id=marketing_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return AsyncPager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    async def query_transaction(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncRecordPage:
        """Push notifications of a transaction.

        Returns the records of one transaction, in any state or in those of `status`. Each page is sorted
        newest first; a later page may have newer records than the page before.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `AsyncRecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryTransactionRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = await self.call(ASYNC_QUERY_TRANSACTION, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_transaction(transaction_id=transaction_id, limit=limit, cursor=after, **options),
        )

    def iter_transaction(
        self,
        transaction_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[AsyncRecordPage, PushRecord, str]:
        """Push notifications of a transaction, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        status = as_list("status", status)
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        async def fetch(after: str | None) -> AsyncRecordPage:
            return await self.query_transaction(
                transaction_id=transaction_id,
                limit=page_size,
                status=status,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return AsyncPager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    async def query_fail(
        self,
        transaction_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncRecordPage:
        """Failed push notifications of a transaction.

        Returns the failed records of one transaction. Each page is sorted newest first; a later page may
        have newer records than the page before.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `AsyncRecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryFailRequest(
            transaction_id=as_id("transaction_id", transaction_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = await self.call(ASYNC_QUERY_FAIL, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_fail(transaction_id=transaction_id, limit=limit, cursor=after, **options),
        )

    def iter_fail(
        self,
        transaction_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[AsyncRecordPage, PushRecord, str]:
        """Failed push notifications of a transaction, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            transaction_id: The transaction (one send order) of the pushes. It may reach one user or millions.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        async def fetch(after: str | None) -> AsyncRecordPage:
            return await self.query_fail(
                transaction_id=transaction_id,
                limit=page_size,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return AsyncPager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    async def query_marketing(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncRecordPage:
        """Push notifications of a campaign.

        Returns the records of one marketing campaign, newest first.

        Args:
            marketing_id: The marketing campaign of the pushes.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `AsyncRecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            status=as_list("status", status),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = await self.call(ASYNC_QUERY_MARKETING, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_marketing(marketing_id=marketing_id, limit=limit, cursor=after, **options),
        )

    def iter_marketing(
        self,
        marketing_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        status: StatusValue | Iterable[StatusValue] | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[AsyncRecordPage, PushRecord, str]:
        """Push notifications of a campaign, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            marketing_id: The marketing campaign of the pushes.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            status: Only pushes in these states. Any value that a record shows can be asked for.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        status = as_list("status", status)
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        async def fetch(after: str | None) -> AsyncRecordPage:
            return await self.query_marketing(
                marketing_id=marketing_id,
                limit=page_size,
                status=status,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return AsyncPager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    async def query_marketing_fail(
        self,
        marketing_id: str | UUID,
        limit: int | None = None,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncRecordPage:
        """Failed push notifications of a campaign.

        Returns the failed records of one marketing campaign. Each page is sorted newest first; a later page
        may have newer records than the page before. Answers 503 while the platform team builds the index
        that this list is read from.

        Args:
            marketing_id: The marketing campaign of the pushes.
            limit: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `AsyncRecordPage`; its `next_page()` is the one after it.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = QueryMarketingFailRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            limit=as_count("limit", limit),
            cursor=as_text("cursor", cursor),
            platform=as_list("platform", platform),
            reason=as_list("reason", reason),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        answer = await self.call(ASYNC_QUERY_MARKETING_FAIL, body, **options)
        return linked(
            answer.parse(),
            lambda after: self.query_marketing_fail(marketing_id=marketing_id, limit=limit, cursor=after, **options),
        )

    def iter_marketing_fail(
        self,
        marketing_id: str | UUID,
        page_size: int | None = 1000,
        *,
        cursor: str | None = None,
        platform: PlatformValue | Iterable[PlatformValue] | None = None,
        reason: ReasonValue | Iterable[ReasonValue] | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[AsyncRecordPage, PushRecord, str]:
        """Failed push notifications of a campaign, page after page, lazily.

        Iterate over it for the items, take one with `next()`, or iterate over its `pages()`. Its `cursor`, saved and sent
        back as `cursor`, resumes at the page that was being read.

        Args:
            marketing_id: The marketing campaign of the pushes.
            page_size: The largest number of records in a page; 100 by default.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            platform: Only pushes to these platforms. Any value that a record shows can be asked for.
            reason: Only failed pushes with these reasons.
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            A pager of `PushRecord`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            RepeatedCursorError: The service returned the same cursor twice.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        platform = as_list("platform", platform)
        reason = as_list("reason", reason)

        async def fetch(after: str | None) -> AsyncRecordPage:
            return await self.query_marketing_fail(
                marketing_id=marketing_id,
                limit=page_size,
                platform=platform,
                reason=reason,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        return AsyncPager(
            fetch,
            cursor,
            items=lambda page: page.items,
            following=lambda page: page.next_cursor,
        )

    async def summarize_marketing(
        self,
        marketing_id: str | UUID,
        *,
        cursor: str | None = None,
        interval: IntervalValue | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> CampaignSummary:
        """Counts of a campaign.

        Counts the records of one marketing campaign by state, platform, reason and application, with
        `interval` over time too. An answer counts as many records as fit into about 3 seconds, the newest
        first; the first answer counts fewer and comes sooner. With a `next_cursor` there is more to count:
        add up the counts of all answers. Send `created_to` (now, for example) with the first request, so
        that the sum is the exact count of a window that does not change meanwhile.

        Args:
            marketing_id: The marketing campaign of the pushes.
            cursor: `next_cursor` of the page before. It is sealed, holds for 24 hours, and carries the
                filters of its query: the id is all that it needs beside it. `limit` may change from page
                to page. A filter that is sent again must be the same.
            interval: Count over time too, by `hour` or `day` (UTC).
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `CampaignSummary`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = SummarizeMarketingRequest(
            marketing_id=as_id("marketing_id", marketing_id),
            cursor=as_text("cursor", cursor),
            interval=as_text("interval", interval),
            ap_id=as_id("ap_id", ap_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return (await self.call(SUMMARIZE_MARKETING, body, **options)).parse()

    async def count_marketing(
        self,
        marketing_id: str | UUID,
        *,
        interval: IntervalValue | None = None,
        ap_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        progress: Callable[[CampaignSummary], object] | None = None,
        resume: CampaignSummary | None = None,
        **options: Unpack[RequestOptions],
    ) -> CampaignSummary:
        """Counts of a campaign: the sum of all answers of `summarize_marketing`.

        The counts are those of a window that does not change meanwhile: `created_to` is the time of this call, unless
        it is given.

        Args:
            marketing_id: The marketing campaign of the pushes.
            interval: Count over time too, by `hour` or `day` (UTC).
            ap_id: Only pushes sent by this application.
            created_from: Start of the time window in epoch milliseconds, inclusive.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error.
            progress: Called with the sum so far after each answer. What it raises ends the count.
            resume: A sum that was broken off: its `next_cursor` is where to count on. The filters stay
                the same.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of each call.

        Returns:
            The sum. Its `next_cursor` is None: all is counted.

        Raises:
            RepeatedCursorError: The service returned the same cursor twice.
            ApiError: As `summarize_marketing` raises them. The last sum that `progress` got can be resumed.
        """
        if resume is not None and resume.next_cursor is None:
            return resume
        if resume is None and created_to is None:
            created_to = int(self.options.clock.now() * 1_000)

        async def fetch(after: str | None) -> CampaignSummary:
            return await self.summarize_marketing(
                marketing_id=marketing_id,
                interval=interval,
                ap_id=ap_id,
                created_from=created_from,
                created_to=created_to,
                **options,
                cursor=after,
            )

        answers: AsyncPager[CampaignSummary, object, str] = AsyncPager(
            fetch,
            None if resume is None else resume.next_cursor,
            items=lambda _: [],
            following=lambda answer: answer.next_cursor,
        )
        return await add_up_async(answers.pages(), resume, progress)

    async def explain_push(
        self,
        user_id: str | UUID,
        *,
        transaction_id: str | UUID | None = None,
        marketing_id: str | UUID | None = None,
        created_from: datetime | int | None = None,
        created_to: datetime | int | None = None,
        **options: Unpack[RequestOptions],
    ) -> PushExplanation:
        """What became of a push to a user.

        Tells whether a user got the push of a transaction or a campaign and, if not, why and who has to
        act, with all that is recorded of it. Send `user_id` and exactly one of `transaction_id` and
        `marketing_id`. The newest 1000 records of the user, or of the time window, are looked at.

        Args:
            user_id: The user who received the pushes, by the id that the sending application uses.
            transaction_id: Only pushes of this transaction.
            marketing_id: Only pushes of this marketing campaign.
            created_from: Start of the time window in epoch milliseconds, inclusive. A datetime needs a time zone.
            created_to: End of the time window in epoch milliseconds, exclusive. A window that ends before it
                starts has no records; it is not an error. A datetime needs a time zone.
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `PushExplanation`.

        Raises:
            BadRequestError: 400. The request is malformed or does not match the contract. `code` and `errors` say why.
            PermissionDeniedError: 403. The API key is missing or not valid, or there is no such path or method.
            ContentTooLargeError: 413. The body is longer than any valid request. API Gateway answers bodies of 6 MB and more
                with 413 in its own words.
            UnsupportedMediaTypeError: 415. The body is not JSON in UTF-8, or it is compressed; then `Accept-Encoding` is `identity`.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: There is no key, or an argument has another type or a datetime no time zone.
            ValueError: The request id is not valid.
        """
        body = ExplainPushRequest(
            user_id=as_id("user_id", user_id),
            transaction_id=as_id("transaction_id", transaction_id),
            marketing_id=as_id("marketing_id", marketing_id),
            created_from=to_epoch_milliseconds(created_from, "created_from"),
            created_to=to_epoch_milliseconds(created_to, "created_to"),
        )
        return (await self.call(EXPLAIN_PUSH, body, **options)).parse()

    async def health(
        self,
        **options: Unpack[RequestOptions],
    ) -> Health:
        """State of the service.

        Answers 200 if the service accepts requests. Needs no key.

        Args:
            **options: `timeout` (seconds), `max_retries`, `request_id` and `headers` of this call alone.

        Returns:
            `Health`.

        Raises:
            BadRequestError: 400. The request is malformed.
            RateLimitError: 429. Too many requests, or the quota is used up.
            InternalServerError: 500. A fault of the service.
            BadGatewayError: 502. A part of the service could not be reached or failed.
            ServiceUnavailableError: 503. The service is busy. The same request, with the same cursor, may be sent again.
            GatewayTimeoutError: 504. No answer was ready in time. The same request may be sent again.
            ApiStatusError: Any other status; the base of the errors above.
            ApiConnectionError: The service could not be reached; ApiTimeoutError if it did not answer in time.
            ResponseDecodeError: The body of a success deviates from the contract.
            ConfigurationError: An option is not valid.
            ValueError: The request id is not valid.
        """
        body = None
        return (await self.call(HEALTH, body, **options)).parse()
