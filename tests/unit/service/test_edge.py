"""The edge: every request gets an id, a deadline, an access-log line and the headers that every answer has."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from common import security
from service.dispatch import DOCUMENT, ConcurrencyLimit, Contract
from service.edge import Edge
from service.internal_api import ATTEMPT_SECONDS
from service.settings import Settings
from tests.unit.service.harness import SECONDS, Answer, Service, code, late, page, request
from tools.contract.bundle import bundle

LogLines = Callable[[], list[dict[str, Any]]]

BODY = {"transaction_id": "tx_002"}
CONTRACT = bundle("public")
OLD_NAMES = [path for path, item in CONTRACT["paths"].items() if item.get("post", {}).get("deprecated")]
ANNOUNCED = ("deprecation", "sunset", "link")


def announced(path: str) -> dict[str, str]:
    """Return the headers that the contract announces the end of a path with."""
    references = CONTRACT["paths"][path]["post"]["responses"]["200"]["headers"]
    parts = {
        name.lower(): CONTRACT["components"]["headers"][ref["$ref"].split("/")[-1]] for name, ref in references.items()
    }
    return {name: parts[name]["example"] for name in ANNOUNCED}


def said(answer: Answer) -> dict[str, str]:
    """Return those of an answer."""
    return {name: answer.headers[name] for name in ANNOUNCED if name in answer.headers}


@pytest.mark.parametrize("path", OLD_NAMES)
def test_old_names_announce_their_end_on_every_answer(service: Service, path: str) -> None:
    """RFC 9745, RFC 8594: good or bad, with the values of the contract."""
    answers = [
        service.post(BODY, path),
        service.post(BODY, path + "/"),
        service.post({}, path),
        service.post(b"{", path),
        service.post(BODY, path, "Content-Type: text/plain"),
        service.ask("GET", path),
    ]
    service.upstream.reply = lambda _: httpx.Response(503)
    answers.append(service.post(BODY, path))
    assert [announced(path)] * 7 == [said(answer) for answer in answers]
    assert [200, 200, 400, 400, 415, 405, 503] == [answer.status for answer in answers]


@pytest.mark.parametrize("path", sorted({*CONTRACT["paths"], "/nothing"} - {*OLD_NAMES}))
def test_other_paths_are_not_announced(service: Service, path: str) -> None:
    """A caller of today's names has nothing to do."""
    for answer in (service.post(BODY, path), service.ask("GET", path)):
        assert {"deprecation", "sunset"}.isdisjoint(said(answer))
        assert ("link" in answer.headers) == (path == "/health")


@pytest.mark.parametrize("path", OLD_NAMES)
def test_announcement_makes_sense(path: str) -> None:
    """The end comes after the deprecation, on the weekday that the date has, and the successor is in the contract."""
    headers = announced(path)
    since = datetime.fromtimestamp(int(headers["deprecation"].removeprefix("@")), UTC)
    end = parsedate_to_datetime(headers["sunset"])
    assert since < end
    assert headers["sunset"] == end.strftime("%a, %d %b %Y %H:%M:%S GMT")
    target, _, relation = headers["link"].partition("; ")
    assert "/query/fail" == urljoin(path, target.strip("<>"))
    assert relation == 'rel="successor-version"'


def test_old_names_give_the_same_answer(service: Service) -> None:
    """A rename, nothing else: the same question to the internal gateway, the same page, the same cursors."""
    service.upstream.reply = lambda _: page(next_position={"user_id": "u"})
    first = service.post(BODY, "/query/fail")
    cursor = httpx.Response(200, content=first.body).json()["next_cursor"]
    codes = [code(service.post(BODY | {"cursor": cursor}, path)) for path in ("/query/fail", *OLD_NAMES)]
    assert ["ok"] * 3 == codes
    assert {"/v1/query/fail"} == {request.url.path for request in service.upstream.requests}


@pytest.mark.parametrize("sent", ["0", "1000", "0001000"])
def test_caller_gets_504_within_its_time(service: Service, sent: str) -> None:
    """The answer is there before the caller gives up, however long the internal gateway takes."""
    service.upstream.reply = late
    started = time.monotonic()
    assert code(service.post({"user_id": "u"}, "/query/user", f"X-Request-Timeout-Ms: {sent}")) == "gateway_timeout"
    assert time.monotonic() - started < SECONDS / 2


@pytest.mark.parametrize("sent", ["0", "7"])
def test_a_time_that_is_too_short_is_no_504_by_itself(service: Service, sent: str) -> None:
    """It counts as the shortest in which a query can succeed."""
    assert code(service.post({"user_id": "u"}, "/query/user", f"X-Request-Timeout-Ms: {sent}")) == "ok"


@pytest.mark.parametrize("sent", ["", "-1", "+5", "1.5", "1e3", "soon", "\xb2", "1_000", "0x10", " "])
def test_time_that_is_no_number_counts_as_not_sent(service: Service, sent: str) -> None:
    """The service's own time holds then."""
    assert code(service.post({"user_id": "u"}, "/query/user", f"X-Request-Timeout-Ms: {sent}")) == "ok"
    assert int(ATTEMPT_SECONDS * 1_000) == int(service.upstream.requests[0].headers["x-request-timeout-ms"])


@pytest.mark.parametrize("sent", ["99999999", "9" * 40, "9" * 5_000])
def test_time_can_only_be_shortened(service: Service, sent: str) -> None:
    """No caller makes the service wait longer than it is set to."""
    assert code(service.post({"user_id": "u"}, "/query/user", f"X-Request-Timeout-Ms: {sent}")) == "ok"
    assert int(ATTEMPT_SECONDS * 1_000) == int(service.upstream.requests[0].headers["x-request-timeout-ms"])


def test_the_remaining_time_is_passed_on(service: Service) -> None:
    """Less what keeps the answer in time."""
    service.post({"user_id": "u"}, "/query/user", "X-Request-Timeout-Ms: 3000", "X-Request-Id: id-1")
    headers = service.upstream.requests[0].headers
    assert headers["x-request-id"] == "id-1"
    assert 2_000 < int(headers["x-request-timeout-ms"]) <= 2_750


def test_trace_goes_on(service: Service) -> None:
    """W3C Trace Context, and X-Ray's; text that no header may carry is left behind instead of failing the request."""
    parent, root = f"00-{'ab' * 16}-{'cd' * 8}-01", f"Root=1-{'ab' * 4}-{'cd' * 12};Sampled=1"
    lines = [f"traceparent: {parent}", "tracestate: a=1", f"X-Amzn-Trace-Id: {root}", "baggage: x=1"]
    service.post({"user_id": "u"}, "/query/user", *lines)
    headers = service.upstream.requests[0].headers
    assert [parent, "a=1", root, None] == [headers.get(line.split(":")[0]) for line in lines]
    assert code(service.post({"user_id": "u"}, "/query/user", "traceparent: \xe9", "tracestate:")) == "ok"
    assert "traceparent" not in service.upstream.requests[1].headers


def test_keys_and_cookies_of_the_caller_stay_here(service: Service) -> None:
    """The internal gateway knows the service, not the service's callers."""
    service.post({"user_id": "u"}, "/query/user", "x-api-key: marker", "Cookie: marker", "Authorization: Bearer marker")
    assert "marker" not in str(service.upstream.requests[0].headers.raw)


def test_parallel_requests_keep_their_own_ids(service: Service) -> None:
    """As many as the concurrency limit admits, answered out of order: each answer has the id of its request."""
    service.upstream.reply = lambda request: late(request, seconds=0.2 if b"u1" in request.content else 0.05)

    def ask(number: int) -> tuple[str, str]:
        answer = service.post({"user_id": f"u{number}"}, "/query/user", f"X-Request-Id: id-u{number}")
        return code(answer), answer.headers["x-request-id"]

    with ThreadPoolExecutor(Settings.concurrency_limit) as pool:
        assert [("ok", f"id-u{number}") for number in range(30)] == list(pool.map(ask, range(30)))
    asked = [(request.headers["x-request-id"], request.read()) for request in service.upstream.requests]
    assert {(f"id-u{number}", b'{"user_id":"u%d"}' % number) for number in range(30)} == set(asked)


def test_each_request_is_one_line(service: Service, log_lines: LogLines) -> None:
    """Operation, path of the contract, status, code and time, under the request's id."""
    service.post({"user_id": "u"}, "/query/user/", "X-Request-Id: id-1")
    service.ask("GET", "/nothing", "X-Request-Id: id-2")
    service.ask("GET", "/health", "X-Request-Id: id-3")
    lines = _requests(log_lines, "id-1", "id-2", "id-3")
    facts = [(line["request_id"], line["method"], line["path"], line["status"]) for line in lines]
    assert [
        ("id-1", "POST", "/query/user", 200),
        ("id-2", "GET", "unknown", 404),
        ("id-3", "GET", "/health", 200),
    ] == facts
    assert all(0 <= line["duration_ms"] < 1_000 * SECONDS for line in lines)
    assert [("query_user", None), ("unknown", "not_found"), ("health", None)] == [
        (line["operation"], line.get("code")) for line in lines
    ]


def test_a_request_that_is_done_is_one_line_in_all(service: Service, log_lines: LogLines) -> None:
    """No library adds lines of its own."""
    service.post({"user_id": "u"}, "/query/user", "X-Request-Id: id-4")
    _requests(log_lines, "id-4")
    assert ["request"] == [line["event"] for line in log_lines() if line.get("request_id") in {None, "id-4"}]


def _requests(log_lines: LogLines, *ids: str) -> list[dict[str, Any]]:
    """Return the lines of these requests; a line is written just after the answer."""
    give_up = time.monotonic() + SECONDS
    while len(lines := [line for line in log_lines() if line.get("request_id") in ids]) < len(ids):
        assert time.monotonic() < give_up
        time.sleep(0.005)
    return lines


def test_other_protocols_pass_through() -> None:
    """Start and stop of the application pass through."""
    seen: list[str] = []

    async def app(scope: Any, _receive: object, _send: object) -> None:  # noqa: ANN401  # any ASGI scope
        seen.append(scope["type"])

    asyncio.run(Edge(app, Contract(), ConcurrencyLimit(1), 1)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]  # not used here
    assert ["lifespan"] == seen


def test_every_answer_is_marked_as_personal_and_as_no_page(service: Service) -> None:
    """Good or bad."""
    service.upstream.reply = lambda _: page()
    answers = [
        service.post({"user_id": "u"}),
        service.post({}),
        service.ask("GET", "/health"),
        service.ask("GET", "/nothing"),
    ]
    expected = {name.lower(): value for name, value in security.HEADERS.items()}
    assert [expected] * 4 == [{name: answer.headers[name] for name in expected} for answer in answers]
    assert not {"server", "x-powered-by"} & {name for answer in answers for name in answer.headers}


def test_a_caller_that_disconnects_has_a_line_in_the_log(service: Service, log_lines: LogLines) -> None:
    """Before its body has arrived: with nginx's status for it, and not as an error."""
    with service.wire() as wire:
        wire.send(request({"user_id": "u"}, "/query/user", "X-Request-Id: gone-1")[:-1])
    (line,) = _requests(log_lines, "gone-1")
    assert ("info", 499) == (line["level"], line["status"])


def test_a_compressed_body_is_415(service: Service) -> None:
    """The answer names the encoding that is accepted (RFC 9110, section 12.5.3)."""
    answer = service.post({"user_id": "u"}, "/query/user", "Content-Encoding: gzip")
    assert (415, "identity") == (answer.status, answer.headers["accept-encoding"])
    assert code(service.post({"user_id": "u"}, "/query/user", "Content-Encoding: identity")) == "ok"


def test_the_consumers_document_is_served(service: Service) -> None:
    """It is the file that `make client` wrote."""
    assert DOCUMENT.read_bytes() == service.ask("GET", "/openapi.json").body
