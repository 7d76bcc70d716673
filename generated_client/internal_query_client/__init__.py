"""Async client of the Internal Query API, and the types of its bodies."""

from .client import (
    AsyncInternalQueryClient,
    Health,
    NextPosition,
    QueryFailRequest,
    QueryMarketingRequest,
    QueryUserRequest,
    Record,
    RecordPage,
)

__all__ = (
    "AsyncInternalQueryClient",
    "Health",
    "NextPosition",
    "QueryFailRequest",
    "QueryMarketingRequest",
    "QueryUserRequest",
    "Record",
    "RecordPage",
)
