"""Contains all the data models used in inputs/outputs"""

from .field_error import FieldError
from .health import Health
from .next_position import NextPosition
from .platform import Platform
from .problem import Problem
from .problem_code import ProblemCode
from .query_fail_position import QueryFailPosition
from .query_fail_position_status import QueryFailPositionStatus
from .query_fail_request import QueryFailRequest
from .query_marketing_position import QueryMarketingPosition
from .query_marketing_request import QueryMarketingRequest
from .query_user_position import QueryUserPosition
from .query_user_request import QueryUserRequest
from .record import Record
from .record_page import RecordPage
from .status import Status

__all__ = (
    "FieldError",
    "Health",
    "NextPosition",
    "Platform",
    "Problem",
    "ProblemCode",
    "QueryFailPosition",
    "QueryFailPositionStatus",
    "QueryFailRequest",
    "QueryMarketingPosition",
    "QueryMarketingRequest",
    "QueryUserPosition",
    "QueryUserRequest",
    "Record",
    "RecordPage",
    "Status",
)
