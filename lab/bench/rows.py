"""The stored rows of the benchmarks: campaigns in which one push in a hundred has failed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tools.local.row_files import Row

CAMPAIGN: Final = "campaign_summary"
# One row in this many has failed.
FAILED: Final = 100

_FIRST_MS: Final = 1_761_998_400_000
_STATUSES: Final = ("SENT", "DELIVERED")
_PLATFORMS: Final = ("IOS", "ANDROID", "WEBPUSH")
_FAILURE: Final = "APNs 410 Unregistered: the device token is no longer active"


def campaign(number: int) -> Iterator[Row]:
    """Yield `number` rows of the campaign, each of another user."""
    return (row(each) for each in range(number))


def row(number: int) -> Row:
    """Return a row of about 250 bytes."""
    created_at = Decimal(_FIRST_MS + number)
    has_failed = number % FAILED == 0
    return {
        "user_id": f"user_{number:07}",
        "created_at": created_at,
        "transaction_id": f"tx_{number % 4}",
        "marketing_id": CAMPAIGN,
        "notification_title": "Your order is on its way",
        "status": "FAILED" if has_failed else _STATUSES[number % 2],
        "platform": _PLATFORMS[number % 3],
        "ap_id": "mobile-app-001",
        "send_ts": created_at,
        **({"error_msg": _FAILURE} if has_failed else {"sns_id": f"00000000-0000-4000-8000-{number:012}"}),
    }


def size(stored: Row) -> int:
    """Return the bytes that DynamoDB counts: of the names and of the values.

    A number has one byte, and one for each two of its significant digits:

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(len(name) + _size(value) for name, value in stored.items())


def _size(value: object) -> int:
    digits = len(value.normalize().as_tuple().digits) if isinstance(value, Decimal) else 0
    return 1 + (digits + 1) // 2 if digits else len(str(value).encode())
