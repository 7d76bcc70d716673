"""Checks over HTTP: health, queries, access control, old paths, and a short load test."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import httpx

from tools.migration.parity.run import percentiles
from tools.migration.verify.check import INSIDE, OUTSIDE, Check, FailedError, Site, fail_if

_PLANS: Final = "aws apigateway get-usage-plans"
_POLICY: Final = "aws apigateway get-rest-apis --query items[].[name,policy]"
_IMPORT: Final = "python -m tools.migration import-contract public --force"
_MAX_ERROR_PERCENT: Final = 1.0


def checks(site: Site) -> Iterator[Check]:
    """Yield the checks over HTTP. The load test queries the load balancer, whose response time the alarm reads too."""
    service, public, internal = (url or "" for url in (site.service_url, site.public_url, site.internal_url))
    logs = f"aws logs tail {site.log_group} --follow"
    parts = {"service": ("load balancer", service), "public": ("public gateway", public)}
    for part, (name, url) in {**parts, "internal": ("internal gateway", internal)}.items():
        yield _over_http(f"health of the {name}", partial(_health, site, part), f"curl -v {url}/health", part)
    for path, body in (
        ("/query/user", {"user_id": site.user_id, "limit": 10}),
        ("/query/marketing", {"marketing_id": site.marketing_id, "limit": 10}),
        ("/query/transaction", {"transaction_id": site.transaction_id}),
        ("/query/fail", {"transaction_id": site.transaction_id}),
        ("/query/marketing/fail", {"marketing_id": site.marketing_id, "limit": 10}),
    ):
        yield _over_http(f"query {path}", partial(_query, site, path, body), logs, "public")
    yield _over_http("callers without a key", partial(_refused, site, "public"), _PLANS, "public")
    yield _over_http("callers without a signature", partial(_refused, site, "internal"), _POLICY, "internal")
    for path in ("/query/failures", "/failed"):
        yield _over_http(f"old name {path}", partial(_old_name, site, path), _IMPORT, "public")
    yield _over_http("load on the service", partial(_load, site), f"ab -n 1000 -c 10 {service}/health", "service")


def _over_http(name: str, look: Callable[[], str], advice: str, part: str) -> Check:
    """Make a check of a part. In the VPC, the name of the public API leads to the private endpoint."""
    return Check(name, look, advice, place=OUTSIDE if part == "public" else INSIDE)


def _health(site: Site, part: str) -> str:
    url, begun = site.url(part, "/health"), time.perf_counter()
    response = site.http.get(url)
    fail_if(response.status_code != httpx.codes.OK, f"{response.status_code} from {url}")
    return f"200 in {1000 * (time.perf_counter() - begun):.0f} ms"


def _query(site: Site, path: str, body: dict[str, Any]) -> str:
    begun = time.perf_counter()
    page = _page(_ask(site, path, body))
    fail_if(page["count"] != len(page["items"]), f"count is {page['count']}, but there are {len(page['items'])} items")
    if not page["items"]:
        options = "--user-id, --marketing-id, --transaction-id"
        raise FailedError(f"no rows for {body}: give ids that have rows with {options}")
    return f"{page['count']} rows in {1000 * (time.perf_counter() - begun):.0f} ms"


def _refused(site: Site, part: str) -> str:
    response = site.http.post(site.url(part, "/query/user"), json={"user_id": site.user_id})
    fail_if(response.status_code != httpx.codes.FORBIDDEN, f"{response.status_code} instead of 403")
    return "403"


def _old_name(site: Site, path: str) -> str:
    """Check that an old path returns the same items as the new one, with the deprecation headers."""
    old, new = (_ask(site, name, {"transaction_id": site.transaction_id}) for name in (path, "/query/fail"))
    fail_if(_page(old)["items"] != _page(new)["items"], "the answer differs from that of /query/fail")
    missing = [name for name in ("Deprecation", "Sunset", "Link") if name not in old.headers]
    fail_if(missing, f"200 without {', '.join(missing)}")
    return f"200, Deprecation {old.headers['Deprecation']}, Sunset {old.headers['Sunset']}"


def _ask(site: Site, path: str, body: dict[str, Any]) -> httpx.Response:
    """Query the public API with the API key; raise FailedError if the key is refused or used up."""
    headers = {"x-api-key": site.api_key} if site.api_key else {}
    response = site.http.post(site.url("public", path), json=body, headers=headers)
    if response.status_code == httpx.codes.FORBIDDEN:
        reason = "the API key was refused" if site.api_key else "no API key: give --api-key"
        raise FailedError(f"403, {reason}: {response.text[:200]}", _PLANS)
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise FailedError(f"429, the rate or quota of the key is used up: {response.text[:200]}", _PLANS)
    return response


def _page(response: httpx.Response) -> dict[str, Any]:
    """Return a page of records; raise FailedError for any other answer."""
    fail_if(response.status_code != httpx.codes.OK, f"{response.status_code} {response.text[:200]}")
    try:
        page = response.json()
    except ValueError as exc:
        raise FailedError("200, and the body is not JSON") from exc
    if not isinstance(page, dict) or not isinstance(page.get("items"), list) or "count" not in page:
        raise FailedError("200, and the body has no items and count")
    return page


def _load(site: Site) -> str:
    url = site.url("service", "/query/user")
    with ThreadPoolExecutor(site.load_threads) as threads:
        took = list(threads.map(lambda _: _seconds(site, url), range(site.load_requests)))
    answered = [seconds for seconds in took if seconds is not None]
    errors = 100 * (len(took) - len(answered)) / len(took)
    p99 = percentiles(answered).get("p99", float("inf"))
    seen = f"{len(took)} queries, p99 {p99:,.0f} ms, {errors:.1f} % errors"
    if p99 >= site.max_p99_ms or errors >= _MAX_ERROR_PERCENT:
        raise FailedError(f"{seen}; the targets are {site.max_p99_ms:g} ms and {_MAX_ERROR_PERCENT:g} %")
    return seen


def _seconds(site: Site, url: str) -> float | None:
    """Return the response time, or None without a 200."""
    begun = time.perf_counter()
    try:
        response = site.http.post(url, json={"user_id": site.user_id})
    except httpx.HTTPError:
        return None
    return time.perf_counter() - begun if response.status_code == httpx.codes.OK else None
