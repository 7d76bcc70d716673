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


class CampaignSummary(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The counts of a part of a campaign, or of all of it. Counts of several answers add up. Every record counted is in one cell; a push that is sent and then delivered has two records."""

    marketing_id: str
    """The campaign that was asked for."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=2147483647)]
    """The number of records counted."""

    cells: msgspec.Raw
    """The counts by state, platform, reason and application, the largest first. An answer ends before it has over 1000. Raw JSON, checked as a list of `SummaryCell`."""

    series: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """With `interval`, the counts over time by state, the oldest first. Intervals without records are left out. An answer ends before it has over 1000. Raw JSON, checked as a list of `SummaryPoint`."""

    transactions: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """The counts by transaction and state, the largest first. Absent if there are over 1000. Raw JSON, checked as a list of `SummaryTransaction`."""

    counted_from: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """Start of the time that this answer counted, in epoch milliseconds; records of this millisecond may be in the next answer too. Absent if all of the past was counted."""

    counted_to: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """End of the time that this answer counted, in epoch milliseconds, exclusive. Absent if it has no end."""

    next_position: NextPosition | msgspec.UnsetType = msgspec.UNSET
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    def __post_init__(self) -> None:
        _campaign_summary_cells.decode(self.cells)
        if self.series is not msgspec.UNSET:
            _campaign_summary_series.decode(self.series)
        if self.transactions is not msgspec.UNSET:
            _campaign_summary_transactions.decode(self.transactions)


class ExplainedPush(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A push on one platform, with all its records."""

    steps: msgspec.Raw
    """The records of the push, the oldest first. Raw JSON, checked as a list of `PushRecord`."""

    platform: str | msgspec.UnsetType = msgspec.UNSET
    """The platform of a push. New values may appear."""

    transaction_id: str | msgspec.UnsetType = msgspec.UNSET
    """The transaction (one send order) of the push."""

    state: str | msgspec.UnsetType = msgspec.UNSET
    """The state that counts: the latest of DELIVERED and FAILED, else SENT, else the latest that was recorded. New values may appear."""

    reason: str | msgspec.UnsetType = msgspec.UNSET
    """Why a push failed, derived from `error_msg` and `platform` when the record is read. Only failed pushes have it.
New values may appear.

| reason | means | who acts |
|---|---|---|
| TOKEN_UNREGISTERED | the app was removed, or the subscription ended | the sender drops the token |
| TOKEN_INVALID | the token is malformed, or of another environment | the sender |
| TOKEN_MISMATCH | the token belongs to another app, sender or VAPID key | the sender, the platform team |
| NO_TOKEN | the user has no device to send to | nobody |
| CREDENTIALS_INVALID | a certificate, key or access token was refused | the platform team, at once |
| PAYLOAD_TOO_LARGE | the message is too large | the sender |
| PAYLOAD_INVALID | the message has a field that is missing or wrong | the sender |
| CONTENT_REFUSED | the platform refused what the message says | the sender |
| REQUEST_INVALID | the token or the message; the platform does not say which | the sender |
| RATE_LIMITED | too many messages in a time | nobody: send again later |
| PROVIDER_UNAVAILABLE | the platform failed | nobody: send again |
| NETWORK | the platform could not be reached, or did not answer in time | nobody: send again |
| EXPIRED | the message was too old to be delivered | nobody |
| SUPPRESSED | a rule of the sender or a wish of the user | nobody |
| UNKNOWN | `error_msg` does not tell | the platform team, which extends the rules |"""

    def __post_init__(self) -> None:
        _explained_push_steps.decode(self.steps)


class ExplainPushRequest(TypedDict):
    """The user, and exactly one of `transaction_id` and `marketing_id`."""

    user_id: str
    """The user who received the pushes, by the id that the sending application uses."""

    transaction_id: NotRequired[str]
    """Only pushes of this transaction."""

    marketing_id: NotRequired[str]
    """Only pushes of this marketing campaign."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class Health(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whether requests are accepted."""

    status: str
    """`ok` while requests are accepted."""

    version: str | msgspec.UnsetType = msgspec.UNSET
    """The version of the contract."""

    build: str | msgspec.UnsetType = msgspec.UNSET
    """The build, for example a commit. `development` outside a deployment."""


NextPosition: TypeAlias = Annotated[dict[str, str], msgspec.Meta(min_length=1)]
"""Send it as `position` to get the next page; absent on the last page, and only there."""


class PushExplanation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a push to a user. Times are in epoch milliseconds."""

    verdict: str
    """DELIVERED (a device confirmed the push), HANDED_OVER (the platform took it, and confirmed nothing since), FAILED (see `reason`), NOT_ADDRESSED (the push exists and was not sent to this user), UNKNOWN_TRANSACTION (no user has a record with this id) or UNDECIDED (the records that were looked at do not decide it). Of several pushes, the first of these counts. New values may appear."""

    detail: str
    """The verdict in words, and what to do."""

    pushes: msgspec.Raw
    """The pushes that were found, one for each transaction and platform. Records do not name devices: two devices of one platform are one push. Raw JSON, checked as a list of `ExplainedPush`."""

    complete: bool
    """Whether all records of the user, or of the time window, were looked at."""

    reason: str | msgspec.UnsetType = msgspec.UNSET
    """Why a push failed, derived from `error_msg` and `platform` when the record is read. Only failed pushes have it.
New values may appear.

| reason | means | who acts |
|---|---|---|
| TOKEN_UNREGISTERED | the app was removed, or the subscription ended | the sender drops the token |
| TOKEN_INVALID | the token is malformed, or of another environment | the sender |
| TOKEN_MISMATCH | the token belongs to another app, sender or VAPID key | the sender, the platform team |
| NO_TOKEN | the user has no device to send to | nobody |
| CREDENTIALS_INVALID | a certificate, key or access token was refused | the platform team, at once |
| PAYLOAD_TOO_LARGE | the message is too large | the sender |
| PAYLOAD_INVALID | the message has a field that is missing or wrong | the sender |
| CONTENT_REFUSED | the platform refused what the message says | the sender |
| REQUEST_INVALID | the token or the message; the platform does not say which | the sender |
| RATE_LIMITED | too many messages in a time | nobody: send again later |
| PROVIDER_UNAVAILABLE | the platform failed | nobody: send again |
| NETWORK | the platform could not be reached, or did not answer in time | nobody: send again |
| EXPIRED | the message was too old to be delivered | nobody |
| SUPPRESSED | a rule of the sender or a wish of the user | nobody |
| UNKNOWN | `error_msg` does not tell | the platform team, which extends the rules |"""

    actor: str | msgspec.UnsetType = msgspec.UNSET
    """Who has to act: NOBODY, the SENDER, the APP (when it is opened next) or the PLATFORM_TEAM. New values may appear."""

    last_delivered_at: (
        Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType
    ) = msgspec.UNSET
    """When a device of the user last confirmed any push on these platforms, or on any if none was found, in epoch milliseconds."""

    searched_until: (
        Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType
    ) = msgspec.UNSET
    """If not complete, how far back the user's records were looked at, in epoch milliseconds: no record of this time or later is missing."""

    def __post_init__(self) -> None:
        _push_explanation_pushes.decode(self.pushes)


class PushRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One state that one push reached. A push that is sent and then delivered has two records. A field that was not stored is absent. New fields and new values may appear."""

    user_id: str
    """The user who received the push."""

    created_at: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)]
    """When the push reached this state, as the sending system reports it, in epoch milliseconds. A record can be read some seconds after this time."""

    transaction_id: str | msgspec.UnsetType = msgspec.UNSET
    """The transaction (one send order) of the push."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    marketing_id: str | msgspec.UnsetType = msgspec.UNSET
    """The marketing campaign of the push."""

    notification_title: str | msgspec.UnsetType = msgspec.UNSET
    """The title that the user saw."""

    platform: str | msgspec.UnsetType = msgspec.UNSET
    """The platform of a push. New values may appear."""

    error_msg: str | msgspec.UnsetType = msgspec.UNSET
    """Why the push failed, in the words of the platform."""

    reason: str | msgspec.UnsetType = msgspec.UNSET
    """Why a push failed, derived from `error_msg` and `platform` when the record is read. Only failed pushes have it.
New values may appear.

| reason | means | who acts |
|---|---|---|
| TOKEN_UNREGISTERED | the app was removed, or the subscription ended | the sender drops the token |
| TOKEN_INVALID | the token is malformed, or of another environment | the sender |
| TOKEN_MISMATCH | the token belongs to another app, sender or VAPID key | the sender, the platform team |
| NO_TOKEN | the user has no device to send to | nobody |
| CREDENTIALS_INVALID | a certificate, key or access token was refused | the platform team, at once |
| PAYLOAD_TOO_LARGE | the message is too large | the sender |
| PAYLOAD_INVALID | the message has a field that is missing or wrong | the sender |
| CONTENT_REFUSED | the platform refused what the message says | the sender |
| REQUEST_INVALID | the token or the message; the platform does not say which | the sender |
| RATE_LIMITED | too many messages in a time | nobody: send again later |
| PROVIDER_UNAVAILABLE | the platform failed | nobody: send again |
| NETWORK | the platform could not be reached, or did not answer in time | nobody: send again |
| EXPIRED | the message was too old to be delivered | nobody |
| SUPPRESSED | a rule of the sender or a wish of the user | nobody |
| UNKNOWN | `error_msg` does not tell | the platform team, which extends the rules |"""

    ap_id: str | msgspec.UnsetType = msgspec.UNSET
    """The application that sent the push. Absent on records from before the move to ECS."""

    sns_id: str | msgspec.UnsetType = msgspec.UNSET
    """The id that Amazon SNS gave the push, for a look into its delivery logs."""

    retry_cnt: Annotated[int, msgspec.Meta(ge=-2147483648, le=2147483647)] | msgspec.UnsetType = msgspec.UNSET
    """How many times the sending system had tried again by then."""

    send_ts: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """When the push was handed to the platform, in epoch milliseconds."""

    delivered_ts: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """When the device confirmed the push, in epoch milliseconds."""

    failed_ts: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """When the push failed, in epoch milliseconds."""


class QueryFailRequest(TypedDict):
    """The transaction, and filters."""

    transaction_id: str
    """The transaction (one send order) of the pushes. It may reach one user or millions."""

    limit: NotRequired[int]
    """The largest number of records in a page; 100 by default."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms. Any value that a record shows can be asked for."""

    reason: NotRequired[list[str]]
    """Only failed pushes with these reasons."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class QueryMarketingFailRequest(TypedDict):
    """The campaign, and filters."""

    marketing_id: str
    """The marketing campaign of the pushes."""

    limit: NotRequired[int]
    """The largest number of records in a page; 100 by default."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms. Any value that a record shows can be asked for."""

    reason: NotRequired[list[str]]
    """Only failed pushes with these reasons."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class QueryMarketingRequest(TypedDict):
    """The campaign, and filters."""

    marketing_id: str
    """The marketing campaign of the pushes."""

    limit: NotRequired[int]
    """The largest number of records in a page; 100 by default."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: NotRequired[list[str]]
    """Only pushes in these states. Any value that a record shows can be asked for."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms. Any value that a record shows can be asked for."""

    reason: NotRequired[list[str]]
    """Only failed pushes with these reasons."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class QueryTransactionRequest(TypedDict):
    """The transaction, and filters."""

    transaction_id: str
    """The transaction (one send order) of the pushes. It may reach one user or millions."""

    limit: NotRequired[int]
    """The largest number of records in a page; 100 by default."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: NotRequired[list[str]]
    """Only pushes in these states. Any value that a record shows can be asked for."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms. Any value that a record shows can be asked for."""

    reason: NotRequired[list[str]]
    """Only failed pushes with these reasons."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class QueryUserRequest(TypedDict):
    """The user, and filters."""

    user_id: str
    """The user who received the pushes, by the id that the sending application uses."""

    limit: NotRequired[int]
    """The largest number of records in a page; 10 by default."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    status: NotRequired[list[str]]
    """Only pushes in these states. Any value that a record shows can be asked for."""

    platform: NotRequired[list[str]]
    """Only pushes to these platforms. Any value that a record shows can be asked for."""

    reason: NotRequired[list[str]]
    """Only failed pushes with these reasons."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    transaction_id: NotRequired[str]
    """Only pushes of this transaction."""

    marketing_id: NotRequired[str]
    """Only pushes of this marketing campaign."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class RecordPage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One page of records."""

    items: msgspec.Raw
    """The records of this page, in the order of the operation. Raw JSON, checked as a list of `PushRecord`."""

    count: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    """The number of records in this page. There is no count of the whole query."""

    searched_until: (
        Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)] | msgspec.UnsetType
    ) = msgspec.UNSET
    """Where filters leave out records of a user or a campaign, how far this page and those before it have looked, in epoch milliseconds: no record of this time or later is missing. Absent on the last page, and in lists that are not sorted by time."""

    next_position: NextPosition | msgspec.UnsetType = msgspec.UNSET
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    def __post_init__(self) -> None:
        _record_page_items.decode(self.items)


class SummarizeMarketingRequest(TypedDict):
    """The campaign, and which of its records to count."""

    marketing_id: str
    """The marketing campaign of the pushes."""

    position: NotRequired[NextPosition]
    """Send it as `position` to get the next page; absent on the last page, and only there."""

    interval: NotRequired[str]
    """Count over time too, by `hour` or `day` (UTC)."""

    ap_id: NotRequired[str]
    """Only pushes sent by this application."""

    created_from: NotRequired[int]
    """Start of the time window in epoch milliseconds, inclusive."""

    created_to: NotRequired[int]
    """End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error."""


class SummaryCell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The number of records with these values. A value that the records lack is absent."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=2147483647)]
    """The number of records counted."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    platform: str | msgspec.UnsetType = msgspec.UNSET
    """The platform of a push. New values may appear."""

    reason: str | msgspec.UnsetType = msgspec.UNSET
    """Why a push failed, derived from `error_msg` and `platform` when the record is read. Only failed pushes have it.
New values may appear.

| reason | means | who acts |
|---|---|---|
| TOKEN_UNREGISTERED | the app was removed, or the subscription ended | the sender drops the token |
| TOKEN_INVALID | the token is malformed, or of another environment | the sender |
| TOKEN_MISMATCH | the token belongs to another app, sender or VAPID key | the sender, the platform team |
| NO_TOKEN | the user has no device to send to | nobody |
| CREDENTIALS_INVALID | a certificate, key or access token was refused | the platform team, at once |
| PAYLOAD_TOO_LARGE | the message is too large | the sender |
| PAYLOAD_INVALID | the message has a field that is missing or wrong | the sender |
| CONTENT_REFUSED | the platform refused what the message says | the sender |
| REQUEST_INVALID | the token or the message; the platform does not say which | the sender |
| RATE_LIMITED | too many messages in a time | nobody: send again later |
| PROVIDER_UNAVAILABLE | the platform failed | nobody: send again |
| NETWORK | the platform could not be reached, or did not answer in time | nobody: send again |
| EXPIRED | the message was too old to be delivered | nobody |
| SUPPRESSED | a rule of the sender or a wish of the user | nobody |
| UNKNOWN | `error_msg` does not tell | the platform team, which extends the rules |"""

    ap_id: str | msgspec.UnsetType = msgspec.UNSET
    """The application that sent the pushes."""


class SummaryPoint(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The number of records in an interval of time."""

    start: Annotated[int, msgspec.Meta(ge=-9223372036854775808, le=9223372036854775807)]
    """Start of the interval in epoch milliseconds (UTC)."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=2147483647)]
    """The number of records counted."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""


class SummaryTransaction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The number of records of a transaction in a state."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=2147483647)]
    """The number of records counted."""

    transaction_id: str | msgspec.UnsetType = msgspec.UNSET
    """The transaction (one send order)."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""


_campaign_summary_cells: Final = msgspec.json.Decoder(Annotated[list[SummaryCell], msgspec.Meta(max_length=1000)])
_campaign_summary_series: Final = msgspec.json.Decoder(Annotated[list[SummaryPoint], msgspec.Meta(max_length=1000)])
_campaign_summary_transactions: Final = msgspec.json.Decoder(
    Annotated[list[SummaryTransaction], msgspec.Meta(max_length=1000)]
)
_explained_push_steps: Final = msgspec.json.Decoder(Annotated[list[PushRecord], msgspec.Meta(max_length=1000)])
_push_explanation_pushes: Final = msgspec.json.Decoder(Annotated[list[ExplainedPush], msgspec.Meta(max_length=1000)])
_record_page_items: Final = msgspec.json.Decoder(Annotated[list[PushRecord], msgspec.Meta(max_length=1000)])

QUERY_USER: Final = Operation(
    "query_user", method="POST", path="/query/user", response_type=RecordPage, takes_timeout=True, needs_key=True
)
QUERY_TRANSACTION: Final = Operation(
    "query_transaction",
    method="POST",
    path="/query/transaction",
    response_type=RecordPage,
    takes_timeout=True,
    needs_key=True,
)
QUERY_FAIL: Final = Operation(
    "query_fail", method="POST", path="/query/fail", response_type=RecordPage, takes_timeout=True, needs_key=True
)
QUERY_MARKETING: Final = Operation(
    "query_marketing",
    method="POST",
    path="/query/marketing",
    response_type=RecordPage,
    takes_timeout=True,
    needs_key=True,
)
QUERY_MARKETING_FAIL: Final = Operation(
    "query_marketing_fail",
    method="POST",
    path="/query/marketing/fail",
    response_type=RecordPage,
    takes_timeout=True,
    needs_key=True,
)
SUMMARIZE_MARKETING: Final = Operation(
    "summarize_marketing",
    method="POST",
    path="/query/marketing/summary",
    response_type=CampaignSummary,
    takes_timeout=True,
    needs_key=True,
)
EXPLAIN_PUSH: Final = Operation(
    "explain_push", method="POST", path="/query/push", response_type=PushExplanation, takes_timeout=True, needs_key=True
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

    async def query_transaction(
        self, body: QueryTransactionRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[RecordPage]:
        """Push notifications of a transaction."""
        return await self.call(QUERY_TRANSACTION, body, **options)

    async def query_fail(self, body: QueryFailRequest, **options: Unpack[RequestOptions]) -> ApiResponse[RecordPage]:
        """Failed push notifications of a transaction."""
        return await self.call(QUERY_FAIL, body, **options)

    async def query_marketing(
        self, body: QueryMarketingRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[RecordPage]:
        """Push notifications of a campaign."""
        return await self.call(QUERY_MARKETING, body, **options)

    async def query_marketing_fail(
        self, body: QueryMarketingFailRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[RecordPage]:
        """Failed push notifications of a campaign."""
        return await self.call(QUERY_MARKETING_FAIL, body, **options)

    async def summarize_marketing(
        self, body: SummarizeMarketingRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[CampaignSummary]:
        """Counts of a campaign."""
        return await self.call(SUMMARIZE_MARKETING, body, **options)

    async def explain_push(
        self, body: ExplainPushRequest, **options: Unpack[RequestOptions]
    ) -> ApiResponse[PushExplanation]:
        """What became of a push to a user."""
        return await self.call(EXPLAIN_PUSH, body, **options)

    async def health(self, **options: Unpack[RequestOptions]) -> ApiResponse[Health]:
        """State of the function."""
        return await self.call(HEALTH, None, **options)
