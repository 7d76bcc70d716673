"""A short load test against the guide's targets: response time under 100 ms, errors under 1 %."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tools.migration.parity.latency import percentiles
from tools.migration.verify.check import Check, FailedError
from tools.migration.verify.site import Site


def checks(site: Site) -> list[Check]:
    """Return the one line of the load test; it asks the service itself, as the alarm on its response time does."""
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
    """Return how long an answer took, None if there was no good one."""
    begun = time.perf_counter()
    try:
        response = site.http.post(url, json={"user_id": site.user_id})
    except httpx.HTTPError:
        return None
    return time.perf_counter() - begun if response.status_code == httpx.codes.OK else None
