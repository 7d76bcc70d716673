"""Async client of the Internal Query API, and the types of its bodies."""

from .client import (
    AsyncInternalQueryClient,
    Health,
    NextPosition,
    PushRecord,
    QueryFailRequest,
    QueryMarketingFailRequest,
    QueryMarketingRequest,
    QueryTransactionRequest,
    QueryUserRequest,
    RecordPage,
)

__all__ = (
    "AsyncInternalQueryClient",
    "Health",
    "NextPosition",
    "PushRecord",
    "QueryFailRequest",
    "QueryMarketingFailRequest",
    "QueryMarketingRequest",
    "QueryTransactionRequest",
    "QueryUserRequest",
    "RecordPage",
)
