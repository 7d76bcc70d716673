"""A broken response, or one that is not the service's, becomes a problem document and is not passed on."""

import gc
from collections.abc import Callable
from typing import Any

import pytest

from common.lambda_handler import MOST_RESPONSE_BYTES
from tests.hostile import Exchange, answer
from tests.invocations import invoke
from tests.unit.query_lambda.harness import CHUNKED, EVENT, Problem, Proxy


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(answer(body=b'{"items": []}')[:-3], id="body cut"),
        pytest.param(CHUNKED + b"5\r\nab", id="chunk cut"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x16\x03\x01\x00\x02\x02\x28", id="TLS alert"),
        pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="no status"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 300 + b"\r\n", id="headers without end"),
        pytest.param(b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000 + b"\r\n\r\n", id="header too long"),
        pytest.param(CHUNKED + b"zz\r\n", id="no chunk size"),
    ],
)
def test_broken_answer_is_502(proxy: Proxy, problem: Problem, sent: bytes) -> None:
    """No part of an incomplete or invalid response is passed on."""
    handler, server = proxy(lambda exchange: exchange.cut(after=sent))
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))
    assert len(server.received) == 1


# urllib3 leaves the socket of such a response to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_answer_of_two_lengths_is_502(proxy: Proxy, problem: Problem) -> None:
    """The end of the response is ambiguous, so the bytes after it could belong to another response."""
    handler, _ = proxy(lambda exchange: exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\n{}"))
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))
    gc.collect()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(answer(502, b"<html>", "text/html"), (502, "bad_gateway"), id="html 502"),
        pytest.param(answer(503, b"<html>", "text/html"), (503, "service_unavailable"), id="html 503"),
        pytest.param(answer(504, b"<html>", "text/html"), (504, "gateway_timeout"), id="html 504"),
        pytest.param(answer(200, b"<html>", "text/html"), (502, "bad_gateway"), id="html 200"),
        pytest.param(answer(403, b"<html>", "text/html"), (502, "bad_gateway"), id="a firewall's 403"),
        pytest.param(answer(500, b"{}"), (502, "bad_gateway"), id="failure without a problem document"),
        pytest.param(answer(200, b"{}", "application/problem+json"), (502, "bad_gateway"), id="success as a problem"),
        pytest.param(answer(200, b"{}", None), (502, "bad_gateway"), id="no media type"),
        pytest.param(answer(302, b"", None, "Location: /elsewhere"), (502, "bad_gateway"), id="redirect"),
        pytest.param(answer(304, b""), (502, "bad_gateway"), id="not modified"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", (502, "bad_gateway"), id="no content"),
        pytest.param(answer(200, b'{"a": "\xff"}'), (502, "bad_gateway"), id="not UTF-8"),
        pytest.param(
            answer(200, b"\x1f\x8b\x08\x00", "application/json", "content-encoding: gzip"),
            (502, "bad_gateway"),
            id="compressed unasked",
        ),
        pytest.param(
            answer(200, b"{}", "text/html", "Content-Type: application/json"),
            (502, "bad_gateway"),
            id="two types",
        ),
    ],
)
def test_answer_of_something_else_is_a_problem(
    proxy: Proxy, problem: Problem, sent: bytes, expected: tuple[int, str]
) -> None:
    """A load balancer, a firewall or a proxy can answer in the service's place."""
    handler, server = proxy(lambda exchange: exchange.send(sent))
    answered = invoke(handler, EVENT)
    assert expected == problem(answered)
    assert ("1" if expected[0] == 503 else None) == answered.headers.get("retry-after")
    assert "<html>" not in answered.text
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "head",
    [
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {10**9}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
    ],
)
def test_huge_answer_is_502(proxy: Proxy, problem: Problem, head: str) -> None:
    """It is read no further than Lambda's limit."""
    sent = 0

    def flood(exchange: Exchange) -> None:
        nonlocal sent
        exchange.send(head.encode())
        while not exchange.stopping.is_set():
            exchange.send(b" " * 100_000)
            sent += 100_000

    handler, _ = proxy(flood)
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))
    assert sent < 10 * MOST_RESPONSE_BYTES


@pytest.mark.parametrize(
    ("character", "count", "expected"),
    [("a", 5_900_000, 200), ("a", 6_000_001, 502), ("手", 990_000, 200), ("手", 1_000_000, 502), ('"', 3_000_000, 502)],
)
def test_answer_is_passed_on_if_lambda_accepts_it(proxy: Proxy, character: str, count: int, expected: int) -> None:
    """Lambda counts the response as its runtime escapes it, and rejects one that is too large."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(200, (character * count).encode())))
    answered = invoke(handler, EVENT)
    assert expected == answered.status
    assert 200 != expected or character * count == answered.text


def test_odd_headers_become_valid_ones(proxy: Proxy) -> None:
    """A folded, empty or non-ASCII value does not make API Gateway refuse the response."""
    weird = ("x-folded: a\r\n b", "x-empty:", "x-latin: caf\xe9", "X-TWICE: 1", "x-twice: 2")
    handler, _ = proxy(lambda exchange: exchange.send(answer(200, b"{}", "Application/JSON", *weird)))
    answered = invoke(handler, EVENT)
    assert (200, "{}") == (answered.status, answered.text)
    assert "caf?" == answered.headers["x-latin"]
    assert "1, 2" == answered.headers["x-twice"]


def test_log_names_the_reason(proxy: Proxy, lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The log has the status and the media type of the foreign response, under the request id."""
    handler, _ = proxy(lambda exchange: exchange.send(answer(503, b"", "text/html")))
    invoke(handler, EVENT)
    foreign, request = lines()
    assert ("warning", "foreign_answer", 503, "text/html") == (
        foreign["level"],
        foreign["event"],
        foreign["upstream_status"],
        foreign["media_type"],
    )
    assert (503, foreign["request_id"]) == (request["status"], request["request_id"])
