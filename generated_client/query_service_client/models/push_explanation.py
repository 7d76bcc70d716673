from .._runtime import Model
from .explained_push import ExplainedPush


class PushExplanation(Model, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a push to a user. Times are in epoch milliseconds."""

    verdict: str
    """DELIVERED (a device confirmed the push), HANDED_OVER (the platform took it, and confirmed nothing since), FAILED (see `reason`), NOT_ADDRESSED (the push exists and was not sent to this user), UNKNOWN_TRANSACTION (no user has a record with this id) or UNDECIDED (the records that were looked at do not decide it). Of several pushes, the first of these counts. New values may appear."""

    detail: str
    """The verdict in words, and what to do."""

    pushes: list[ExplainedPush]
    """The pushes that were found, one for each transaction and platform. Records do not name devices: two devices of one platform are one push."""

    complete: bool
    """Whether all records of the user, or of the time window, were looked at."""

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

    actor: str | None = None
    """Who has to act: NOBODY, the SENDER, the APP (when it is opened next) or the PLATFORM_TEAM. New values may appear."""

    last_delivered_at: int | None = None
    """When a device of the user last confirmed any push on these platforms, or on any if none was found, in epoch milliseconds."""

    searched_until: int | None = None
    """If not complete, how far back the user's records were looked at, in epoch milliseconds: no record of this time or later is missing."""
