"""Types of arguments and results that the contract does not define."""

from ._runtime.clock import Clock
from ._runtime.operations import ApiResponse, Operation
from ._runtime.options import RequestOptions, Timeout
from ._runtime.pages import AsyncPager, Pager
from ._runtime.retries import NO_RETRIES, RetryPolicy

__all__ = (
    "NO_RETRIES",
    "ApiResponse",
    "AsyncPager",
    "Clock",
    "Operation",
    "Pager",
    "RequestOptions",
    "RetryPolicy",
    "Timeout",
)
