"""Explains the outcome of a push to a user from the user's rows; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from result_lambda import mapping
from result_lambda.queries import FAILED, Item

DELIVERED: Final = "DELIVERED"
HANDED_OVER: Final = "HANDED_OVER"
NOT_ADDRESSED: Final = "NOT_ADDRESSED"
UNKNOWN_TRANSACTION: Final = "UNKNOWN_TRANSACTION"
UNDECIDED: Final = "UNDECIDED"

# The verdict for each state, the best for the user first. A push in any other state is undecided.
_VERDICTS: Final = {"DELIVERED": DELIVERED, "SENT": HANDED_OVER, FAILED: FAILED}
_ENDS: Final = ("DELIVERED", FAILED)

_DETAILS: Final = {
    DELIVERED: "The device confirmed the push.",
    HANDED_OVER: (
        "The platform took the push and has confirmed nothing since. iOS confirms only what the app reports. After 28 "
        "days a platform delivers it no more."
    ),
    NOT_ADDRESSED: "The push was not sent to this user.",
    UNKNOWN_TRANSACTION: "No push with this id is known. Check the id.",
    UNDECIDED: "The records that were read do not decide it. Ask for a time window in which the push was sent.",
}
_NOBODY, _SENDER, _APP, _TEAM = "NOBODY", "SENDER", "APP", "PLATFORM_TEAM"
_OUR_TABLE: Final = (_TEAM, "The cause is not known: see error_msg, and report it so that the list of reasons grows.")
# Who has to act on a failure, and what happened.
_ACTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "TOKEN_UNREGISTERED": (
        _APP,
        "The app was removed or its registration ended. Opened again, it registers; the sender drops the token.",
    ),
    "TOKEN_INVALID": (_SENDER, "The device token is malformed or of another environment. The sender corrects it."),
    "TOKEN_MISMATCH": (_SENDER, "The device token belongs to another app or sender. The sender corrects it."),
    "NO_TOKEN": (_NOBODY, "The user has no device to send to."),
    "CREDENTIALS_INVALID": (_TEAM, "The platform refuses our certificate or key. The platform team renews it, now."),
    "PAYLOAD_TOO_LARGE": (_SENDER, "The message is too large. The sender shortens it."),
    "PAYLOAD_INVALID": (_SENDER, "The message is malformed. The sender corrects it."),
    "CONTENT_REFUSED": (_SENDER, "The platform refuses the content. The sender changes it."),
    "REQUEST_INVALID": (_SENDER, "The platform refuses the token or the message, and does not say which."),
    "RATE_LIMITED": (_NOBODY, "The platform limited the rate. Sending again helps."),
    "PROVIDER_UNAVAILABLE": (_NOBODY, "The platform was not available. Sending again helps."),
    "NETWORK": (_NOBODY, "The platform could not be reached. Sending again helps."),
    "EXPIRED": (_NOBODY, "The push was not delivered within its time to live."),
    "SUPPRESSED": (_NOBODY, "A rule of the sender kept the push back."),
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The user's `rows` that were read, in any order, and whether they are all.

    `is_known`: whether the transaction (or campaign) has a row of any user; None if that was not read.
    """

    rows: Iterable[Item]
    is_complete: bool
    is_known: bool | None = None


def of(rows: Iterable[Item], name: str, value: str) -> list[Item]:
    """Return the rows whose attribute `name` is `value`."""
    return [row for row in rows if mapping.text(row, name) == value]


def explain(reading: Reading, name: str, value: str) -> dict[str, Any]:
    """Return the contract's explanation of the pushes whose `name` (transaction_id, marketing_id) is `value`.

    Neither the order of the rows nor repeated rows change it.
    """
    rows = sorted({Decimal(row["created_at"]["N"]): row for row in reading.rows}.items())
    steps: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in of((row for _, row in rows), name, value):
        record = mapping.record(row)
        steps.setdefault((record.get("platform", ""), record.get("transaction_id", "")), []).append(record)
    pushes = [_push(records) for _, records in sorted(steps.items())]
    verdict = _verdict(reading, [push.get("state") for push in pushes])
    answer: dict[str, Any] = {"verdict": verdict, "pushes": pushes, "complete": reading.is_complete}
    answer |= _cause(verdict, pushes)
    platforms = {push.get("platform") for push in pushes}
    confirmed = map(mapping.record, of((row for _, row in rows), "status", "DELIVERED"))
    times = [record["created_at"] for record in confirmed if not pushes or record.get("platform") in platforms]
    return answer | ({"last_delivered_at": max(times)} if times else {})


def _push(steps: list[dict[str, Any]]) -> dict[str, Any]:
    last = steps[_last(steps)]
    facts: dict[str, Any] = {key: last[key] for key in ("platform", "transaction_id") if key in last}
    if "status" in last:
        facts["state"] = last["status"]
    if "reason" in last:
        facts["reason"] = last["reason"]
    return facts | {"steps": steps}


def _last(steps: list[dict[str, Any]]) -> int:
    """Return the step that decides the state: the latest end, else the latest SENT, else the latest of all.

    The steps are in the order of time.
    """
    statuses = [step.get("status") for step in steps]
    for wanted in (_ENDS, ("SENT",)):
        if places := [place for place, status in enumerate(statuses) if status in wanted]:
            return places[-1]
    return len(steps) - 1


def _verdict(reading: Reading, states: list[str | None]) -> str:
    for state, verdict in _VERDICTS.items():
        if state in states:
            return verdict
    if states or not reading.is_complete or reading.is_known is None:
        return UNDECIDED
    return NOT_ADDRESSED if reading.is_known else UNKNOWN_TRANSACTION


def _cause(verdict: str, pushes: list[dict[str, Any]]) -> dict[str, str]:
    """Return `detail` and, for a failure, `reason` and `actor`: those of the push that failed last."""
    if verdict != FAILED:
        return {"detail": _DETAILS[verdict]}
    failed = max((push for push in pushes if "reason" in push), key=lambda push: push["steps"][-1]["created_at"])
    actor, detail = _ACTIONS.get(failed["reason"], _OUR_TABLE)
    return {"detail": detail, "reason": failed["reason"], "actor": actor}
