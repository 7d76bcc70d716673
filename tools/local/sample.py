"""The sample rows of both tables: the same ones every time."""

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from tools.contract.row_rules import SCHEMA
from tools.local.row_files import Row

# Ids with rows to look at, by kind.
EXAMPLES: Final = {"user": "test_user_001", "campaign": "campaign_2026_spring", "transaction": "tx_002"}

# Rows before this day have no ap_id.
_AP_ID_SINCE: Final = datetime(2026, 1, 15, tzinfo=UTC)
_APPLICATIONS: Final = {"IOS": "mobile-app-001", "ANDROID": "mobile-app-002", "WEBPUSH": "web-portal-001"}
_PLATFORMS: Final = tuple(_APPLICATIONS)
_FRACTION_SHARE: Final = 0.2
_KNOWN_USER: Final = EXAMPLES["user"]
# The known user's push that the platform took twice and never confirmed.
_HANDED_OVER: Final = "tx_319"
_USERS: Final = tuple(f"user_{number:04}" for number in range(1, 901))

_ERRORS: Final = {
    "IOS": (
        "APNs 410 Unregistered: the device token is no longer active",
        "APNs 400 BadDeviceToken: the device token is not one of this environment",
        "APNs 403 ExpiredProviderToken: the provider token is stale",
        "APNs 413 PayloadTooLarge: the payload is larger than 4096 bytes",
        "APNs 429 TooManyRequests: too many requests to one device token",
        "APNs 503 ServiceUnavailable: the service is unavailable",
    ),
    "ANDROID": (
        "FCM 404 UNREGISTERED: Requested entity was not found.",
        "FCM 400 INVALID_ARGUMENT: The registration token is not a valid FCM registration token",
        "FCM 403 SENDER_ID_MISMATCH: SenderId mismatch",
        "FCM 429 QUOTA_EXCEEDED: Sending limit exceeded for the message target",
        "FCM 503 UNAVAILABLE: The server is overloaded",
    ),
    "WEBPUSH": (
        "Web Push 410 Gone: push subscription has unsubscribed or expired",
        "Web Push 404 Not Found: no such subscription",
        "Web Push 403 Forbidden: the VAPID key is not the one of the subscription",
        "Web Push 413 Payload Too Large: at most 4096 bytes are accepted",
        "Web Push 429 Too Many Requests: the push service asks to slow down",
    ),
}

# Further messages of failed pushes, so that each reason occurs.
_RARE_ERRORS: Final = (
    "no device token is stored for this user",
    '{"error": {"code": 400, "message": "Invalid value at message.data[0].value (TYPE_STRING)"}}',
    "80100016 Message contains sensitive information, please check",
    "400 INVALID_ARGUMENT: Request contains an invalid argument.",
    "read ECONNRESET",
    "message TTL expired before delivery",
    "Rejected due to DND",
    "THIRD_PARTY_AUTH_ERROR",
    "Delivery failed after retry",
)

_CAMPAIGN_TITLES: Final = (
    "Spring sale: 20% off until Sunday 🌸",
    "春季特賣 全館八折 🌸",
    "春のセール開催中 最大20%オフ",
    "봄맞이 세일 최대 20% 할인",
    "Your weekly picks are here",
    "會員日限定 雙倍點數 🎁",
    "ポイント2倍キャンペーン",
    "신규 회원 전용 쿠폰이 도착했습니다",
)
_SERVICE_TITLES: Final = (
    "您的訂單已出貨",
    "Your order is on its way 📦",
    "ご注文の商品を発送しました",
    "주문하신 상품이 배송되었습니다",
    "付款完成通知",
    "Your password was changed",
    "ログインがありました",
)


# Attributes that the sample gives values of its own. Any other property of a row has the contract's example.
_OWN: Final = (
    *("user_id", "created_at", "transaction_id", "marketing_id", "notification_title"),
    *("status", "platform", "error_msg", "ap_id"),
    *("sns_id", "retry_cnt", "send_ts", "delivered_ts", "failed_ts"),
)
_OTHER: Final[Row] = {
    name: schema["examples"][0]
    for name, schema in json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"].items()
    if name not in _OWN
}


@dataclass(frozen=True)
class _Order:
    """One send order: a transaction that reaches `pushes` users from `start` on.

    `known_user` adds the known user. The rows of a `detailed` order have the optional attributes too.
    """

    transaction_id: str
    start: datetime
    pushes: int
    title: str
    marketing_id: str | None = None
    known_user: bool = False
    detailed: bool = False


def sample_rows() -> Iterator[Row]:
    """Yield about 4,000 rows of notification-records, no two with one key; `created_at` is a decimal.

    A push is a row SENT and mostly a later row DELIVERED or FAILED. `test_user_001` has 37 rows, the campaign
    `campaign_2026_spring` about 1,500, the transaction `tx_002` failures of several users on every platform.
    """
    chance = random.Random(20261123)  # noqa: S311  # nosec B311  # rows to look at, no secrets
    yield from _odd_rows()
    for order in _orders():
        users = chance.sample(_USERS, order.pushes)
        if order.known_user:
            yield from _push(order, _KNOWN_USER, sent_at=order.start, chance=chance)
        for place, user_id in enumerate(users):
            # Writers give several users the same millisecond.
            sent_at = order.start + place // 4 * timedelta(milliseconds=37)
            yield from _push(order, user_id, sent_at=sent_at, chance=chance)


def sample_commands() -> Iterator[Row]:
    """Yield the row of command-records of each send order of the sample."""
    for order in _orders():
        yield _row(
            transaction_id=order.transaction_id,
            created_at=Decimal(_milliseconds(order.start) - 250),
            marketing_id=order.marketing_id,
            notification_title=order.title,
            ap_id=_APPLICATIONS["IOS"] if order.start >= _AP_ID_SINCE else None,
        )


def _orders() -> Iterator[_Order]:
    """Yield one large campaign (a trial and four waves), three of about 300 rows, small ones, and single orders."""
    spring = EXAMPLES["campaign"]
    yield _Order("tx_002", datetime(2025, 11, 1, 12, tzinfo=UTC), 60, _SERVICE_TITLES[0], spring)
    for wave in range(4):
        start = datetime(2026, 3, 2 + wave, 1, 30, tzinfo=UTC)
        yield _Order(f"tx_{3 + wave:03}", start, 188, _CAMPAIGN_TITLES[wave], spring, known_user=wave == 0)
    for number, month in enumerate((5, 7, 9)):
        start = datetime(2026, month, 11, 4, tzinfo=UTC)
        campaign = f"campaign_2026_{month:02}"
        yield _Order(f"tx_{7 + number:03}", start, 162, _CAMPAIGN_TITLES[4 + number], campaign, detailed=True)
    for number in range(30):
        start = datetime(2026, 4, 6, 9, tzinfo=UTC) + number * timedelta(weeks=1)
        title = _CAMPAIGN_TITLES[number % len(_CAMPAIGN_TITLES)]
        yield _Order(f"tx_{10 + number:03}", start, 2 + number % 13, title, f"campaign_weekly_{number + 1:02}")
    for number in range(300):
        start = datetime(2025, 10, 2, 6, 10, tzinfo=UTC) + number * timedelta(days=1, hours=9, minutes=1)
        title = _SERVICE_TITLES[number % len(_SERVICE_TITLES)]
        yield _Order(f"tx_{40 + number:03}", start, 1 + number % 3, title, known_user=(number + 1) % 20 == 0)


def _push(order: _Order, user_id: str, *, sent_at: datetime, chance: random.Random) -> Iterator[Row]:
    platform = chance.choice(_PLATFORMS)
    common: Row = {
        **(_OTHER if order.start >= _AP_ID_SINCE else {}),
        "user_id": user_id,
        "transaction_id": order.transaction_id,
        "marketing_id": order.marketing_id,
        "notification_title": order.title,
        "platform": platform,
        "ap_id": _APPLICATIONS[platform] if order.start >= _AP_ID_SINCE else None,
    }
    if order.detailed:
        common["sns_id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{order.transaction_id}/{user_id}"))
        common["send_ts"] = _milliseconds(sent_at)
    yield _row(**common, status="SENT", created_at=Decimal(_milliseconds(sent_at)))
    outcome = chance.choices(("DELIVERED", "FAILED", None), weights=(74, 16, 10))[0]
    if user_id == _KNOWN_USER and outcome is None:
        outcome = "DELIVERED"
    if user_id == _KNOWN_USER and order.transaction_id == _HANDED_OVER:
        outcome = "SENT"
    if outcome:
        known_at = _milliseconds(sent_at) + chance.randrange(300, 90_000)
        # Some writers add a fraction to every time, so that rows of one millisecond differ.
        fraction = Decimal(chance.randrange(10**12)) / 10**12 if chance.random() < _FRACTION_SHARE else Decimal(0)
        error_msg = chance.choice(_ERRORS[platform]) if outcome == "FAILED" else None
        if order.detailed and error_msg:
            common |= {"failed_ts": known_at, "retry_cnt": known_at % 3}
            error_msg = _RARE_ERRORS[known_at % len(_RARE_ERRORS)] if known_at % 2 else error_msg
        elif order.detailed:
            common["delivered_ts"] = known_at
        yield _row(**common, status=outcome, created_at=known_at + fraction, error_msg=error_msg)


def _odd_rows() -> Iterator[Row]:
    """Yield rows that readers must accept: several of one millisecond, an unknown status, missing attributes."""
    order = {"transaction_id": "tx_002", "marketing_id": "campaign_2026_spring", "notification_title": "您的訂單已出貨"}
    known = {"user_id": _KNOWN_USER, **order}
    yield _row(**known, platform="IOS", status="SENT", created_at=Decimal(1761998400123))
    yield _row(**known, platform="ANDROID", status="SENT", created_at=Decimal("1761998400123.071500000001"))
    failed_at = Decimal("1761998400123.483920117264")
    yield _row(**known, platform="IOS", status="FAILED", created_at=failed_at, error_msg=_ERRORS["IOS"][0])
    yield _row(**known, platform="ANDROID", status="DELIVERED", created_at=Decimal("1761998402871.5"))
    yield _row(user_id=_KNOWN_USER, transaction_id="tx_001", status="EXPIRED", created_at=Decimal(1759457700000))
    yield _row(user_id="user_0001", created_at=Decimal(1759457700001))


def _row(**fields: object) -> Row:
    return {name: value for name, value in fields.items() if value is not None}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000
