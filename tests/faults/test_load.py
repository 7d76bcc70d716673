"""The load tells the truth: about a stall, about what was lost, and about itself."""

import asyncio

from lab.faults.connection import Address, Lost, request
from lab.faults.load import Generator, Load
from lab.faults.processes import free_port
from tests.faults.stalling import stalling
from tests.hostile import Exchange, answer, serving

RATE = 100


def load(port: int, rate: float, seconds: float, **options: float) -> Load:
    """Return what becomes of a constant rate."""
    address = Address(port)
    raw = request(address, "/query/user", {"user_id": "u"})
    generator = Generator(address, **options)  # type: ignore[arg-type]  # a number is all that any of them takes
    return asyncio.run(generator.constant_rate(lambda _: raw, rate, seconds))


def test_a_stall_is_seen_by_every_request_that_was_due_meanwhile() -> None:
    """A server that stands still for one second of two shows it in half of the answers, as long as each had to wait."""
    with stalling() as server:

        async def run() -> Load:
            raw = request(server.stub.address, "/query/user", {"user_id": "u"})
            asyncio.get_running_loop().call_later(0.5, server.stall, 1.0)
            return await Generator(server.stub.address).constant_rate(lambda _: raw, RATE, 2)

        seen = asyncio.run(run())
    late = sorted(outcome.seconds for outcome in seen.outcomes if outcome.seconds > 0.1)
    assert 2 * RATE == seen.count(200)
    assert 0.8 * RATE <= len(late) <= 1.3 * RATE
    assert 0.4 <= late[len(late) // 2] <= 0.7
    assert 0.85 <= late[-1] <= 1.4
    assert seen.lag_milliseconds < 300  # the load itself did not stand still


def test_nothing_is_sent_twice() -> None:
    """Where a kept connection breaks under a request, the request is lost: the server saw as many as were sent."""

    def break_every_third(exchange: Exchange) -> None:
        exchange.cut() if exchange.number % 3 == 0 else exchange.send(answer())

    with serving(break_every_third) as server:
        seen = load(server.port, 30, 1)
    assert 30 == len(seen.outcomes) == len(server.received)
    assert {"200": 20, "broken": 10} == seen.statuses()
    assert 10 == len(seen.lost)


def test_connections_are_kept() -> None:
    """Requests one after the other go over one connection, as from a load balancer."""
    with serving(lambda exchange: exchange.send(answer())) as server:
        load(server.port, 20, 0.5)
    assert {1} == {received.connection for received in server.received}


def test_an_answer_that_closes_is_obeyed() -> None:
    """After `Connection: close` the next request has a connection of its own, and none is lost."""
    with serving(_answer_and_close) as server:
        seen = load(server.port, 20, 0.5)
    assert {"200": 10} == seen.statuses()
    assert 10 == len({received.connection for received in server.received})


def test_a_refused_connection_loses_nothing() -> None:
    """Where nobody listens nothing was sent, so that it counts as refused and not as lost."""
    seen = load(free_port(), 20, 0.5)
    assert {"refused": 10} == seen.statuses()
    assert [] == seen.lost


def test_no_answer_in_time_is_lost() -> None:
    """A request that is never answered ends with the load's own patience."""
    with serving(lambda exchange: exchange.hang()) as server:
        seen = load(server.port, 10, 0.2, timeout=0.3)
    assert {Lost.TIMED_OUT: 2} == seen.statuses()


def test_half_an_answer_is_lost() -> None:
    """A body that ends before its length does is no answer."""
    with serving(lambda exchange: exchange.cut(after=answer(body=b"x" * 100)[:-50])) as server:
        assert {"broken": 2} == load(server.port, 10, 0.2).statuses()


def test_what_is_no_http_is_told() -> None:
    """Garbage is neither an answer nor a broken connection."""
    with serving(lambda exchange: exchange.send(b"\x00\x01garbage\r\n\r\n")) as server:
        assert {"not HTTP": 2} == load(server.port, 10, 0.2).statuses()


def test_the_load_says_what_it_could_not_send() -> None:
    """With all its connections busy the load does not wait, which would hide the stall: it counts what it left out."""
    with serving(lambda exchange: exchange.hang()) as server:
        seen = load(server.port, 50, 0.2, timeout=0.5, most_connections=3)
    assert {"not sent": 7, "timed out": 3} == seen.statuses()


def test_problem_documents_are_counted_by_their_code() -> None:
    """A 503 of the service and one of a stranger are not the same."""
    problem = answer(503, b'{"code": "service_unavailable"}', "application/problem+json")
    with serving(lambda exchange: exchange.send(problem)) as server:
        assert {"503 service_unavailable": 2} == load(server.port, 10, 0.2).statuses()


def test_percentiles_are_of_the_answers() -> None:
    """The slowest of a hundred is the hundredth percentile."""

    def slow_once(exchange: Exchange) -> None:
        exchange.stopping.wait(0.3 if exchange.number == 10 else 0)
        exchange.send(answer())

    with serving(slow_once) as server:
        seen = load(server.port, 100, 1)
    assert seen.milliseconds(50) < 100
    assert 300 <= seen.milliseconds(100) < 600


def _answer_and_close(exchange: Exchange) -> None:
    exchange.cut(after=answer(200, b"{}", "application/json", "Connection: close"))
