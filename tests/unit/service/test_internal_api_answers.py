"""Answers of the internal gateway over a real socket: a page, or a ProblemError of the right code."""

import asyncio
import json
import time
from typing import Any

import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import MetadataRetrievalError

from common.problem import PROBLEMS, ProblemError
from common.request import Deadline, RequestContext, current_request
from generated_client.internal_query_client import RecordPage
from service.internal_api import InternalApiClient
from service.transport import Signer
from tests.unit.service.gateways import ask, http, refused
from tests.unit.service.harness import RECORD, Upstream

POSITION = {"user_id": "u", "created_at": "1.5"}
PAGE: dict[str, Any] = {"items": [RECORD], "count": 1}
HTML = b"<html><body><h1>Bad</h1></body></html>"
OK = "HTTP/1.1 200 OK\r\n"
BAD_ANSWERS = {
    "nothing": b"",
    "garbage": b"\x00\x01garbage\xff",
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half_a_status_line": b"HTTP/1.1 20",
    "half_a_head": f"{OK}Content-Type: appl".encode(),
    "cut_in_the_body": f'{OK}Content-Length: 100\r\n\r\n{{"items"'.encode().replace(
        b"Content-Length", b"content-length"
    ),
    "cut_in_a_chunk": f'{OK}Transfer-Encoding: chunked\r\n\r\n20\r\n{{"items"'.encode(),
    "bad_chunk": f"{OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode(),
    "bad_length": f"{OK}content-length: many\r\n\r\n{{}}".encode(),
    "long_header": f"{OK}X: {'x' * 100_000}\r\n\r\n".encode(),
    "no_gzip": http(200, b"no gzip", "Content-Encoding: gzip"),
    "empty": http(200, b""),
    "text": http(200, b"OK", "Content-Type: text/plain"),
    "html": http(200, HTML, "Content-Type: text/html"),
    "half_json": http(200, b'{"items": ['),
    "not_utf8": http(200, b'{"items": [], "count": "\xff"}'),
    "not_utf8_in_an_unknown_field": http(200, b'{"items": [], "count": 0, "added": "\xff"}'),
    "surrogate_in_an_unknown_field": http(200, b'{"items": [], "count": 0, "added": "\\ud800"}'),
    "deep_unknown_field": http(200, b'{"items": [], "count": 0, "added": ' + b"[" * 100_000),
    "two_pages": http(200, b'{"items": [], "count": 0}{"items": [], "count": 0}'),
    "nan": http(200, b'{"items": [], "count": NaN}'),
    "deep": http(200, b"[" * 100_000),
    "lone_surrogate": http(200, json.dumps({"items": [RECORD | {"user_id": "\ud800"}], "count": 1}).encode()),
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
}
FOREIGN_PAGES: dict[str, Any] = {
    "null": None,
    "list": [],
    "text": "page",
    "number": 1,
    "message": {"message": "Internal server error"},
    "no_items": {"count": 0},
    "no_count": {"items": []},
    "null_items": {"items": None, "count": 0},
    "text_items": {"items": "ab", "count": 2},
    "empty_text_items": {"items": "", "count": "0"},
    "object_items": {"items": {"a": RECORD}, "count": 1},
    "null_record": {"items": [None], "count": 1},
    "text_record": {"items": ["ab"], "count": 1},
    "list_record": {"items": [[]], "count": 1},
    "text_count": PAGE | {"count": "1"},
    "true_count": PAGE | {"count": True},
    "fraction_count": PAGE | {"count": 1.0},
    "null_position": PAGE | {"next_position": None},
    "empty_position": PAGE | {"next_position": {}},
    "text_position": PAGE | {"next_position": "abc"},
    "number_in_position": PAGE | {"next_position": {"user_id": "u", "created_at": 1.5}},
    **{
        f"no_{name}": {"items": [{k: v for k, v in RECORD.items() if k != name}], "count": 1}
        for name in ("user_id", "created_at")
    },
    **{f"null_{name}": {"items": [RECORD | {name: None}], "count": 1} for name in [*RECORD, "ap_id", "platform"]},
    "text_time": {"items": [RECORD | {"created_at": "1761998400123"}], "count": 1},
    "fraction_time": {"items": [RECORD | {"created_at": 1.5}], "count": 1},
    "huge_time": {"items": [RECORD | {"created_at": 10**30}], "count": 1},
    "number_user": {"items": [RECORD | {"user_id": 5}], "count": 1},
    "list_error": {"items": [RECORD | {"error_msg": ["a"]}], "count": 1},
}
STATUSES = [
    *[
        (status, "bad_gateway")
        for status in (201, 302, 304, 400, 401, 403, 404, 413, 415, 418, 500, 502, 520, 561, 999)
    ],
    *[(status, "service_unavailable") for status in (429, 503)],
    (504, "gateway_timeout"),
]


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_unusable_answers_are_bad_gateway(answer: bytes) -> None:
    """Also if another protocol is spoken on that port."""
    assert refused(answer).code == "bad_gateway"


@pytest.mark.parametrize("body", FOREIGN_PAGES.values(), ids=FOREIGN_PAGES)
def test_200_that_is_no_page_is_bad_gateway(body: object) -> None:
    """A 200 is a page only if its body has the fields and types of the contract."""
    assert refused(http(200, body)).code == "bad_gateway"


@pytest.mark.parametrize(("status", "code"), STATUSES)
def test_status_without_a_body(status: int, code: str) -> None:
    """Answers of load balancers, gateways and proxies are often empty, and of statuses that no standard has."""
    assert refused(http(status, b"", "Location: http://127.0.0.1:9/")).code == code


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "bad_gateway"), (502, "bad_gateway"), (503, "service_unavailable"), (504, "gateway_timeout")],
)
@pytest.mark.parametrize(
    "body",
    [HTML, b'{"message": "Forbidden"}', b'{"code": 5}', b'{"code": ["x"]}', b"[]", b"null", b"[" * 100_000, b"\xff"],
)
def test_the_status_decides_for_any_body(status: int, code: str, body: bytes) -> None:
    """A body in HTML, of AWS's own shape, or of none."""
    assert refused(http(status, body)).code == code


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_problem_of_the_internal_api_is_not_the_callers(code: str) -> None:
    """Its 4xx are our doing, except for a position: that came out of the caller's cursor."""
    meant = refused(http(400, {"code": code, "detail": "theirs"}))
    assert ("invalid_cursor" if code == "invalid_position" else "bad_gateway", True) == (
        meant.code,
        "theirs" not in meant.detail,
    )


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("7", "7"),
        ("0", "0"),
        ("", "1"),
        ("soon", "1"),
        ("-1", "1"),
        ("1.5", "1"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "1"),
        ("\xb2", "1"),
    ],
)
def test_retry_after_is_passed_on_in_seconds(status: int, said: str, expected: str) -> None:
    """The contract has whole seconds; HTTP has dates as well."""
    assert refused(http(status, b"", f"Retry-After: {said}")).headers == {"Retry-After": expected}


def test_retry_after_has_a_default() -> None:
    """And only where it means something."""
    assert refused(http(429, b"")).headers == {"Retry-After": "1"}
    assert refused(http(502, b"", "Retry-After: 7")).headers == {}


def test_unknown_fields_and_values_pass_through() -> None:
    """Answers are open: a field that is added to the internal contract needs no release of the service."""
    record = RECORD | {"status": "BOUNCED", "platform": "HARMONY", "added": {"deep": [1, None]}}
    page: RecordPage = ask(http(200, {"items": [record], "count": 1, "added": 1, "next_position": POSITION}))
    assert ([record], 1, POSITION) == (json.loads(bytes(page.items)), page.count, page.next_position)


def test_empty_page_is_a_page() -> None:
    """A page without rows may be followed by others."""
    page: RecordPage = ask(http(200, {"items": [], "count": 0, "next_position": POSITION}))
    assert (b"[]", POSITION) == (bytes(page.items), page.next_position)


def test_refused_connection_is_bad_gateway() -> None:
    """Nobody listens."""
    client = InternalApiClient("http://127.0.0.1:1", 5)

    async def run() -> None:
        async with client:
            await client.query_user("u")

    with pytest.raises(ProblemError, match="could not be reached") as caught:
        asyncio.run(run())
    assert caught.value.code == "bad_gateway"


@pytest.mark.parametrize(
    "answer",
    [None, f"{OK}Content-Length: 9\r\n\r\n{{".encode(), f"{OK}Content-Length: 9\r\n".encode(), http(503, b"")[:-2]],
    ids=["silent", "half_a_body", "half_a_head", "half_a_refusal"],
)
def test_hanging_gateway_is_504_in_time(answer: bytes | None) -> None:
    """The client gives up when its time is over, even if a part of the answer has come."""
    started = time.monotonic()
    assert refused(answer, timeout=0.3).code == "gateway_timeout"
    assert 0.25 < time.monotonic() - started < 20


@pytest.mark.parametrize("left", [0.0, 0.2])
def test_deadline_of_the_request_is_shorter_than_the_timeout(left: float) -> None:
    """The caller's deadline is shorter than the client's timeout."""

    async def within(client: InternalApiClient) -> RecordPage:
        token = current_request.set(RequestContext(request_id="id", deadline=Deadline(left)))
        try:
            return await client.query_user("u")
        finally:
            current_request.reset(token)

    started = time.monotonic()
    assert refused(None, within, timeout=30).code == "gateway_timeout"
    assert time.monotonic() - started < 20


def test_credentials_that_can_not_be_renewed_are_503() -> None:
    """The task's credential endpoint fails now and then; the same request may be sent again."""

    def fail() -> dict[str, str]:
        raise MetadataRetrievalError(error_msg="no answer")

    old = {"access_key": "key", "secret_key": "secret", "token": "token", "expiry_time": "2020-01-01T00:00:00Z"}
    signer = Signer(RefreshableCredentials.create_from_metadata(old, fail, "test"), "ap-southeast-1")
    client = InternalApiClient("http://internal.test", signer=signer, transport=Upstream())
    with pytest.raises(ProblemError) as caught:
        asyncio.run(client.query_user("u"))
    assert ("service_unavailable", {"Retry-After": "1"}) == (caught.value.code, caught.value.headers)
