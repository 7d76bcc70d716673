"""Types of request and response bodies, as the contract defines them."""

from .health import Health
from .next_position import NextPosition
from .push_record import PushRecord
from .query_fail_request import QueryFailRequest
from .query_marketing_request import QueryMarketingRequest
from .query_user_request import QueryUserRequest
from .record_page import RecordPage

__all__ = (
    "Health",
    "NextPosition",
    "PushRecord",
    "QueryFailRequest",
    "QueryMarketingRequest",
    "QueryUserRequest",
    "RecordPage",
)
