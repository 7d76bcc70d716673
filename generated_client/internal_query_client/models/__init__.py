"""Types of request and response bodies, as the contract defines them."""

from .health import Health
from .next_position import NextPosition
from .query_fail_request import QueryFailRequest
from .query_marketing_request import QueryMarketingRequest
from .query_user_request import QueryUserRequest
from .record import Record
from .record_page import RecordPage

__all__ = (
    "Health",
    "NextPosition",
    "QueryFailRequest",
    "QueryMarketingRequest",
    "QueryUserRequest",
    "Record",
    "RecordPage",
)
