"""What a caller may set, for a client or for one call, and what is refused before anything is sent."""

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypedDict

import httpx

from .clock import Clock
from .errors import ConfigurationError
from .retries import RetryPolicy

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._=+/-]{1,128}")
_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e]+")


class Timeout(NamedTuple):
    """Seconds: `total` for a call with its retries and all waits, `attempt` for one try, `connect` for connecting."""

    total: float = 30.0
    attempt: float | None = None
    connect: float = 2.0


DEFAULT_TIMEOUT: Final = Timeout()
DEFAULT_RETRY: Final = RetryPolicy()


class RequestOptions(TypedDict, total=False):
    """What one call may set for itself."""

    timeout: float | Timeout
    """Seconds in all, or a Timeout."""

    max_retries: int
    """How often to try again at most; 0 is never."""

    request_id: str
    """An id of the caller's own: 1 to 128 letters, digits or `._=+/-`."""

    headers: Mapping[str, str]
    """Further headers; they go before those of the client."""


@dataclass(frozen=True, kw_only=True)
class ClientOptions:
    """What a client was built with, checked; `package` and `version` say which one it is.

    The headers may hold a key: they are not shown.
    """

    package: str
    version: str
    base_url: str
    timeout: Timeout
    retry: RetryPolicy
    headers: Mapping[str, str] = field(repr=False)
    clock: Clock


def as_timeout(timeout: float | Timeout, connect: float = DEFAULT_TIMEOUT.connect) -> Timeout:
    """Return seconds as a Timeout; raise ConfigurationError unless all of them are over 0."""
    result = timeout if isinstance(timeout, Timeout) else Timeout(total=timeout, connect=connect)
    if not all(seconds is None or (seconds > 0 and not math.isnan(seconds)) for seconds in result):
        raise ConfigurationError(f"a timeout is a number of seconds over 0, not {timeout!r}")
    return result


def as_base_url(base_url: str | None, variable: str | None = None) -> str:
    """Return the address that paths are put behind: the argument, or that of the environment.

    Raises ConfigurationError if there is none, or it is none.
    """
    named = f"give base_url=, or set {variable}" if variable else "give base_url="
    base_url = base_url or (os.environ.get(variable) if variable else None)
    if not base_url:
        raise ConfigurationError(f"no address of the service: {named}")
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as exc:
        raise ConfigurationError(f"the address of the service is not a URL: {exc}") from exc
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ConfigurationError(f"the address of the service is http(s)://host/stage, not {base_url!r}: {named}")
    return base_url.rstrip("/")


def key_headers(
    api_key: str | None, variable: str, *, headers: Mapping[str, str] | None, authorised: bool
) -> dict[str, str]:
    """Return a client's own headers with the API key: the argument, or that of the environment.

    Raises ConfigurationError if there is none and nothing else (`headers`, or `authorised`) lets the caller in, and
    for a key that cannot stand in a header; the message never holds any part of it.
    """
    result = _lower_names(headers or {})
    key = api_key or os.environ.get(variable)
    if key and not _HEADER_VALUE.fullmatch(key):
        raise ConfigurationError("the API key holds what no key does: a blank, a line end, or no ASCII")
    if key:
        return {"x-api-key": key} | result
    if "x-api-key" not in result and not authorised:
        raise ConfigurationError(f"no API key: give api_key=, or set {variable}")
    return result


def _lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def as_request_id(request_id: str) -> str:
    """Return an id that the service will keep; raise ValueError for any other.

    The service would replace that one, and nobody could find it again.
    """
    if not _REQUEST_ID.fullmatch(request_id):
        raise ValueError(f"a request id is 1 to 128 letters, digits or ._=+/-, not {request_id!r}")
    return request_id


def as_list(values: str | Iterable[str] | None) -> list[str] | None:
    """Return the values of a filter as a list; one string is one value."""
    return [values] if isinstance(values, str) else None if values is None else list(values)
