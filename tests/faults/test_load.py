"""The load generator: open and closed loop, and how it reports lost requests."""

import asyncio
import threading

from lab.connection import Address, Lost, request
from lab.load import Generator, Load, Outcome
from lab.processes import free_port
from tests.hostile import Exchange, answer, serving


def load(port: int, rate: float, seconds: float, timeout: float = 35) -> Load:
    """Return the outcome of a constant rate."""
    address = Address(port)
    raw = request(address, "/query/user", {"user_id": "u"})
    return asyncio.run(Generator(address, timeout=timeout).constant_rate(lambda _: raw, rate, seconds))


def saturate(port: int, connections: int, count: int) -> Load:
    """Return the outcome of a closed loop."""
    address = Address(port)
    raw = request(address, "/query/user", {"user_id": "u"})
    return asyncio.run(Generator(address).saturate(lambda _: raw, connections, count=count))


def test_at_a_constant_rate_requests_are_sent_while_the_server_stalls() -> None:
    """The server answers none before all have come; each latency counts from when the request was due."""
    count, released = 20, threading.Event()

    def stall(exchange: Exchange) -> None:
        if exchange.number == count:
            released.set()
        released.wait(60)
        exchange.send(answer())

    with serving(stall) as server:
        seen = load(server.port, 40, count / 40)
    assert {"200": count} == seen.statuses()
    first, last = seen.outcomes[0], seen.outcomes[-1]
    assert all(outcome.over >= last.due for outcome in seen.outcomes)
    assert first.seconds >= last.due - first.due


def test_a_closed_loop_sends_the_requested_number() -> None:
    """CPU a request is CPU divided by this number."""
    with serving(lambda exchange: exchange.send(answer())) as server:
        seen = saturate(server.port, 4, 101)
    assert 101 == len(server.received) == seen.count(200)


def test_nothing_is_sent_twice() -> None:
    """A request on a kept connection that breaks is lost: the server receives as many requests as were sent."""

    def break_every_third(exchange: Exchange) -> None:
        exchange.cut() if exchange.number % 3 == 0 else exchange.send(answer())

    with serving(break_every_third) as server:
        seen = saturate(server.port, 1, 30)
    assert 30 == len(seen.outcomes) == len(server.received)
    assert {"200": 20, "broken": 10} == seen.statuses()
    assert 10 == len(seen.lost)


def test_connections_are_kept() -> None:
    """Requests one after the other use one connection, as from a load balancer."""
    with serving(lambda exchange: exchange.send(answer())) as server:
        saturate(server.port, 1, 10)
    assert {1} == {received.connection for received in server.received}


def test_connection_close_is_obeyed() -> None:
    """After `Connection: close` the next request has a connection of its own, and none is lost."""
    with serving(_answer_and_close) as server:
        seen = saturate(server.port, 1, 10)
    assert {"200": 10} == seen.statuses()
    assert 10 == len({received.connection for received in server.received})


def test_a_refused_connection_is_not_a_lost_request() -> None:
    """Nothing was sent to a closed port."""
    seen = load(free_port(), 20, 0.5)
    assert {"refused": 10} == seen.statuses()
    assert [] == seen.lost


def test_a_request_without_reply_in_time_is_lost() -> None:
    """The generator gives up after its own timeout."""
    with serving(lambda exchange: exchange.hang()) as server:
        seen = load(server.port, 10, 0.2, timeout=0.3)
    assert {Lost.TIMED_OUT: 2} == seen.statuses()


def test_half_a_reply_is_lost() -> None:
    """A body that ends before its length does is not a reply."""
    with serving(lambda exchange: exchange.cut(after=answer(body=b"x" * 100)[:-50])) as server:
        assert {"broken": 2} == load(server.port, 10, 0.2).statuses()


def test_bytes_that_are_not_http_are_reported_as_such() -> None:
    """Garbage is neither a reply nor a broken connection."""
    with serving(lambda exchange: exchange.send(b"\x00\x01garbage\r\n\r\n")) as server:
        assert {"not HTTP": 2} == load(server.port, 10, 0.2).statuses()


def test_requests_beyond_the_connection_limit_are_counted_and_not_delayed() -> None:
    """To wait for a free connection would hide a stall."""
    released = threading.Event()

    def hold(exchange: Exchange) -> None:
        released.wait(60)
        exchange.send(answer())

    async def run(port: int) -> Load:
        generator = Generator(Address(port), max_connections=3)
        raw = request(Address(port), "/query/user", {"user_id": "u"})
        sending = asyncio.create_task(generator.constant_rate(lambda _: raw, 50, 0.2))
        while len(generator.outcomes) < 7:  # noqa: ASYNC110  # the generator has no event for it
            await asyncio.sleep(0.01)
        released.set()
        return await sending

    with serving(hold) as server:
        assert {"not sent": 7, "200": 3} == asyncio.run(run(server.port)).statuses()


def test_problem_documents_are_counted_by_their_code() -> None:
    """A 503 of the service and another 503 are counted apart."""
    problem = answer(503, b'{"code": "service_unavailable"}', "application/problem+json")
    with serving(lambda exchange: exchange.send(problem)) as server:
        assert {"503 service_unavailable": 2} == load(server.port, 10, 0.2).statuses()


def test_percentiles_are_measured_values() -> None:
    """The p99 of a hundred replies is the second slowest; lost requests and other statuses are left out."""
    replies = [Outcome(0, 0, number / 1_000, 200, None, None) for number in range(1, 101)]
    found = Load([*replies, Outcome(0, 0, 9, 503, None, None), Outcome(0, 0, 9, None, None, Lost.BROKEN)])
    assert [50, 99, 100] == [found.milliseconds(percent, 200) for percent in (50, 99, 99.9)]
    assert 9_000 == found.milliseconds(100)
    assert 0 == found.milliseconds(50, 404)


def _answer_and_close(exchange: Exchange) -> None:
    exchange.cut(after=answer(200, b"{}", "application/json", "Connection: close"))
