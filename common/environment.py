"""Readers of environment variables that several deployables share; a bad value is a SettingsError."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

# The build outside of a deployment.
DEVELOPMENT: Final = "development"
# The longest that a Lambda may run.
_LONGEST_SECONDS: Final = 900.0
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_BUILD: Final = re.compile(r"[A-Za-z0-9._+-]{1,128}", re.ASCII)
_COUNT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


class SettingsError(ValueError):
    """A variable is missing or bad; the message names it, and never contains a value that may be secret."""


def address(environ: Mapping[str, str], name: str, of: str) -> str:
    """Return the http(s) address in the variable `name`, without a trailing slash; `of` names its owner in the message.

    Raises SettingsError if it is missing, or has credentials, a query or a fragment.
    """
    text = environ.get(name, "")
    if not _is_address(text):
        raise SettingsError(f"{name} must be the http(s) address of {of}")
    return text.rstrip("/")


def build_id(environ: Mapping[str, str]) -> str:
    """Return BUILD_ID, which names the build in /health and in access logs; raise SettingsError for a bad one."""
    text = environ.get("BUILD_ID") or DEVELOPMENT
    if not _BUILD.fullmatch(text):
        raise SettingsError(f"BUILD_ID must be 1 to 128 letters, digits and ._-+, not {text!r}")
    return text


def seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    """Return the variable `name` as a time in seconds; raise SettingsError unless a call may take that long."""
    text = environ.get(name) or str(default)
    if not _NUMBER.fullmatch(text) or not 0 < float(text) <= _LONGEST_SECONDS:
        raise SettingsError(f"{name} must be over 0 and at most {_LONGEST_SECONDS:.0f} seconds, not {text!r}")
    return float(text)


def count(environ: Mapping[str, str], name: str, default: int) -> int:
    """Return the variable `name` as a whole number from 1; raise SettingsError for anything else."""
    text = environ.get(name) or str(default)
    if not _COUNT.fullmatch(text):
        raise SettingsError(f"{name} must be a whole number from 1 to 99999, not {text!r}")
    return int(text)


def _is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
        whole = bool(url.hostname) and url.port != 0
    except ValueError:  # a bad port or IPv6 address
        return False
    return whole and url.scheme in {"http", "https"} and "@" not in url.netloc and not re.search(r"[^!-~]|[?#]", text)
