"""Async client of the Internal Query API, and the types of its bodies."""

from .client import (
    AsyncInternalQueryClient,
    CampaignSummary,
    ExplainedPush,
    ExplainPushRequest,
    Health,
    NextPosition,
    PushExplanation,
    PushRecord,
    QueryFailRequest,
    QueryMarketingRequest,
    QueryUserRequest,
    RecordPage,
    SummarizeMarketingRequest,
    SummaryCell,
    SummaryPoint,
    SummaryTransaction,
)

__all__ = (
    "AsyncInternalQueryClient",
    "CampaignSummary",
    "ExplainPushRequest",
    "ExplainedPush",
    "Health",
    "NextPosition",
    "PushExplanation",
    "PushRecord",
    "QueryFailRequest",
    "QueryMarketingRequest",
    "QueryUserRequest",
    "RecordPage",
    "SummarizeMarketingRequest",
    "SummaryCell",
    "SummaryPoint",
    "SummaryTransaction",
)
