"""A service that is gone or slow: the contract's problem document in time, and connections that are replaced."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.hostile import Behaviour, Exchange, answer, full_port, refused_port, serving
from tests.invocations import Context, invoke
from tests.unit.query_lambda.harness import CHUNKED, EVENT, SHORT, Problem, Proxy, to_port


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def after_first(behaviour: Behaviour) -> Behaviour:
    """Return a behaviour that answers the first request normally and the second one with `behaviour`."""
    return lambda exchange: behaviour(exchange) if exchange.number == 2 else exchange.send(answer())


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda exchange: exchange.hang(), id="silent"),
        pytest.param(
            lambda exchange: exchange.drip(b"x" * 999, 0.2, after=answer(body=b"x" * 999)[:-999]),
            id="drips its body",
        ),
        pytest.param(lambda exchange: exchange.drip(b"1\r\nx\r\n" * 999, 0.1, after=CHUNKED), id="drips its chunks"),
        pytest.param(lambda exchange: exchange.hang(after=answer(body=b"x" * 99)[:-1]), id="stops in its body"),
    ],
)
def test_slow_service_is_504(proxy: Proxy, problem: Problem, behaviour: Behaviour) -> None:
    """The deadline bounds the wait for the head and, between chunks, the time for the body."""
    handler, _ = proxy(behaviour)
    with within(20):
        answered = invoke(handler, EVENT, SHORT)
    assert (504, "gateway_timeout") == problem(answered)


def test_no_time_left_is_504_without_a_call(proxy: Proxy, problem: Problem) -> None:
    """If only the margin for the response is left, the service is not called."""
    handler, server = proxy(lambda exchange: exchange.send(answer()))
    assert (504, "gateway_timeout") == problem(invoke(handler, EVENT, Context(400)))
    assert [] == server.received


def test_refused_connection_is_502(problem: Problem) -> None:
    """No process listens at the service's address."""
    assert (502, "bad_gateway") == problem(invoke(to_port(refused_port()), EVENT))


@pytest.mark.parametrize(("milliseconds", "expected"), [(900, (504, "gateway_timeout")), (9_000, (502, "bad_gateway"))])
def test_connect_that_hangs_ends(problem: Problem, milliseconds: int, expected: tuple[int, str]) -> None:
    """A connect takes at most 2 s, less if less is left."""
    with full_port() as port, within(20):
        assert expected == problem(invoke(to_port(port), EVENT, Context(milliseconds)))


def test_service_that_restarts_is_answered(problem: Problem) -> None:
    """The kept connection is dead after the restart; the next call opens a new one."""
    with serving(lambda exchange: exchange.send(answer())) as first:
        handler = to_port(first.port)
        assert invoke(handler, EVENT).status == 200
    with serving(lambda exchange: exchange.send(answer()), first.port) as second:
        assert invoke(handler, EVENT).status == 200
        assert len(second.received) == 1
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))


def test_connection_that_the_service_closed_when_idle_is_replaced(proxy: Proxy) -> None:
    """The service closes the connection between two calls, as it does while the function is frozen."""
    closed = threading.Event()

    def close(exchange: Exchange) -> None:
        exchange.cut(after=answer())
        closed.set()

    handler, server = proxy(close)
    assert 200 == invoke(handler, EVENT).status
    assert closed.wait(20)
    assert 200 == invoke(handler, EVENT).status
    assert [1, 2] == [request.connection for request in server.received]


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda exchange: exchange.cut(), id="ended"),
        pytest.param(lambda exchange: exchange.reset(), id="reset"),
    ],
)
def test_kept_connection_that_breaks_before_an_answer_is_replaced(proxy: Proxy, behaviour: Behaviour) -> None:
    """If the end of a connection went unnoticed while the function was frozen, the request is sent once more."""
    handler, server = proxy(after_first(behaviour))
    assert [200, 200] == [invoke(handler, EVENT).status for _ in range(2)]
    assert [1, 1, 2] == [request.connection for request in server.received]


def test_request_is_sent_at_most_twice(proxy: Proxy, problem: Problem) -> None:
    """The second attempt, on a new connection, decides."""
    handler, server = proxy(lambda exchange: exchange.send(answer()) if exchange.number == 1 else exchange.reset())
    assert invoke(handler, EVENT).status == 200
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))
    assert [1, 1, 2] == [request.connection for request in server.received]


@pytest.mark.parametrize(
    "sent",
    [pytest.param(answer()[:-1], id="in the body"), pytest.param(answer()[:12] + b"\r\n", id="in the head")],
)
def test_answer_that_breaks_off_is_not_requested_again(proxy: Proxy, problem: Problem, sent: bytes) -> None:
    """A service that has begun to answer is alive; retries are its own matter."""
    handler, server = proxy(after_first(lambda exchange: exchange.cut(after=sent)))
    assert invoke(handler, EVENT).status == 200
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))
    assert len(server.received) == 2


def test_connection_left_in_the_middle_of_an_answer_is_not_used_again(proxy: Proxy, problem: Problem) -> None:
    """The rest of a late answer must not become the answer to the next caller."""

    def late(exchange: Exchange) -> None:
        exchange.send(answer(body=b"x" * 99)[:-1] if exchange.number == 1 else answer())
        if exchange.number == 1:
            exchange.hang()

    handler, server = proxy(late)
    assert (504, "gateway_timeout") == problem(invoke(handler, EVENT, SHORT))
    assert "{}" == invoke(handler, EVENT).text
    assert [1, 2] == [request.connection for request in server.received]


def test_log_names_the_error_of_a_connection(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The log has the type of the error, since its text may hold an address."""
    invoke(to_port(refused_port()), EVENT)
    assert ("service_unreachable", "NewConnectionError") == (lines()[0]["event"], lines()[0]["reason"])
