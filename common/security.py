"""Security headers of every answer: it is personal data, not a page, and to be read over TLS only."""

from collections.abc import Mapping
from typing import Final

# OWASP REST Security Cheat Sheet, section "Security Headers".
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
