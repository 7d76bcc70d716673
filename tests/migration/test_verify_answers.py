"""A wrong response fails its line of the checklist, with advice."""

import dataclasses
import time

import httpx
import pytest

from tools.migration.aws import Aws
from tools.migration.verify.check import Site, State
from tools.migration.verify.command import checklist, tick

SEEN_OVER_HTTP = {"health", "query", "callers", "old", "load"}


def answering(path: str, response: httpx.Response) -> httpx.Client:
    """Make a client that gets `response` on one path and correct responses elsewhere."""
    page = {"items": [{"transaction_id": "tx_002"}], "count": 1}
    headers = {"Deprecation": "@1", "Sunset": "x", "Link": "y"}

    def handle(request: httpx.Request) -> httpx.Response:
        where = f"{request.url.host}{request.url.path}"
        if path == where:
            return httpx.Response(response.status_code, headers=response.headers, content=response.content)
        if request.url.path == "/health":
            return httpx.Response(200, json={"status": "ok"})
        if where == "internal/query/user" or (where == "public/query/user" and "x-api-key" not in request.headers):
            return httpx.Response(403)
        return httpx.Response(200, json=page, headers=headers)

    return httpx.Client(transport=httpx.MockTransport(handle))


OK = httpx.Response(200, json={"items": [{"transaction_id": "tx_002"}], "count": 1})
OVER_HTTP = [
    ("service/health", httpx.Response(503), {"health of the load balancer"}, "503 from http://service/health"),
    ("public/health", httpx.Response(404), {"health of the public gateway"}, "404 from"),
    ("internal/health", httpx.Response(403), {"health of the internal gateway"}, "403 from"),
    ("public/query/marketing", httpx.Response(502), {"query /query/marketing"}, "502"),
    ("public/query/marketing", httpx.Response(200, text="<html>"), {"query /query/marketing"}, "not JSON"),
    (
        "public/query/marketing",
        httpx.Response(200, json={"items": []}),
        {"query /query/marketing"},
        "no items and count",
    ),
    (
        "public/query/marketing",
        httpx.Response(200, json={"items": [], "count": 0}),
        {"query /query/marketing"},
        "no rows",
    ),
    (
        "public/query/marketing",
        httpx.Response(200, json={"items": [], "count": 3}),
        {"query /query/marketing"},
        "count is 3",
    ),
    ("public/query/user", OK, {"callers without a key"}, "200 instead of 403"),
    ("internal/query/user", OK, {"callers without a signature"}, "200 instead of 403"),
    ("public/failed", OK, {"old name /failed"}, "200 without Deprecation, Sunset, Link"),
    ("public/query/failures", httpx.Response(404), {"old name /query/failures"}, "404"),
    ("public/failed", httpx.Response(200, json={"items": [], "count": 0}), {"old name /failed"}, "the answer differs"),
    (
        "service/query/user",
        httpx.Response(503),
        {"load on the service"},
        "100.0 % errors; the targets are 100 ms and 1 %",
    ),
]


@pytest.mark.parametrize(("path", "response", "lines", "seen"), OVER_HTTP)
def test_only_the_line_of_a_wrong_response_fails(
    path: str, response: httpx.Response, lines: set[str], seen: str
) -> None:
    """It reports the observation and advises a command."""
    with answering(path, response) as client:
        site = http_site(client)
        ticks = [tick(check, local=False) for check in checklist(site) if check.name.split()[0] in SEEN_OVER_HTTP]
    failed = [one for one in ticks if one.state is not State.PASSED]
    assert lines == {one.name for one in failed}
    assert seen in failed[0].seen
    assert failed[0].advice


@pytest.mark.parametrize(("key", "reason"), [("wrong", "the API key was refused"), (None, "give --api-key")])
def test_a_refused_key_is_named_as_the_cause(key: str | None, reason: str) -> None:
    """Each query with the key fails with the usage plans as advice; importing the contract would not help."""
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(403))) as client:
        site = dataclasses.replace(http_site(client), api_key=key)
        asked = [tick(one, local=False) for one in checklist(site) if one.name.startswith(("query ", "old name "))]
    assert [State.FAILED] * 7 == [one.state for one in asked]
    assert {"aws apigateway get-usage-plans"} == {one.advice for one in asked}
    assert all(reason in one.seen for one in asked)


def test_a_slow_service_fails_the_load_test() -> None:
    """The guide's target is 100 ms."""

    def slow(_: httpx.Request) -> httpx.Response:
        time.sleep(0.11)
        return OK

    with httpx.Client(transport=httpx.MockTransport(slow)) as client:
        (line,) = [check for check in checklist(http_site(client)) if check.name == "load on the service"]
        found = tick(line, local=False)
    assert (State.FAILED, "ab -n 1000 -c 10 http://service/health") == (found.state, found.advice)
    assert "0.0 % errors; the targets are 100 ms" in found.seen


def http_site(client: httpx.Client) -> Site:
    """Make a site whose URLs `client` serves."""
    urls = {f"{name}_url": f"http://{name}" for name in ("public", "internal", "service")}
    return Site(aws=Aws(), http=client, api_key="key", load_requests=8, load_threads=2, **urls)
