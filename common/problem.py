"""Problem documents (RFC 9457): their shape, and the status and title of each code, for every hop."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

MEDIA_TYPE: Final = "application/problem+json"

# code -> (HTTP status, title). The codes are those of the contracts' `Problem`; a test compares the two.
PROBLEMS: Final[Mapping[str, tuple[int, str]]] = {
    "access_denied": (403, "The caller may not use this API"),
    "bad_gateway": (502, "The next hop gave no usable answer"),
    "bad_request": (400, "The request is malformed"),
    "body_too_large": (413, "The body is too large"),
    "expired_token": (403, "The credentials have expired"),
    "forbidden": (403, "No valid API key"),
    "gateway_timeout": (504, "The next hop did not answer in time"),
    "internal_error": (500, "Internal error"),
    "invalid_body": (400, "The request body does not match the contract"),
    "invalid_cursor": (400, "The cursor is not valid here"),
    "invalid_json": (400, "The request body is not JSON"),
    "invalid_parameters": (400, "A parameter does not match the contract"),
    "invalid_position": (400, "The position is not valid here"),
    "invalid_signature": (403, "The signature is not valid"),
    "method_not_allowed": (405, "The path does not have this method"),
    "missing_authentication_token": (403, "No such operation, or no credentials"),
    "not_found": (404, "No such path"),
    "quota_exceeded": (429, "The quota of this API key is used up"),
    "service_unavailable": (503, "Not available just now"),
    "too_many_requests": (429, "Too many requests"),
    "unauthorized": (401, "The caller is not known"),
    "unsupported_media_type": (415, "The body is not JSON"),
}


class ProblemError(Exception):
    """A request that ends as a problem document.

    `code` is one of PROBLEMS and decides status and title; `detail` is read by the caller and holds our own words
    only; `errors` are the contract's FieldErrors; `headers` go out with the answer.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """The HTTP status of the code."""
        return PROBLEMS[self.code][0]


def code(content: bytes) -> str | None:
    """Return the code in a problem document; None if it is not one of PROBLEMS."""
    try:
        said = orjson.loads(content)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, str) and said in PROBLEMS else None


def document(error: ProblemError, request_id: str) -> dict[str, Any]:
    """Return the problem document for `error`, as the contract's `Problem`."""
    status, title = PROBLEMS[error.code]
    problem: dict[str, Any] = {
        "type": f"urn:push-records:problem:{error.code}",
        "title": title,
        "status": status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
    }
    if error.errors:
        problem["errors"] = error.errors
    return problem
