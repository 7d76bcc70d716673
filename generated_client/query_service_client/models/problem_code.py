from enum import StrEnum


class ProblemCode(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    ACCESS_DENIED = "access_denied"
    BAD_GATEWAY = "bad_gateway"
    BAD_REQUEST = "bad_request"
    BODY_TOO_LARGE = "body_too_large"
    FORBIDDEN = "forbidden"
    GATEWAY_TIMEOUT = "gateway_timeout"
    INTERNAL_ERROR = "internal_error"
    INVALID_BODY = "invalid_body"
    INVALID_CURSOR = "invalid_cursor"
    INVALID_JSON = "invalid_json"
    INVALID_PARAMETERS = "invalid_parameters"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MISSING_AUTHENTICATION_TOKEN = "missing_authentication_token"
    NOT_FOUND = "not_found"
    QUOTA_EXCEEDED = "quota_exceeded"
    SERVICE_UNAVAILABLE = "service_unavailable"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAUTHORIZED = "unauthorized"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
