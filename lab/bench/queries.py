"""The queries that everything is measured with: a page of 10 records and one of 100."""

import json
from typing import Any, Final

from lab.connection import Address, request
from lab.events import proxy_event

# Paths by records a page.
PATHS: Final = {"10": "/query/user", "100": "/query/marketing"}
_BODIES: Final = {
    "/query/user": {"user_id": "test_user_001", "limit": 10},
    "/query/marketing": {"marketing_id": "campaign_2026_spring", "limit": 100},
}
# As API Gateway passes them on.
_HEADERS: Final = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "Host": "example.execute-api.ap-southeast-1.amazonaws.com",
    "User-Agent": "lab",
    "X-Amzn-Trace-Id": "Root=1-65d4b8a7-0123456789abcdef01234567",
    "X-Forwarded-For": "192.0.2.10",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
}


def body(path: str) -> dict[str, Any]:
    """Return the body of a query for a full page."""
    return dict(_BODIES[path])


def event(path: str) -> dict[str, Any]:
    """Return the proxy event of a query for a full page."""
    return proxy_event("POST", path, _HEADERS, json.dumps(_BODIES[path]))


def raw(address: Address, path: str) -> bytes:
    """Return the bytes of a query for a full page."""
    return request(address, path, _BODIES[path])
