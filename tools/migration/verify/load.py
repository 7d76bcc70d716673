"""A short load test against the guide's targets: p99 under 100 ms, errors under 1 %."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tools.migration.parity.latency import percentiles
from tools.migration.verify.check import Check, FailedError
from tools.migration.verify.site import Site


def checks(site: Site) -> list[Check]:
    """Return the load test. It queries the load balancer, whose response time the alarm reads too."""
    return [Check("load on the service", lambda: _load(site), f"ab -n 1000 -c 10 {site.service_url or ''}/health")]


def _load(site: Site) -> str:
    url = site.balancer("/query/user")
    with ThreadPoolExecutor(site.load_threads) as threads:
        took = list(threads.map(lambda _: _seconds(site, url), range(site.load_requests)))
    answered = [seconds for seconds in took if seconds is not None]
    errors = 100 * (len(took) - len(answered)) / len(took)
    p99 = percentiles(answered).get("p99", float("inf"))
    seen = f"{len(took)} queries, p99 {p99:,.0f} ms, {errors:.1f} % errors"
    if p99 >= site.max_p99_ms or errors >= site.max_error_percent:
        raise FailedError(f"{seen}; the targets are {site.max_p99_ms:g} ms and {site.max_error_percent:g} %")
    return seen


def _seconds(site: Site, url: str) -> float | None:
    """Return the response time, or None without a 200."""
    begun = time.perf_counter()
    try:
        response = site.http.post(url, json={"user_id": site.user_id})
    except httpx.HTTPError:
        return None
    return time.perf_counter() - begun if response.status_code == httpx.codes.OK else None
