"""Types of arguments and results that the contract does not define."""

from ._runtime.calls import Attempt, Outgoing
from ._runtime.clock import Clock
from ._runtime.errors import RawResponse
from ._runtime.exchange import AsyncExchange
from ._runtime.operations import ApiResponse, Operation
from ._runtime.options import RequestOptions, Timeout
from ._runtime.pages import AsyncPager, Pager
from ._runtime.retries import NO_RETRIES, RetryPolicy

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
