"""What the stubs answer: pages of 10 and of 100 records, in the words of each hop, always the same bytes."""

import json
from typing import Any, Final

SMALL: Final = 10
LARGE: Final = 100

_RECORD: Final = {
    "transaction_id": "tx_001",
    "user_id": "test_user_001",
    "created_at": 1761998400123,
    "status": "FAILED",
    "marketing_id": "campaign_2026_spring",
    "notification_title": "您的訂單已出貨",
    "platform": "IOS",
    "error_msg": "APNs 410 Unregistered: the device token is no longer active",
    "ap_id": "mobile-app-001",
}
# As an index on `marketing_id` has them, which is the larger kind.
_POSITION: Final = ("marketing_id", "user_id", "created_at")


def records(count: int) -> list[dict[str, Any]]:
    """Return `count` records, newest first."""
    return [_RECORD | {"created_at": 1761998400123 - number} for number in range(count)]


def internal_page(count: int) -> bytes:
    """Return a page that is not the last, as the internal contract has it."""
    items = records(count)
    position = {name: str(items[-1][name]) for name in _POSITION}
    return encoded({"items": items, "count": count, "next_position": position})


def public_page(count: int) -> bytes:
    """Return a page that is not the last, as the service answers it."""
    return encoded({"items": records(count), "count": count, "next_cursor": "x" * 180})


def rows(count: int) -> bytes:
    """Return what DynamoDB answers to a query that reads `count` rows and does not reach the end."""
    items = [{name: _attribute(value) for name, value in record.items()} for record in records(count)]
    last = {name: items[-1][name] for name in ("user_id", "created_at")}
    capacity = {"CapacityUnits": 0.5 if count < LARGE else 3.0, "TableName": "notification-records"}
    return encoded(
        {"ConsumedCapacity": capacity, "Count": count, "Items": items, "LastEvaluatedKey": last, "ScannedCount": count}
    )


def encoded(value: object) -> bytes:
    """Return `value` as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _attribute(value: object) -> dict[str, str]:
    return {"N" if isinstance(value, int) else "S": str(value)}
