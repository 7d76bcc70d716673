from .._runtime import Model
from .push_record import PushRecord


class ExplainedPush(Model, frozen=True, kw_only=True, omit_defaults=True):
    """A push on one platform, with all its records."""

    steps: list[PushRecord]
    """The records of the push, the oldest first."""

    platform: str | None = None
    """The platform of a push. New values may appear."""

    transaction_id: str | None = None
    """The transaction (one send order) of the push."""

    state: str | None = None
    """The state that counts: the latest of DELIVERED and FAILED, else SENT, else the latest that was recorded. New values may appear."""

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
