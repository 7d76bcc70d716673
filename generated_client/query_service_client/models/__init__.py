"""Types of request and response bodies, as the contract defines them."""

from .actor import Actor
from .campaign_summary import CampaignSummary
from .explain_push_request import ExplainPushRequest
from .explained_push import ExplainedPush
from .health import Health
from .interval import Interval
from .platform import Platform
from .problem_code import ProblemCode
from .push_explanation import PushExplanation
from .push_record import PushRecord
from .query_fail_request import QueryFailRequest
from .query_marketing_fail_request import QueryMarketingFailRequest
from .query_marketing_request import QueryMarketingRequest
from .query_transaction_request import QueryTransactionRequest
from .query_user_request import QueryUserRequest
from .reason import Reason
from .record_page import AsyncRecordPage, RecordPage
from .status import Status
from .summarize_marketing_request import SummarizeMarketingRequest
from .summary_cell import SummaryCell
from .summary_point import SummaryPoint
from .summary_transaction import SummaryTransaction
from .verdict import Verdict

__all__ = (
    "Actor",
    "AsyncRecordPage",
    "CampaignSummary",
    "ExplainPushRequest",
    "ExplainedPush",
    "Health",
    "Interval",
    "Platform",
    "ProblemCode",
    "PushExplanation",
    "PushRecord",
    "QueryFailRequest",
    "QueryMarketingFailRequest",
    "QueryMarketingRequest",
    "QueryTransactionRequest",
    "QueryUserRequest",
    "Reason",
    "RecordPage",
    "Status",
    "SummarizeMarketingRequest",
    "SummaryCell",
    "SummaryPoint",
    "SummaryTransaction",
    "Verdict",
)
