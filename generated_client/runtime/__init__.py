"""Runtime of the generated clients, written by hand: calls, deadlines, retries, errors and pagers.

It stands here once. The wheel of the public client carries a copy as its subpackage `_runtime`.
"""

from .arguments import as_count, as_id, as_list, as_text
from .async_client import AsyncApiClient, AsyncExchange
from .attempts import Attempt, Outgoing, PerLoop
from .calls import ApiResponse, Operation
from .errors import (
    ApiConnectionError,
    ApiError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    BadGatewayError,
    BadRequestError,
    ConfigurationError,
    ContentTooLargeError,
    GatewayTimeoutError,
    InternalServerError,
    MethodNotAllowedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RawResponse,
    RepeatedCursorError,
    ResponseDecodeError,
    ResponseTooLargeError,
    ServerError,
    ServiceUnavailableError,
    UnsupportedMediaTypeError,
)
from .models import Model
from .options import (
    DEFAULT_RETRY,
    DEFAULT_TIMEOUT,
    ClientOptions,
    RequestOptions,
    Timeout,
    as_base_url,
    as_timeout,
    key_headers,
)
from .pages import AsyncPager, Pager, fetch_of, linked
from .problems import FieldError, Problem
from .retries import NO_RETRIES, SYSTEM_CLOCK, Clock, RetryBudget, RetryPolicy
from .sync_client import SyncApiClient
from .times import to_datetime, to_epoch_milliseconds
from .totals import add_up, add_up_async

__all__ = (
    "DEFAULT_RETRY",
    "DEFAULT_TIMEOUT",
    "NO_RETRIES",
    "SYSTEM_CLOCK",
    "ApiConnectionError",
    "ApiError",
    "ApiResponse",
    "ApiStatusError",
    "ApiTimeoutError",
    "AsyncApiClient",
    "AsyncExchange",
    "AsyncPager",
    "Attempt",
    "AuthenticationError",
    "BadGatewayError",
    "BadRequestError",
    "ClientOptions",
    "Clock",
    "ConfigurationError",
    "ContentTooLargeError",
    "FieldError",
    "GatewayTimeoutError",
    "InternalServerError",
    "MethodNotAllowedError",
    "Model",
    "NotFoundError",
    "Operation",
    "Outgoing",
    "Pager",
    "PerLoop",
    "PermissionDeniedError",
    "Problem",
    "RateLimitError",
    "RawResponse",
    "RepeatedCursorError",
    "RequestOptions",
    "ResponseDecodeError",
    "ResponseTooLargeError",
    "RetryBudget",
    "RetryPolicy",
    "ServerError",
    "ServiceUnavailableError",
    "SyncApiClient",
    "Timeout",
    "UnsupportedMediaTypeError",
    "add_up",
    "add_up_async",
    "as_base_url",
    "as_count",
    "as_id",
    "as_list",
    "as_text",
    "as_timeout",
    "fetch_of",
    "key_headers",
    "linked",
    "to_datetime",
    "to_epoch_milliseconds",
)
