from datetime import datetime

from .._runtime import Model, to_datetime


class PushRecord(Model, frozen=True, kw_only=True, omit_defaults=True):
    """One state that one push reached. A push that is sent and then delivered has two records. A field that was not stored is absent. New fields and new values may appear."""

    user_id: str
    """The user who received the push."""

    created_at: int
    """When the push reached this state, as the sending system reports it, in epoch milliseconds. A record can be read some seconds after this time."""

    transaction_id: str | None = None
    """The transaction (one send order) of the push."""

    status: str | None = None
    """The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear."""

    marketing_id: str | None = None
    """The marketing campaign of the push."""

    notification_title: str | None = None
    """The title that the user saw."""

    platform: str | None = None
    """The platform of a push. New values may appear."""

    error_msg: str | None = None
    """Why the push failed, in the words of the platform."""

    reason: str | None = None
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

    ap_id: str | None = None
    """The application that sent the push. Absent on records from before the move to ECS."""

    sns_id: str | None = None
    """The id that Amazon SNS gave the push, for a look into its delivery logs."""

    retry_cnt: int | None = None
    """How many times the sending system had tried again by then."""

    send_ts: int | None = None
    """When the push was handed to the platform, in epoch milliseconds."""

    delivered_ts: int | None = None
    """When the device confirmed the push, in epoch milliseconds."""

    failed_ts: int | None = None
    """When the push failed, in epoch milliseconds."""

    @property
    def created_at_datetime(self) -> datetime:
        """`created_at` as an aware datetime in UTC; raises OverflowError after the year 9999."""
        return to_datetime(self.created_at)
