"""No log line holds personal ids, cursors, keys, signatures or bodies."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.unit.service.harness import RECORD, SECONDS, Service, code, page, request

LogLines = Callable[[], list[dict[str, Any]]]

HEADERS = ["x-api-key: MARKED-key", "Authorization: Bearer MARKED-key", "Cookie: a=MARKED-cookie"]
PATHS = [("/query/user", "user_id"), ("/query/marketing", "marketing_id"), ("/failed", "transaction_id")]
REPLIES: dict[str, Callable[[httpx.Request], Any]] = {
    "page": lambda _: page(items=[RECORD | {"user_id": "MARKED-user", "notification_title": "MARKED-title"}]),
    "more": lambda _: page(next_position={"user_id": "MARKED-position"}),
    "problem": lambda _: httpx.Response(400, json={"code": "invalid_body", "detail": "MARKED-user"}),
    "html": lambda _: httpx.Response(502, text="MARKED-upstream"),
    "foreign": lambda _: httpx.Response(200, json={"MARKED-upstream": "MARKED-user"}),
    "text": lambda _: httpx.Response(200, text="MARKED-upstream"),
    "wrong_types": lambda _: page(items=[RECORD | {"user_id": ["MARKED-user"]}]),
    "no_record": lambda _: page(items=["MARKED-user"]),
    "busy": lambda _: httpx.Response(503, headers={"Retry-After": "MARKED-upstream"}),
}


def leaked(log_lines: LogLines, *more: str) -> list[str]:
    """Return the lines with a mark in them; there must be lines at all, the last of which comes after its answer."""
    give_up = time.monotonic() + SECONDS
    while not (lines := log_lines()):
        assert time.monotonic() < give_up
        time.sleep(0.005)
    time.sleep(0.02)
    lines = log_lines()
    texts = [json.dumps(line, ensure_ascii=False) for line in lines]
    return [text for text in texts if any(mark in text for mark in ("MARKED", *more))]


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_for_any_answer_of_the_internal_gateway(service: Service, log_lines: LogLines, reply: Any) -> None:  # noqa: ANN401  # as in REPLIES
    """Answers good and bad, of every operation."""
    service.upstream.reply = reply
    for path, key in PATHS:
        service.post({key: "MARKED-user"}, f"{path}?who=MARKED-query", *HEADERS)
    assert [] == leaked(log_lines)


@pytest.mark.parametrize(
    "body",
    [
        b'{"user_id": "MARKED-user"',
        b'{"user_id": "MARKED-user", "user_id": "MARKED-user"}',
        b'{"user_id": "MARKED-user", "MARKED-key": 1}',
        b'{"user_id": ["MARKED-user"]}',
        b'{"user_id": "u", "limit": "MARKED-user"}',
        b'{"user_id": "u", "cursor": "MARKED-user"}',
        b"MARKED-user \xff",
        b"MARKED-user" * 9_000,
    ],
)
def test_for_any_invalid_body(service: Service, log_lines: LogLines, body: bytes) -> None:
    """A refusal is logged by its code alone."""
    assert code(service.post(body, "/query/user", *HEADERS)) != "ok"
    assert [] == leaked(log_lines)


def test_cursors(service: Service, log_lines: LogLines) -> None:
    """One that is given, one that opens, and one that does not."""
    service.upstream.reply = lambda _: page(next_position={"user_id": "MARKED-position"})
    cursor = json.loads(service.post({"user_id": "u"}).body)["next_cursor"]
    codes = [code(service.post({"user_id": user, "cursor": cursor})) for user in ("u", "v")]
    assert ["ok", "invalid_cursor"] == codes
    assert [] == leaked(log_lines, cursor[:16], cursor[-16:])


def test_signatures(service: Service, log_lines: LogLines) -> None:
    """What opens the internal gateway."""
    service.upstream.reply = lambda _: httpx.Response(403, json={"message": "MARKED-upstream"})
    service.post({"user_id": "u"})
    signature = service.upstream.requests[0].headers["authorization"].rpartition("Signature=")[2]
    assert [] == leaked(log_lines, signature, "AWS4-HMAC", "Credential=")


def test_for_bytes_that_are_not_http(service: Service, log_lines: LogLines) -> None:
    """And headers that are replaced or cut off."""
    with service.wire() as wire:
        wire.send(b"MARKED-user\r\n\r\n")
        wire.rest()
    assert (
        code(service.ask("GET", "/health", "X-Request-Id: MARKED-user?", "X-Request-Timeout-Ms: MARKED-user")) == "ok"
    )
    with service.wire() as wire:
        wire.send(request({"user_id": "MARKED-user"})[:-1])
    assert [] == leaked(log_lines)
