"""A bad request gets the same problem through the public gateway and directly from the service."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tools.local.stack import Stack

JSON = "application/json"
QUERY = {"user_id": "test_user_001", "limit": 1}

BODIES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "invalid_json"),
    "blank": (b" \n", 400, "invalid_json"),
    "half": (b'{"user_id": "u"', 400, "invalid_json"),
    "two": (b'{"user_id": "u"} {}', 400, "invalid_json"),
    "trailing comma": (b'{"user_id": "u",}', 400, "invalid_json"),
    "byte order mark": (b'\xef\xbb\xbf{"user_id": "u"}', 400, "invalid_json"),
    "duplicate key": (b'{"user_id": "u", "user_id": "v"}', 400, "invalid_json"),
    "duplicate key, escaped": (rb'{"user_id": "u", "user_\u0069d": "v"}', 400, "invalid_json"),
    "NaN": (b'{"user_id": "u", "limit": NaN}', 400, "invalid_json"),
    "infinity": (b'{"user_id": "u", "limit": -Infinity}', 400, "invalid_json"),
    "number too large for a float": (b'{"user_id": "u", "limit": 1e999}', 400, "invalid_json"),
    "number of 5,000 digits": (b'{"user_id": "u", "limit": %s}' % (b"1" * 5_000), 400, "invalid_json"),
    "null byte": (b'{"user_id": "a\x00b"}', 400, "invalid_json"),
    "null byte, escaped": (rb'{"user_id": "a\u0000b"}', 400, "invalid_body"),
    "high surrogate": (rb'{"user_id": "\ud800"}', 400, "invalid_json"),
    "low surrogate": (rb'{"user_id": "a\udc00"}', 400, "invalid_json"),
    "deep": (b"[" * 2_000 + b"]" * 2_000, 400, "invalid_json"),
    "null": (b"null", 400, "invalid_body"),
    "array": (b'[{"user_id": "u"}]', 400, "invalid_body"),
    "nothing in it": (b"{}", 400, "invalid_body"),
    "id of another type": (b'{"user_id": 5}', 400, "invalid_body"),
    "id null": (b'{"user_id": null}', 400, "invalid_body"),
    "limit as text": (b'{"user_id": "u", "limit": "10"}', 400, "invalid_body"),
    "limit true": (b'{"user_id": "u", "limit": true}', 400, "invalid_body"),
    "limit negative": (b'{"user_id": "u", "limit": -1}', 400, "invalid_body"),
    "limit huge": (b'{"user_id": "u", "limit": 9223372036854775808}', 400, "invalid_body"),
    "time negative": (b'{"user_id": "u", "created_from": -1}', 400, "invalid_body"),
    "filter of another type": (b'{"user_id": "u", "platform": "IOS"}', 400, "invalid_body"),
    "filter empty": (b'{"user_id": "u", "status": []}', 400, "invalid_body"),
    "many faults": (b'{"user_id": "", "limit": 0, "colour": "red"}', 400, "invalid_body"),
    "unknown field": (b'{"user_id": "u", "a/b~c": 1}', 400, "invalid_body"),
    "1 MB of text": (b'{"user_id": "%s"}' % (b"x" * 1_000_000), 413, "body_too_large"),
}
CONTENT_TYPES = {
    "text": "text/plain",
    "form": "application/x-www-form-urlencoded",
    "alike": "application/jsonp",
    "unknown charset": "application/json; charset=klingon",
    "other charset": "application/json; charset=utf-16",
    "no type": "5",
}

Ask = Callable[..., tuple[httpx.Response, httpx.Response]]


@pytest.fixture
def ask(public: httpx.Client, stack: Stack) -> Iterator[Ask]:
    """Give a function that sends one request to both."""
    with httpx.Client(base_url=stack.service_url, trust_env=False) as direct:

        def both(content: bytes, content_type: str = JSON, path: str = "/query/user") -> Any:  # noqa: ANN401  # the signature of Ask
            headers = {"content-type": content_type}
            return tuple(client.post(path, content=content, headers=headers) for client in (public, direct))

        yield both


def said(answer: httpx.Response) -> tuple[int, str, dict[str, Any]]:
    """Return a response without its request id."""
    problem = answer.json()
    assert answer.headers["x-request-id"] == problem.pop("request_id")
    assert answer.status_code == problem["status"]
    return answer.status_code, answer.headers["content-type"], problem


def alike(answers: tuple[httpx.Response, httpx.Response], status: int, code: str) -> None:
    """Fail unless both responses are this problem."""
    through, direct = map(said, answers)
    assert through == direct
    assert (status, "application/problem+json", code) == (*through[:2], through[2]["code"])


@pytest.mark.parametrize(("content", "status", "code"), BODIES.values(), ids=BODIES)
def test_bad_body_is_told_the_same_at_both_doors(ask: Ask, content: bytes, status: int, code: str) -> None:
    """Both name the field and the reason."""
    alike(ask(content), status, code)


def test_fields_at_fault_are_all_named(ask: Ask) -> None:
    """The pointers come through the gateway as the service wrote them."""
    pointers = [[error["pointer"] for error in answer.json()["errors"]] for answer in ask(BODIES["many faults"][0])]
    assert [["#/colour", "#/limit", "#/user_id", "#/user_id"]] * 2 == pointers


@pytest.mark.parametrize("content_type", CONTENT_TYPES.values(), ids=CONTENT_TYPES)
def test_another_content_type_is_told_the_same_at_both_doors(ask: Ask, content_type: str) -> None:
    """Only JSON in UTF-8 is read."""
    alike(ask(json.dumps(QUERY).encode(), content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content", [b'{"user_id": "a\xffb"}', b'{"user_id": "\xc0\xaf"}', b'{"user_id": "\xed\xa0\x80"}']
)
def test_invalid_utf8_is_refused_at_both_doors(ask: Ask, content: bytes) -> None:
    """The gateway hands such bytes on as U+FFFD, which no id may have: the service then sees a bad id, not bad JSON."""
    through, direct = ask(content)
    assert (400, "invalid_body") == (through.status_code, through.json()["code"])
    assert (400, "invalid_json") == (direct.status_code, direct.json()["code"])


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda query: query | {"cursor": query["cursor"][:-1]}, id="cut"),
        pytest.param(lambda query: query | {"cursor": query["cursor"][:20] + "A" + query["cursor"][20:]}, id="longer"),
        pytest.param(lambda query: query | {"cursor": query["cursor"].swapcase()}, id="altered"),
        pytest.param(lambda query: query | {"cursor": "next"}, id="foreign"),
        pytest.param(lambda query: query | {"user_id": "user_0001"}, id="another user"),
        pytest.param(lambda query: query | {"status": ["SENT"]}, id="another filter"),
        pytest.param(
            lambda query: {"marketing_id": "campaign_2026_spring", "cursor": query["cursor"]}, id="another query"
        ),
    ],
)
def test_bad_cursor_is_told_the_same_at_both_doors(ask: Ask, spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """A cursor that was given out at one door is refused, once it is spoilt, at either."""
    cursor = ask(json.dumps(QUERY).encode())[0].json()["next_cursor"]
    spoilt = spoil({**QUERY, "cursor": cursor})
    path = "/query/user" if "user_id" in spoilt else "/query/marketing"
    alike(ask(json.dumps(spoilt).encode(), path=path), 400, "invalid_cursor")


@pytest.mark.parametrize("cursor", ["", "a b", "=", 5, ["x"], "x" * 20_001])
def test_cursor_that_is_none_is_told_the_same_at_both_doors(ask: Ask, cursor: object) -> None:
    """What cannot be a cursor does not match the contract."""
    alike(ask(json.dumps({**QUERY, "cursor": cursor}).encode()), 400, "invalid_body")


def test_cursor_of_one_door_opens_at_the_other(ask: Ask) -> None:
    """The gateway passes on the service's problem."""
    cursor = ask(json.dumps(QUERY).encode())[0].json()["next_cursor"]
    through, direct = ask(json.dumps({**QUERY, "cursor": cursor}).encode())
    assert (200, through.json()["items"]) == (direct.status_code, direct.json()["items"])
