"""Types of request and response bodies, as the contract defines them."""

from .health import Health
from .platform import Platform
from .problem_code import ProblemCode
from .push_record import PushRecord
from .query_fail_request import QueryFailRequest
from .query_marketing_fail_request import QueryMarketingFailRequest
from .query_marketing_request import QueryMarketingRequest
from .query_transaction_request import QueryTransactionRequest
from .query_user_request import QueryUserRequest
from .reason import Reason
from .record_page import RecordPage
from .status import Status

__all__ = (
    "Health",
    "Platform",
    "ProblemCode",
    "PushRecord",
    "QueryFailRequest",
    "QueryMarketingFailRequest",
    "QueryMarketingRequest",
    "QueryTransactionRequest",
    "QueryUserRequest",
    "Reason",
    "RecordPage",
    "Status",
)
