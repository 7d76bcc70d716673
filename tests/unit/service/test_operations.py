"""Each operation of the public contract asks the one of the internal contract that has the rows, and pages through."""

import json
from typing import Any

import httpx
import pytest

from service.dispatch import Contract
from tests.unit.service.harness import OPERATIONS, RECORD, Service, code, page

QUERIES = [
    ("/query/user", "/v1/query/user", {"user_id": "u"}),
    ("/query/marketing", "/v1/query/marketing", {"marketing_id": "m"}),
    ("/query/transaction", "/v1/query/transaction", {"transaction_id": "t"}),
    ("/query/fail", "/v1/query/fail", {"transaction_id": "t"}),
    ("/query/marketing/fail", "/v1/query/marketing/fail", {"marketing_id": "m"}),
    ("/query/failures", "/v1/query/fail", {"transaction_id": "t"}),
    ("/failed", "/v1/query/fail", {"transaction_id": "t"}),
]
POSITION = {"user_id": "somebody", "created_at": "1761998400123.5"}


def body_of(request: httpx.Request) -> dict[str, Any]:
    """Return the calls."""
    body: dict[str, Any] = json.loads(request.content)
    return body


@pytest.mark.parametrize(("path", "internal", "body"), QUERIES)
def test_query_is_asked_and_answered(service: Service, path: str, internal: str, body: dict[str, str]) -> None:
    """One question, one answer, in JSON."""
    answer = service.post(body, path)
    assert ({"items": [RECORD], "count": 1}, "application/json") == (
        json.loads(answer.body),
        answer.headers["content-type"],
    )
    assert [(internal, body)] == [(each.url.path, body_of(each)) for each in service.upstream.requests]


@pytest.mark.parametrize("repeats", [False, True], ids=["id_alone", "filters_repeated"])
@pytest.mark.parametrize(("path", "internal", "body"), QUERIES)
def test_pages_follow_each_other(
    service: Service, path: str, internal: str, body: dict[str, str], *, repeats: bool
) -> None:
    """A cursor carries the filters and the position of its page; the size may change on the way."""
    service.upstream.reply = lambda _: page(next_position=POSITION)
    first = json.loads(service.post(body | {"limit": 5, "platform": ["IOS", "ANDROID"]}, path).body)
    filters = {"platform": ["ANDROID", "IOS"], "ap_id": None} if repeats else {}
    second = json.loads(service.post(body | filters | {"cursor": first["next_cursor"], "limit": 7}, path).body)
    service.upstream.reply = lambda _: page()
    last = json.loads(service.post(body | filters | {"cursor": second["next_cursor"]}, path).body)
    assert "next_cursor" not in last
    following = [(each.url.path, body_of(each)) for each in service.upstream.requests[1:]]
    expected = body | {"platform": ["ANDROID", "IOS"], "position": POSITION}
    assert [(internal, expected | {"limit": 7}), (internal, expected)] == following


def test_how_far_a_page_has_looked_is_handed_on(service: Service) -> None:
    """An empty page explains itself."""
    service.upstream.reply = lambda _: page(items=[], count=0, next_position=POSITION, searched_until=1772547600000)
    answer = json.loads(service.post({"user_id": "u", "platform": ["IOS"]}).body)
    assert ([], 1772547600000) == (answer["items"], answer["searched_until"])


def test_all_operations_are_tested_here() -> None:
    """A new path of the contract needs a line above."""
    others = {"GET /health", "HEAD /health", "GET /openapi.json", "POST /query/marketing/summary", "POST /query/push"}
    assert {f"POST {path}" for path, _, _ in QUERIES} | others == set(OPERATIONS)


def test_cursor_of_another_query_is_refused(service: Service) -> None:
    """Of another operation, another subject, other filters, or changed: before anybody is asked, and by name."""
    service.upstream.reply = lambda _: page(next_position=POSITION)
    cursor = json.loads(service.post({"user_id": "u"}).body)["next_cursor"]
    service.upstream.reset()
    wrong: list[tuple[str, dict[str, Any], list[str]]] = [
        ("/query/marketing", {"marketing_id": "u"}, []),
        ("/query/user", {"user_id": "v"}, ["#/user_id"]),
        ("/query/user", {"user_id": "u", "status": ["FAILED"], "created_to": 5}, ["#/created_to", "#/status"]),
        ("/query/user", {"user_id": "u", "cursor": cursor[:-1]}, []),
    ]
    for path, body, named in wrong:
        answer = service.post({"cursor": cursor} | body, path)
        assert code(answer) == "invalid_cursor"
        assert named == [error["pointer"] for error in json.loads(answer.body).get("errors", [])]
    assert service.upstream.requests == []


def test_cursor_that_the_internal_api_refuses_is_invalid(service: Service) -> None:
    """A key of the table that changed since."""
    service.upstream.reply = lambda _: httpx.Response(400, json={"code": "invalid_position"})
    assert code(service.post({"user_id": "u"})) == "invalid_cursor"


def test_status_filter_is_no_field_of_failures(service: Service) -> None:
    """They are FAILED by definition."""
    assert code(service.post({"transaction_id": "t", "status": ["FAILED"]}, "/query/fail")) == "invalid_body"


def test_health_does_not_call_the_internal_api(service: Service) -> None:
    """The load balancer must not replace tasks because the internal API fails."""
    service.upstream.reply = lambda _: httpx.Response(500)
    answer = service.ask("GET", "/health")
    health = {"status": "ok", "version": Contract().version, "build": "development"}
    assert (200, health, []) == (answer.status, json.loads(answer.body), service.upstream.requests)


def test_text_goes_through_unchanged(service: Service) -> None:
    """Titles are in the caller's language, and errors in the platform's."""
    record = RECORD | {"notification_title": "您的訂單已出貨 📦", "error_msg": 'APNs 410 "Unregistered"\n\u2028\0'}
    service.upstream.reply = lambda _: page(items=[record])
    assert [record] == json.loads(service.post({"user_id": "u"}).body)["items"]
