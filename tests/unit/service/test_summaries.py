"""Summaries and explanations go through the service as they come, and summaries leave slots for look-ups."""

import asyncio
import hmac
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.invocations import logged
from tests.unit.service.harness import SECONDS, Service, code, page
from tests.unit.service.test_concurrency_limit import wait_for

SUMMARY = "/query/marketing/summary"
PUSH = "/query/push"
COUNTS = {
    "marketing_id": "m",
    "rows": 3,
    "cells": [{"status": "SENT", "rows": 2, "newer": 1}, {"rows": 1}],
    "transactions": [{"transaction_id": "手", "rows": 3}],
    "counted_from": 1,
}
POSITION = {"marketing_id": "m", "user_id": "somebody", "created_at": "1"}
EXPLANATION = {"verdict": "NEW", "detail": "-", "complete": True, "pushes": [{"state": "SENT", "steps": []}]}


def asked(service: Service) -> list[dict[str, Any]]:
    """Return the bodies that the internal API got."""
    return [json.loads(each.content) for each in service.upstream.requests]


def test_a_summary_is_passed_on_and_its_position_sealed(service: Service) -> None:
    """Cells stay as they came; the next answer counts on at the position."""
    service.upstream.reply = lambda _: httpx.Response(200, json=COUNTS | {"next_position": POSITION})
    body = {"marketing_id": "m", "interval": "day", "ap_id": None}
    first = json.loads(service.post(body, SUMMARY).body)
    cursor = first.pop("next_cursor")
    assert first == COUNTS
    service.upstream.reply = lambda _: httpx.Response(200, json=COUNTS)
    for repeated in ({"marketing_id": "m"}, body):
        assert json.loads(service.post(repeated | {"cursor": cursor}, SUMMARY).body) == COUNTS
    query = {"marketing_id": "m", "interval": "day"}
    assert [query, *[query | {"position": POSITION}] * 2] == asked(service)
    assert code(service.post({"marketing_id": "m", "cursor": cursor}, "/query/marketing")) == "invalid_cursor"


@pytest.mark.parametrize("body", [{"transaction_id": "t"}, {"marketing_id": "m", "transaction_id": None}])
def test_an_explanation_is_passed_on(service: Service, body: dict[str, str]) -> None:
    """Its verdict may be one that this service does not know."""
    service.upstream.reply = lambda _: httpx.Response(200, json=EXPLANATION)
    assert json.loads(service.post({"user_id": "u"} | body, PUSH).body) == EXPLANATION
    assert [{name: value for name, value in ({"user_id": "u"} | body).items() if value}] == asked(service)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PUSH, {"user_id": "u"}),
        (PUSH, {"user_id": "u", "transaction_id": "t", "marketing_id": "m"}),
        (SUMMARY, {"marketing_id": "m", "interval": "week"}),
        (SUMMARY, {"marketing_id": "m", "limit": 1}),
    ],
)
def test_bad_bodies_are_refused_here(service: Service, path: str, body: dict[str, Any]) -> None:
    """The internal API is not asked."""
    assert code(service.post(body, path)) == "invalid_body"
    assert [] == service.upstream.requests


@pytest.mark.parametrize(("limit", "summaries"), [(1, 1), (7, 1), (8, 2)])
def test_summaries_get_a_quarter_of_the_slots(launch: Callable[..., Service], limit: int, summaries: int) -> None:
    """At least one. Further ones are shed, look-ups are not, and a shed summary is counted apart."""
    service = launch(concurrency_limit=limit)
    service.upstream.reset()
    released = threading.Event()

    async def reply(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/summary"):
            await asyncio.to_thread(released.wait, SECONDS)
            return httpx.Response(200, json=COUNTS)
        return page()

    service.upstream.reply = reply
    with logged("service") as lines, ThreadPoolExecutor(limit) as pool:
        running = [pool.submit(service.post, {"marketing_id": "m"}, SUMMARY) for _ in range(summaries)]
        try:
            wait_for(lambda: len(service.upstream.requests) == summaries)
            if limit > summaries:
                assert "service_unavailable" == code(service.post({"marketing_id": "m"}, SUMMARY))
                assert "ok" == code(service.post({"user_id": "u"}))
        finally:
            released.set()
        assert ["ok"] * summaries == [code(each.result()) for each in running]
    assert {"summaries_shed": 1, "shed": 0} == {
        name: sum(line.get(name, 0) for line in lines()) for name in ("summaries_shed", "shed")
    } or limit == summaries


def test_an_answer_names_its_subject_for_the_audit(launch: Callable[..., Service]) -> None:
    """With a key, by an HMAC of the id and its kind; what is refused shows no record, and names none."""
    service = launch(audit_key=b"k" * 32)
    service.upstream.reset()
    found = {}
    for kind, path in [("user_id", "/query/user"), ("marketing_id", "/query/marketing")]:
        found[kind] = service.post({kind: "x", "limit": None}, path).headers["x-subject-hmac"]
        assert found[kind] == hmac.digest(b"k" * 32, f"{kind}:x".encode(), "sha256").hex()
    assert found["user_id"] != found["marketing_id"]
    assert "x-subject-hmac" not in service.post({}).headers
    assert "x-subject-hmac" not in service.ask("GET", "/health").headers


def test_without_a_key_no_subject_is_named(service: Service) -> None:
    """As on a developer's machine."""
    assert "x-subject-hmac" not in service.post({"user_id": "u"}).headers
