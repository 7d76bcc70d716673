"""What one connection may hold: heads, headers, refused bodies and answers that nobody reads all have an end."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from botocore.credentials import Credentials

from common import security
from service.app import create_app
from service.protocol import MOST_HEAD_BYTES, MOST_HEADERS
from service.server import server
from tests.unit.service.harness import (
    RECORD,
    SECONDS,
    Service,
    Upstream,
    Wire,
    code,
    late,
    page,
    problem,
    request,
    serving,
    settings,
)

HEALTH = b"GET /health HTTP/1.1\r\nHost: service\r\n"


def head(*lines: bytes) -> bytes:
    """Return a request for health with further headers."""
    return HEALTH + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


@pytest.mark.parametrize("number", [MOST_HEADERS - 1, MOST_HEADERS])
def test_headers_have_a_number(service: Service, number: int) -> None:
    """`Host` is one of them."""
    answer = service.exchange(head(*(b"X-%d: 1" % each for each in range(number))), "GET")
    assert ("ok" if number < MOST_HEADERS else "bad_request") == code(answer)


@pytest.mark.parametrize(
    "raw",
    [
        head(b"X: " + b"x" * MOST_HEAD_BYTES),
        head(b"x" * MOST_HEAD_BYTES + b": 1"),
        b"GET /" + b"x" * MOST_HEAD_BYTES + b" HTTP/1.1\r\nHost: service\r\n\r\n",
        b"GET /health?" + b"x" * MOST_HEAD_BYTES + b" HTTP/1.1\r\nHost: service\r\n\r\n",
        head(*(b"X: " + b"x" * 1_000 for _ in range(90))),
    ],
    ids=["value", "name", "path", "query", "all_together"],
)
def test_heads_have_a_size(service: Service, raw: bytes) -> None:
    """Whether they come in one piece, and are whole, or not."""
    for sent in (raw, raw[:-4]):
        with service.wire() as wire:
            wire.send(sent)
            answer = wire.read()
        assert ("bad_request", "The head of the request is too large.") == (code(answer), problem(answer)["detail"])


def test_a_long_head_is_read_when_it_is_within_bounds(service: Service) -> None:
    """Tokens and traces make long headers."""
    assert "ok" == code(service.exchange(head(b"X: " + b"x" * (MOST_HEAD_BYTES - 200)), "GET"))


def test_a_head_behind_another_request_has_a_size_too(service: Service) -> None:
    """Pipelined: the first one is answered before."""
    with service.wire() as wire:
        wire.send(head() + head(b"X: " + b"x" * MOST_HEAD_BYTES)[:-4])
        assert {"ok", "bad_request"} >= {code(wire.read())}


@pytest.fixture(scope="module")
def short() -> Iterator[Service]:
    """Start a service that keeps a connection for 0.3 seconds only, and so gives every other thing no longer."""
    upstream = Upstream()
    app = create_app(settings(concurrency_limit=1), credentials=Credentials("key", "secret"), exchange=upstream)
    running = server(app, "127.0.0.1", 0)
    running.config.timeout_keep_alive = 0.3  # type: ignore[assignment]  # whole seconds only by its annotation
    with serving(running) as port:
        yield Service(port, upstream)


@pytest.mark.parametrize("drip", [b"\r\n", b" "])
def test_what_is_no_request_keeps_no_connection(short: Service, drip: bytes) -> None:
    """Empty lines before a request are allowed, and are none."""
    with short.wire() as wire:
        wire.send(head())
        wire.read("GET")
        assert _seconds_of_dripping(wire, drip) < SECONDS / 2


def test_a_refused_body_keeps_no_connection(short: Service) -> None:
    """However long it says that it will be: the answer is there, and then the service hangs up."""
    with short.wire() as wire:
        wire.send(b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Length: 9999999\r\n\r\n")
        assert "body_too_large" == code(wire.read())
        assert _seconds_of_dripping(wire, b"x") < SECONDS / 2


def test_a_refused_body_that_ends_leaves_the_connection(short: Service) -> None:
    """For the time that every connection is kept."""
    with short.wire() as wire:
        wire.send(request(b"x" * 200_000) + head())
        assert ["body_too_large", "ok"] == [code(wire.read()), code(wire.read("GET"))]


def test_an_answer_that_nobody_reads_ends(short: Service) -> None:
    """It holds no place, of which there is one here, and its connection not for ever."""
    short.upstream.reply = lambda _: page(items=[RECORD | {"error_msg": "x" * 20_000}] * 100)
    with closing(socket.socket()) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.connect(("127.0.0.1", short.port))
        deaf.sendall(request({"user_id": "u"}) * 20)
        time.sleep(0.2)
        assert "ok" == code(short.post({"user_id": "u"}))
        time.sleep(1)
        deaf.settimeout(SECONDS)
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while part := deaf.recv(65_536):
                received += len(part)
    assert received < 20 * 100 * 20_000
    short.upstream.reset()
    assert "ok" == code(short.post({"user_id": "u"}))


def test_every_answer_is_marked_as_personal_and_as_no_page(service: Service) -> None:
    """Good or bad, and what is no HTTP too."""
    service.upstream.reply = lambda _: page()
    answers = [
        service.post({"user_id": "u"}),
        service.post({}),
        service.ask("GET", "/health"),
        service.ask("GET", "/nothing"),
        service.exchange(b"hello\r\n\r\n"),
    ]
    expected = {name.lower(): value for name, value in security.HEADERS.items()}
    assert [expected] * 5 == [{name: answer.headers[name] for name in expected} for answer in answers]
    assert not {"server", "x-powered-by"} & {name for answer in answers for name in answer.headers}


def test_a_caller_that_is_gone_has_a_line_in_the_log(
    service: Service, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    """With the status that nginx gives it; no error, since it is none of ours."""
    service.upstream.reply = partial(late, seconds=5)
    with service.wire() as wire:
        wire.send(request({"user_id": "u"}, "/query/user", "X-Request-Id: gone-1"))
        time.sleep(0.2)
    time.sleep(0.2)
    lines = [line for line in log_lines() if line.get("request_id") == "gone-1"]
    assert [("info", 499)] == [(line["level"], line["status"]) for line in lines], json.dumps(lines)


def _seconds_of_dripping(wire: Wire, drip: bytes) -> float:
    """Send bit by bit until the service has hung up, and return how long that took."""
    started = time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - started < SECONDS:
            wire.send(drip)
            time.sleep(0.02)
    return time.monotonic() - started
