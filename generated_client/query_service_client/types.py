"""Types of arguments and results that the contract does not define."""

from ._runtime import (
    NO_RETRIES,
    ApiResponse,
    AsyncExchange,
    AsyncPager,
    Attempt,
    Clock,
    Operation,
    Outgoing,
    Pager,
    RawResponse,
    RequestOptions,
    RetryPolicy,
    Timeout,
)

__all__ = (
    "NO_RETRIES",
    "ApiResponse",
    "AsyncExchange",
    "AsyncPager",
    "Attempt",
    "Clock",
    "Operation",
    "Outgoing",
    "Pager",
    "RawResponse",
    "RequestOptions",
    "RetryPolicy",
    "Timeout",
)
