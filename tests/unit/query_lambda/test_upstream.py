"""The service gone or slow: the contract's problem, in time; its connections kept and replaced."""

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
    """Return a behaviour that answers the first request and treats the second one as given."""
    return lambda exchange: behaviour(exchange) if exchange.number == 2 else exchange.send(answer())


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda exchange: exchange.hang(), id="silent"),
        pytest.param(lambda exchange: exchange.drip(answer(), 0.2), id="drips its headers"),
        pytest.param(
            lambda exchange: exchange.drip(b"x" * 99, 0.2, after=answer(body=b"x" * 99)[:-99]),
            id="drips its body",
        ),
        pytest.param(lambda exchange: exchange.drip(b"1\r\nx\r\n" * 99, 0.1, after=CHUNKED), id="drips its chunks"),
        pytest.param(lambda exchange: exchange.hang(after=answer(body=b"x" * 99)[:-1]), id="stops in its body"),
    ],
)
def test_slow_service_is_504_before_the_time_ends(proxy: Proxy, problem: Problem, behaviour: Behaviour) -> None:
    """The caller is told by us, not cut off by the gateway, however the service spends the time."""
    handler, _ = proxy(behaviour)
    with within(1.2):
        answered = invoke(handler, EVENT, SHORT)
    assert (504, "gateway_timeout") == problem(answered)


def test_no_time_left_is_504_without_a_call(proxy: Proxy, problem: Problem) -> None:
    """The margin for the answer is all there is."""
    handler, server = proxy(lambda exchange: exchange.send(answer()))
    assert (504, "gateway_timeout") == problem(invoke(handler, EVENT, Context(400)))
    assert [] == server.received


def test_refused_connection_is_502(problem: Problem) -> None:
    """Nothing listens: the service is gone."""
    assert (502, "bad_gateway") == problem(invoke(to_port(refused_port()), EVENT))


@pytest.mark.parametrize(("milliseconds", "expected"), [(900, (504, "gateway_timeout")), (4_000, (502, "bad_gateway"))])
def test_connect_that_hangs_ends(problem: Problem, milliseconds: int, expected: tuple[int, str]) -> None:
    """A packet filter that drops says nothing at all: two seconds tell, unless the time ends before."""
    with full_port() as port, within(3):
        assert expected == problem(invoke(to_port(port), EVENT, Context(milliseconds)))


def test_service_that_restarts_is_answered(problem: Problem) -> None:
    """The connection that was kept is dead; the call after it makes a new one."""
    with serving(lambda exchange: exchange.send(answer())) as first:
        handler = to_port(first.port)
        assert invoke(handler, EVENT).status == 200
    with serving(lambda exchange: exchange.send(answer()), first.port) as second:
        assert invoke(handler, EVENT).status == 200
        assert len(second.received) == 1
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda exchange: exchange.cut(), id="ended"),
        pytest.param(lambda exchange: exchange.reset(), id="reset"),
    ],
)
def test_kept_connection_that_is_found_dead_is_replaced(proxy: Proxy, behaviour: Behaviour) -> None:
    """A frozen function misses that its connection ends; the request that finds out is sent on a new one."""
    handler, server = proxy(after_first(behaviour))
    assert [200, 200] == [invoke(handler, EVENT).status for _ in range(2)]
    assert [1, 1, 2] == [request.connection for request in server.received]


def test_body_cut_off_is_not_asked_for_again(proxy: Proxy, problem: Problem) -> None:
    """A service that answers is alive: what retries there are is the service's own matter."""
    handler, server = proxy(after_first(lambda exchange: exchange.cut(after=answer()[:-1])))
    assert invoke(handler, EVENT).status == 200
    assert (502, "bad_gateway") == problem(invoke(handler, EVENT))
    assert len(server.received) == 2


def test_connection_left_in_the_middle_of_an_answer_is_not_used_again(proxy: Proxy, problem: Problem) -> None:
    """The rest of one caller's late answer is never taken for the next one's."""

    def late(exchange: Exchange) -> None:
        exchange.send(answer(body=b"x" * 99)[:-1] if exchange.number == 1 else answer())
        if exchange.number == 1:
            exchange.hang()

    handler, server = proxy(late)
    assert (504, "gateway_timeout") == problem(invoke(handler, EVENT, SHORT))
    assert "{}" == invoke(handler, EVENT).text
    assert [1, 2] == [request.connection for request in server.received]


def test_log_names_the_error_of_a_connection(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The error's type is enough, its text may hold an address."""
    invoke(to_port(refused_port()), EVENT)
    assert ("service_unreachable", "NewConnectionError") == (lines()[0]["event"], lines()[0]["reason"])
