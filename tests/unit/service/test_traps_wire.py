"""Requests over a real socket that are unusual, late or incomplete, or not HTTP at all."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.service.harness import (
    JSON,
    Service,
    code,
    late,
    problem,
    request,
)

LogLines = Callable[[], list[dict[str, Any]]]

HEALTH = b"GET /health HTTP/1.1\r\nHost: service\r\n\r\n"
GOOD = request({"user_id": "u"})
NO_HTTP = {
    "text": b"hello\r\n\r\n",
    "unknown_method": b"FETCH /health HTTP/1.1\r\nHost: service\r\n\r\n",
    "lower_case_method": b"get /health HTTP/1.1\r\nHost: service\r\n\r\n",
    "unknown_protocol": b"GET /health HTTX/1.1\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40,
    "http2_preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "blank_in_header_name": b"GET /health HTTP/1.1\r\nHost : service\r\n\r\n",
    "nul_in_header": b"GET /health HTTP/1.1\r\nHost: service\r\nX: a\0b\r\n\r\n",
    "newline_in_header": b"GET /health HTTP/1.1\r\nHost: service\r\nX: a\nb\r\n\r\n",
    "raw_utf8_in_path": "GET /健康 HTTP/1.1\r\nHost: service\r\n\r\n".encode(),
    "nul_in_path": b"GET /health\0 HTTP/1.1\r\nHost: service\r\n\r\n",
    "connect": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
    "two_lengths": GOOD.replace(JSON.encode(), b"Content-Length: 3\r\n" + JSON.encode()),
    "length_and_chunked": GOOD.replace(JSON.encode(), b"Transfer-Encoding: chunked\r\n" + JSON.encode()),
    "negative_length": b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Length: -1\r\n\r\n",
    "huge_length": b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "text_length": b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Length: five\r\n\r\n",
}


@pytest.mark.parametrize("raw", NO_HTTP.values(), ids=NO_HTTP)
def test_bytes_that_are_not_http_are_400(service: Service, raw: bytes) -> None:
    """The server answers in plain text, before there is a request, and hangs up: the only such answer."""
    with service.wire() as wire:
        wire.send(raw)
        assert wire.line() == b"HTTP/1.1 400 Bad Request\r\n"
        assert wire.rest().endswith(b"\r\n\r\nInvalid HTTP request received.")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /health HTTP/1.0\r\n\r\n",
        b"GET /health HTTP/1.0\r\nHost: service\r\nConnection: keep-alive\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET http://elsewhere.example/health HTTP/1.1\r\nHost: service\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a b c\r\nHost: \xff\r\n\r\n",
        b"\r\n\r\nGET /health HTTP/1.1\r\nHost: service\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: service\r\nContent-Length: 3\r\n\r\nabc",
    ],
    ids=["http10", "http10_keep_alive", "no_host", "absolute_url", "bad_hosts", "leading_newlines", "get_with_body"],
)
def test_unusual_http_is_answered(service: Service, raw: bytes) -> None:
    """Health checks of old load balancers are HTTP/1.0 without Host."""
    assert json.loads(service.exchange(raw, "GET").body)["status"] == "ok"


def test_posts_by_http_10_are_answered(service: Service) -> None:
    """The body is that of Content-Length."""
    assert code(service.exchange(GOOD.replace(b"HTTP/1.1\r\nHost: service", b"HTTP/1.0"))) == "ok"


def test_websocket_upgrade_is_an_ordinary_request(service: Service) -> None:
    """The service has no WebSockets: it answers as if nobody had asked."""
    lines = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAA"]
    assert code(service.ask("GET", "/health", *lines)) == "ok"
    assert code(service.ask("GET", "/query/user", *lines)) == "method_not_allowed"


def test_http2_upgrade_with_a_body_is_refused(service: Service) -> None:
    """The parser takes the body for HTTP/2 bytes, so the request arrives without a body."""
    lines = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAB"]
    assert code(service.post({"user_id": "u"}, "/query/user", *lines)) == "invalid_json"
    assert code(service.ask("GET", "/health", *lines)) == "ok"


def test_asterisk_is_no_path(service: Service) -> None:
    """RFC 9112, section 3.2.4."""
    assert code(service.ask("OPTIONS", "*")) == "not_found"


def test_expect_100_continue_is_obeyed(service: Service) -> None:
    """RFC 9110, section 10.1.1: the body is asked for when it is wanted."""
    head, _, body = GOOD.partition(b"\r\n\r\n")
    with service.wire() as wire:
        wire.send(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert wire.line() == b"HTTP/1.1 100 Continue\r\n"
        assert wire.line() == b"\r\n"
        wire.send(body)
        assert code(wire.read()) == "ok"


def test_unwanted_body_is_not_asked_for(service: Service) -> None:
    """A request that is refused by its headers gets the refusal instead of `100 Continue`."""
    head = "POST {} HTTP/1.1\r\nHost: service\r\nContent-Length: {}\r\nExpect: 100-continue\r\n{}\r\n\r\n"
    refused = [("/nothing", 9, JSON), ("/query/user", 9, "Content-Type: text/plain"), ("/query/user", 70_000, JSON)]
    codes = [code(service.exchange(head.format(*each).encode())) for each in refused]
    assert codes == ["not_found", "unsupported_media_type", "body_too_large"]


def test_pipelined_requests_are_answered_in_order(service: Service) -> None:
    """Each answer has its own request's id, although all came in one packet."""
    sent = [request({"user_id": f"u{i}"}, "/query/user", f"X-Request-Id: id-{i}") for i in range(5)]
    with service.wire() as wire:
        wire.send(b"".join(sent) + HEALTH + request(b"{"))
        answers = [wire.read() for _ in range(7)]
    assert [code(answer) for answer in answers] == ["ok"] * 6 + ["invalid_json"]
    assert [answer.headers["x-request-id"] for answer in answers[:5]] == [f"id-{i}" for i in range(5)]


def test_connection_is_usable_after_an_early_refusal(service: Service) -> None:
    """The rest of a body that was too large is skipped, not taken for the next request."""
    with service.wire() as wire:
        wire.send(request(b"x" * 200_000) + HEALTH)
        assert [code(wire.read()), code(wire.read())] == ["body_too_large", "ok"]


@pytest.mark.parametrize("raw", [GOOD[:10], GOOD[:60], GOOD[:-1], GOOD[: GOOD.index(b"\r\n\r\n") + 4]])
def test_a_half_sent_request_causes_no_error(service: Service, log_lines: LogLines, raw: bytes) -> None:
    """A caller that hangs up in the middle of a request causes no error in the log."""
    for _ in range(3):
        with service.wire() as wire:
            wire.send(raw)
    assert code(service.ask("GET", "/health")) == "ok"
    time.sleep(0.05)
    assert [line for line in log_lines() if line["level"] != "info"] == []
    assert service.upstream.requests == []


def test_hanging_up_while_waiting_causes_no_error(service: Service, log_lines: LogLines) -> None:
    """An answer that nobody waits for any more is dropped without a word of error."""
    service.upstream.reply = lambda request: late(request, seconds=0.05)
    with service.wire() as wire:
        wire.send(GOOD)
    time.sleep(0.2)
    assert code(service.ask("GET", "/health")) == "ok"
    assert [line for line in log_lines() if line["level"] != "info"] == []


def test_slow_body_ends_at_the_deadline(launch: Callable[..., Service]) -> None:
    """Nobody holds a connection by sending a body bit by bit."""
    service = launch(request_timeout_seconds=0.5)
    with service.wire() as wire:
        wire.send(GOOD[:-1])
        answer = wire.read()
        assert "did not arrive in time" in problem(answer)["detail"]
        assert (400, b"") == (answer.status, wire.rest())


def test_requests_without_end_are_refused(service: Service) -> None:
    """A chunked body without an end is 413."""
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    head = request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with service.wire() as wire:
        wire.send(head + chunk * 20)
        assert code(wire.read()) == "body_too_large"


def test_answers_name_a_date_and_a_length(service: Service) -> None:
    """RFC 9110, section 6.6.1."""
    answer = service.post({"user_id": "u"})
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.headers["date"])
    assert int(answer.headers["content-length"]) == len(answer.body)
