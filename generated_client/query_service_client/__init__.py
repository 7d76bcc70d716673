"""Typed clients, blocking and async, of the Push record query API; see README.md."""

from .client import AsyncQueryServiceClient, QueryServiceClient
from .errors import ApiConnectionError, ApiError, ApiStatusError, ApiTimeoutError, ConfigurationError
from .models import (
    Health,
    Platform,
    ProblemCode,
    PushRecord,
    QueryFailRequest,
    QueryMarketingFailRequest,
    QueryMarketingRequest,
    QueryTransactionRequest,
    QueryUserRequest,
    Reason,
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
    "AsyncQueryServiceClient",
    "ConfigurationError",
    "Health",
    "Platform",
    "ProblemCode",
    "PushRecord",
    "QueryFailRequest",
    "QueryMarketingFailRequest",
    "QueryMarketingRequest",
    "QueryServiceClient",
    "QueryTransactionRequest",
    "QueryUserRequest",
    "Reason",
    "RecordPage",
    "RetryPolicy",
    "Status",
    "Timeout",
    "__version__",
)
