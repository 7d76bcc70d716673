"""Options of a client and of a call, and their validation before anything is sent."""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Final, NamedTuple, TypedDict
from uuid import UUID

import httpx

from .errors import ConfigurationError
from .retries import Clock, RetryPolicy

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._=+/-]{1,128}")
API_KEY: Final = "x-api-key"
_KEY: Final = re.compile(r"[\x21-\x7e]+")
_UNPRINTABLE: Final = re.compile(r"[^\x21-\x7e]")
_REST_API: Final = re.compile(r"[a-z0-9-]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_TLS_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_PROXY_VARIABLES: Final = tuple(
    name for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (upper.lower(), upper)
)
# RFC 9110, section 5: a token; visible ASCII and blanks, and blanks at the ends are no part of the value.
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
# These describe the message or the connection, so the HTTP library sets them.
_RESERVED_HEADERS: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class Timeout(NamedTuple):
    """Seconds: `total` for a call with its retries and waits, `attempt` for one attempt, `connect` for connecting."""

    total: float = 30.0
    attempt: float | None = None
    connect: float = 2.0


DEFAULT_TIMEOUT: Final = Timeout()
DEFAULT_RETRY: Final = RetryPolicy()


class RequestOptions(TypedDict, total=False):
    """Options of one call."""

    timeout: float | Timeout
    """Seconds in all, or a Timeout."""

    max_retries: int
    """Largest number of retries; 0 for none."""

    request_id: str | UUID
    """An id of the caller's own: 1 to 128 letters, digits or `._=+/-`."""

    headers: Mapping[str, str]
    """More headers; they override those of the client."""


@dataclass(frozen=True, kw_only=True)
class ClientOptions:
    """Validated options of a client; `package` and `version` identify it.

    The `repr` omits the headers, which may hold a key.
    """

    package: str
    version: str
    base_url: str
    timeout: Timeout
    retry: RetryPolicy
    headers: Mapping[str, str] = field(repr=False)
    clock: Clock
    key_variable: str | None = None
    """The variable that may hold the API key; None if other means let the client in."""


def as_timeout(timeout: float | Timeout, connect: float = DEFAULT_TIMEOUT.connect) -> Timeout:
    """Return seconds as a Timeout; raise ConfigurationError unless all of them are positive numbers."""
    result = timeout if isinstance(timeout, Timeout) else Timeout(total=timeout, connect=connect)
    given = [result.total, result.connect, *([] if result.attempt is None else [result.attempt])]
    if not all(_is_positive(each) for each in given):
        raise ConfigurationError(f"a timeout is a number of seconds over 0, not {timeout!r}")
    return Timeout(float(result.total), result.attempt and float(result.attempt), float(result.connect))


def as_base_url(base_url: str | None, variable: str | None = None) -> str:
    """Return the address that paths are appended to: the argument, or the environment variable.

    Raises ConfigurationError if it is missing or not valid. The message never quotes it: it may hold a password.
    """
    remedy = f"give base_url=, or set {variable}" if variable else "give base_url="
    base_url = base_url or (os.environ.get(variable) if variable else None)
    if not base_url:
        raise ConfigurationError(f"no address of the service: {remedy}")
    if base_url.strip() != base_url or " " in base_url:
        raise ConfigurationError(f"the address of the service holds a blank or line end: {remedy} without it")
    url = None if _UNPRINTABLE.search(base_url) else _parsed(base_url)
    if url is None or url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ConfigurationError(f"the address of the service is not of the form http(s)://host/stage: {remedy}")
    if url.userinfo:
        raise ConfigurationError("the address of the service holds a user name or password: give auth= instead")
    if _REST_API.fullmatch(url.host) and not url.path.strip("/"):
        raise ConfigurationError(f"the address of the service lacks its stage, such as /v1: {remedy} with it")
    return base_url.rstrip("/")


def tls_context() -> ssl.SSLContext:
    """Return the TLS settings of connections of the client's own.

    Raises ConfigurationError if a variable of the environment for certificates or proxies has an unusable value.
    """
    try:
        tls = httpx.create_ssl_context()
    except OSError as exc:
        names = ", ".join(name for name in _TLS_VARIABLES if os.environ.get(name))
        raise ConfigurationError(f"{names}: no usable file ({exc.strerror}); correct or unset it") from exc
    try:
        httpx.Client(verify=tls).close()
    except (ImportError, ValueError, httpx.InvalidURL):
        pass
    else:
        return tls
    given = {name: os.environ[name] for name in _PROXY_VARIABLES if os.environ.get(name)}
    name = next((name for name, value in given.items() if not _is_proxy(value, tls)), "NO_PROXY")
    raise ConfigurationError(
        f"{name}: no usable proxy settings; an address is of the form http://host:port, "
        "or socks5://host:port with httpx[socks] installed"
    )


def key_headers(api_key: str | None, variable: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers of a client with the API key, if there is one: the argument, or the environment variable.

    Raises ConfigurationError for a key or header that cannot be sent. The message never holds a key.
    """
    result = as_headers(headers or {})
    key = api_key or os.environ.get(variable)
    if key and not _KEY.fullmatch(key):
        raise ConfigurationError(
            f"the API key holds a blank, a line end or a character outside ASCII: give api_key=, or set {variable}"
        )
    return ({API_KEY: key} if key else {}) | result


def as_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by lower-case name.

    Raises ConfigurationError for one that cannot be sent or that the HTTP library sets; the message holds no value.
    """
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ConfigurationError(f"{name!r} is not a valid header name")
        if name.lower() in _RESERVED_HEADERS:
            raise ConfigurationError(f"the header {name!r} cannot be given: the HTTP library sets it")
        if not _HEADER_VALUE.fullmatch(value):
            raise ConfigurationError(f"the value of the header {name!r} is not visible ASCII text")
    return {name.lower(): value.strip() for name, value in headers.items()}


def as_request_id(request_id: str) -> str:
    """Return an id that the service accepts; raise ValueError for any other, which the service would replace."""
    if not _REQUEST_ID.fullmatch(request_id):
        raise ValueError(f"a request id is 1 to 128 letters, digits or ._=+/-, not {request_id!r}")
    return request_id


def _is_positive(value: object) -> bool:
    return isinstance(value, Real) and float(value) > 0  # NaN is not


def _is_proxy(value: str, tls: ssl.SSLContext) -> bool:
    """Return whether httpx accepts the value of a proxy variable; a missing scheme means http."""
    try:
        httpx.Client(proxy=value if "://" in value else f"http://{value}", verify=tls).close()
    except (ImportError, ValueError, httpx.InvalidURL):
        return False
    return True


def _parsed(base_url: str) -> httpx.URL | None:
    try:
        return httpx.URL(base_url)
    except httpx.InvalidURL:
        return None
