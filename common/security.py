"""Headers of every answer: what it holds is personal, is no page, and is read over TLS alone."""

from collections.abc import Mapping
from typing import Final

# After the OWASP REST Security Cheat Sheet, section "Security Headers".
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
