"""Checks of health, queries, access control and old paths."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import httpx

from tools.migration.verify.check import Check, FailedError
from tools.migration.verify.site import Site

_OLD_NAMES: Final = ("/query/failures", "/failed")
_PLANS: Final = "aws apigateway get-usage-plans"
_POLICY: Final = "aws apigateway get-rest-apis --query items[].[name,policy]"
_IMPORT: Final = "python -m tools.migration import-contract public --force"


def checks(site: Site) -> Iterator[Check]:
    """Yield the checks over HTTP."""
    service, public, internal = (url or "" for url in (site.service_url, site.public_url, site.internal_url))
    yield Check(
        "health of the load balancer", lambda: _health(site, site.balancer("/health")), f"curl -v {service}/health"
    )
    yield Check(
        "health of the public gateway", lambda: _health(site, site.public("/health")), f"curl -v {public}/health"
    )
    yield Check(
        "health of the internal gateway", lambda: _health(site, site.internal("/health")), f"curl -v {internal}/health"
    )
    for path, body in (
        ("/query/user", {"user_id": site.user_id, "limit": 10}),
        ("/query/marketing", {"marketing_id": site.marketing_id, "limit": 10}),
        ("/query/fail", {"transaction_id": site.transaction_id}),
    ):
        yield Check(f"query {path}", partial(_query, site, path, body), _tail(site))
    yield Check("callers without a key", lambda: _refused(site, site.public("/query/user")), _PLANS)
    yield Check("callers without a signature", lambda: _refused(site, site.internal("/query/user")), _POLICY)
    for path in _OLD_NAMES:
        yield Check(f"old name {path}", partial(_old_name, site, path), _IMPORT)


def _health(site: Site, url: str) -> str:
    begun = time.perf_counter()
    response = site.http.get(url)
    if response.status_code != httpx.codes.OK:
        raise FailedError(f"{response.status_code} from {url}")
    return f"200 in {_milliseconds(begun)} ms"


def _query(site: Site, path: str, body: dict[str, Any]) -> str:
    begun = time.perf_counter()
    response = site.ask(path, body)
    page = _page(response)
    if page["count"] != len(page["items"]):
        raise FailedError(f"count is {page['count']}, but there are {len(page['items'])} items")
    if not page["items"]:
        raise FailedError(
            f"no rows for {body}: give ids that have rows with --user-id, --marketing-id, --transaction-id"
        )
    return f"{page['count']} rows in {_milliseconds(begun)} ms"


def _refused(site: Site, url: str) -> str:
    response = site.http.post(url, json={"user_id": site.user_id})
    if response.status_code != httpx.codes.FORBIDDEN:
        raise FailedError(f"{response.status_code} instead of 403")
    return "403"


def _old_name(site: Site, path: str) -> str:
    """Check that an old path returns the same items as the new one, with the deprecation headers."""
    body = {"transaction_id": site.transaction_id}
    old, new = site.ask(path, body), site.ask("/query/fail", body)
    if _page(old)["items"] != _page(new)["items"]:
        raise FailedError("the answer differs from that of /query/fail")
    missing = [name for name in ("Deprecation", "Sunset", "Link") if name not in old.headers]
    if missing:
        raise FailedError(f"200 without {', '.join(missing)}")
    return f"200, Deprecation {old.headers['Deprecation']}, Sunset {old.headers['Sunset']}"


def _page(response: httpx.Response) -> dict[str, Any]:
    """Return a page of records; raise FailedError for any other answer."""
    if response.status_code != httpx.codes.OK:
        raise FailedError(f"{response.status_code} {response.text[:200]}")
    try:
        page = response.json()
    except ValueError as exc:
        raise FailedError("200, and the body is not JSON") from exc
    if not isinstance(page, dict) or not isinstance(page.get("items"), list) or "count" not in page:
        raise FailedError("200, and the body has no items and count")
    return page


def _milliseconds(begun: float) -> int:
    return round((time.perf_counter() - begun) * 1000)


def _tail(site: Site) -> str:
    return f"aws logs tail {site.log_group} --follow"
