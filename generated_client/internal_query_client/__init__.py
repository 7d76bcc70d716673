"""Typed clients, blocking and async, of the Internal Query API; see README.md."""

from .client import AsyncInternalQueryClient, InternalQueryClient
from .errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, ConfigurationError
from .models import (
    Health,
    NextPosition,
    Platform,
    ProblemCode,
    QueryFailRequest,
    QueryMarketingRequest,
    QueryUserRequest,
    Record,
    RecordPage,
    Status,
)
from .types import NO_RETRIES, RetryPolicy, Timeout

__version__ = "1.0.0"

__all__ = (
    "NO_RETRIES",
    "ApiConnectionError",
    "ApiError",
    "ApiStatusError",
    "ApiTimeoutError",
    "AsyncInternalQueryClient",
    "ConfigurationError",
    "Health",
    "InternalQueryClient",
    "NextPosition",
    "Platform",
    "ProblemCode",
    "QueryFailRequest",
    "QueryMarketingRequest",
    "QueryUserRequest",
    "Record",
    "RecordPage",
    "RetryPolicy",
    "Status",
    "Timeout",
    "__version__",
)
