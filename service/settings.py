"""What the environment tells the service, read once at start."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from common.environment import SettingsError, address, count, seconds

KEY_BYTES: Final = 32
_LONGEST_KID: Final = 32


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The service's settings.

    `internal_api_url` is the internal gateway's stage, without a slash at its end. `request_timeout_seconds` is the
    most that one call may take, less what the caller leaves. `cursor_keys` are AES-256 keys by key id: the first
    seals, all of them open. `concurrency_limit` is how many requests are answered at a time, before others are told to
    come again; `drain_delay_seconds` is how long the service goes on after SIGTERM, while its health says that it will
    not.
    """

    internal_api_url: str
    environment: str = "development"
    request_timeout_seconds: float = 30.0
    region: str = "ap-southeast-1"
    # At 0.25 vCPU a request takes 2 to 4 ms of the processor: what gets a place waits for an eighth of a second.
    concurrency_limit: int = 32
    drain_delay_seconds: float = 5.0
    cursor_keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`; raise SettingsError naming a missing or bad variable."""
        environment = environ.get("ENVIRONMENT") or cls.environment
        if environment not in {"development", "production"}:
            raise SettingsError(f"ENVIRONMENT must be development or production, not {environment!r}")
        return cls(
            internal_api_url=address(environ, "INTERNAL_API_URL", "the internal gateway's stage"),
            environment=environment,
            request_timeout_seconds=seconds(environ, "REQUEST_TIMEOUT", cls.request_timeout_seconds),
            region=environ.get("AWS_DEFAULT_REGION") or cls.region,
            concurrency_limit=count(environ, "CONCURRENCY_LIMIT", cls.concurrency_limit),
            drain_delay_seconds=seconds(environ, "DRAIN_DELAY", cls.drain_delay_seconds),
            cursor_keys=_cursor_keys(environ.get("CURSOR_KEYS", ""), required=environment == "production"),
        )


def _cursor_keys(text: str, *, required: bool) -> dict[str, bytes]:
    """Read `kid:base64,kid:base64`; without a key, a development start makes one that lives as long as the process."""
    if not text.strip():
        if required:
            raise SettingsError("CURSOR_KEYS is required in production: kid:base64 of 32 bytes, separated by commas")
        return {"dev": secrets.token_bytes(KEY_BYTES)}
    keys = [_cursor_key(entry.strip()) for entry in text.split(",")]
    if len({kid for kid, _ in keys}) != len(keys):
        raise SettingsError("CURSOR_KEYS names one key id twice")
    return dict(keys)


def _cursor_key(entry: str) -> tuple[str, bytes]:
    """Read one key; the message of an error never holds any part of it."""
    kid, _, encoded = entry.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if not (kid.isascii() and kid.isalnum() and len(kid) <= _LONGEST_KID) or len(key) != KEY_BYTES:
        raise SettingsError("CURSOR_KEYS must be kid:base64 of 32 bytes, separated by commas; a kid is alphanumeric")
    return kid, key
