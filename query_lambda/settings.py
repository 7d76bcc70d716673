"""What the environment tells the function, read once at start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

# The longest that a Lambda may run.
_LONGEST_TIMEOUT: Final = 900.0


class SettingsError(ValueError):
    """A variable is missing or bad; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The function's settings.

    `query_service_url` is the address of the internal load balancer, without a slash at its end.
    `request_timeout_seconds` is the most that one call may take, less what the gateway leaves.
    """

    query_service_url: str
    request_timeout_seconds: float = 30.0

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`; raise SettingsError naming a missing or bad variable."""
        url = environ.get("QUERY_SERVICE_URL", "")
        if not _is_url(url):
            raise SettingsError(f"QUERY_SERVICE_URL must be the http(s) address of the load balancer, not {url!r}")
        timeout = environ.get("REQUEST_TIMEOUT") or str(cls.request_timeout_seconds)
        return cls(query_service_url=url.rstrip("/"), request_timeout_seconds=_seconds(timeout))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as exc:
        raise SettingsError(f"REQUEST_TIMEOUT must be a number of seconds, not {text!r}") from exc
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise SettingsError(f"REQUEST_TIMEOUT must be over 0 and at most {_LONGEST_TIMEOUT:.0f} seconds, not {text!r}")
    return seconds


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        is_address = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # a bad port or IPv6 address
        return False
    return is_address and not re.search(r"[^!-~]|[?#]", text)
