"""The settings, read from the environment once at start."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from common.environment import DEVELOPMENT, SettingsError, address, build_id, count, seconds

KEY_BYTES: Final = 32
_LONGEST_KID: Final = 32


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The service's settings.

    `internal_api_url` is the internal gateway's stage, without a slash at its end. `request_timeout_seconds` bounds one
    call; a caller with less time left shortens it. `cursor_keys` are AES-256 keys by key id: the first one seals, all
    of them open. `audit_key` makes the HMAC of the ids that are asked for; without it none is made.
    `concurrency_limit` is how many queries run at a time; further ones are shed. `drain_delay_seconds` is how long the
    service goes on after SIGTERM, with its health at 503. `build_id` names this build.
    """

    internal_api_url: str
    environment: str = "development"
    request_timeout_seconds: float = 30.0
    region: str = "ap-southeast-1"
    # At 0.25 vCPU, 8 leave enough of the processor to shed the rest of an overload quickly (docs/reliability.md).
    concurrency_limit: int = 8
    drain_delay_seconds: float = 5.0
    build_id: str = DEVELOPMENT
    cursor_keys: Mapping[str, bytes] = field(repr=False)
    audit_key: bytes | None = field(default=None, repr=False)

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
            build_id=build_id(environ),
            audit_key=_audit_key(environ.get("AUDIT_KEY", "")),
            cursor_keys=_cursor_keys(environ.get("CURSOR_KEYS", ""), required=environment == "production"),
        )


def _audit_key(text: str) -> bytes | None:
    if text and not (text.isascii() and text.isprintable() and len(text) >= KEY_BYTES):
        raise SettingsError(f"AUDIT_KEY must have at least {KEY_BYTES} printable ASCII characters")
    return text.encode() or None


def _cursor_keys(text: str, *, required: bool) -> dict[str, bytes]:
    """Read `kid:base64,kid:base64`; without one, a development process gets a key of its own."""
    if not text.strip():
        if required:
            raise SettingsError("CURSOR_KEYS is required in production: kid:base64 of 32 bytes, separated by commas")
        return {"dev": secrets.token_bytes(KEY_BYTES)}
    keys = [_cursor_key(entry.strip()) for entry in text.split(",")]
    if len({kid for kid, _ in keys}) != len(keys):
        raise SettingsError("CURSOR_KEYS names one key id twice")
    return dict(keys)


def _cursor_key(entry: str) -> tuple[str, bytes]:
    """Read one key; the message of an error never contains a part of it."""
    kid, _, encoded = entry.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if not (kid.isascii() and kid.isalnum() and len(kid) <= _LONGEST_KID) or len(key) != KEY_BYTES:
        raise SettingsError("CURSOR_KEYS must be kid:base64 of 32 bytes, separated by commas; a kid is alphanumeric")
    return kid, key
