"""The concurrency limit: which requests are shed, and when a slot is free again."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from tests.unit.service.harness import SECONDS, Answer, Service, code, page, problem, request

LIMIT = 3
BODY = {"user_id": "u"}


@pytest.fixture(scope="module")
def small(launch: Callable[..., Service]) -> Service:
    """Start a service that runs three queries at a time."""
    return launch(concurrency_limit=LIMIT)


@contextmanager
def full(service: Service) -> Iterator[list[Future[Answer]]]:
    """Take every slot inside the block, with queries that the internal API answers afterwards; give their answers."""
    service.upstream.reset()
    released = threading.Event()

    async def reply(_request: httpx.Request) -> httpx.Response:
        await asyncio.to_thread(released.wait, SECONDS)
        return page()

    service.upstream.reply = reply
    with ThreadPoolExecutor(LIMIT) as pool:
        running = [pool.submit(service.post, BODY) for _ in range(LIMIT)]
        try:
            wait_for(lambda: len(service.upstream.requests) == LIMIT)
            yield running
        finally:
            released.set()
    assert ["ok"] * LIMIT == [code(each.result()) for each in running]


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    give_up = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_requests_over_the_limit_are_shed(small: Service) -> None:
    """503 with Retry-After, an id of their own, and no call of the internal API."""
    with full(small):
        shed = [small.post(BODY) for _ in range(5)]
        assert {("service_unavailable", "1")} == {(code(answer), answer.headers["retry-after"]) for answer in shed}
        assert 5 == len({answer.headers["x-request-id"] for answer in shed})
        assert LIMIT == len(small.upstream.requests)


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"x": 1, ' + b'"y": 1, ' * 100 + b'"user_id": "u"}'])
def test_bad_bodies_are_shed_too(small: Service, body: bytes) -> None:
    """To refuse one costs as much as a query."""
    with full(small):
        assert "service_unavailable" == code(small.post(body))
    assert "invalid" in code(small.post(body))


def test_slots_are_free_again_at_once(small: Service) -> None:
    """After an answer, after a refusal, and when the caller has hung up."""
    for _ in range(2):
        with full(small):
            pass
    assert ["invalid_body"] * 2 * LIMIT == [code(small.post({})) for _ in range(2 * LIMIT)]
    ended = hang(small)
    for number in range(2 * LIMIT):
        with small.wire() as wire:
            wire.send(request(BODY))
            wait_for(lambda number=number: len(small.upstream.requests) == number + 1)  # type: ignore[misc]  # bound early
        wait_for(lambda number=number: len(ended) == number + 1)  # type: ignore[misc]  # as above
    with full(small):
        pass


def hang(service: Service) -> list[str]:
    """Let the internal API not answer; return a list that grows with each call that is cancelled."""
    ended: list[str] = []

    async def reply(_request: httpx.Request) -> httpx.Response:
        try:
            await asyncio.sleep(SECONDS)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return page()

    service.upstream.reset()
    service.upstream.reply = reply
    return ended


@pytest.mark.parametrize("path", ["/health", "/health/"])
def test_health_is_never_shed(small: Service, path: str) -> None:
    """A load balancer would replace a service that is only busy."""
    with full(small):
        assert ["ok", "service_unavailable"] == [code(small.ask("GET", path)), code(small.post(BODY))]


def test_a_shed_request_leaves_its_connection_usable(small: Service) -> None:
    """Its body, read or not, is not taken for the next request."""
    with small.wire() as wire:
        with full(small):
            wire.send(request({"user_id": "u" * 200}))
            assert "service_unavailable" == problem(wire.read())["code"]
        wire.send(request(BODY))
        assert "ok" == code(wire.read())


def test_a_slow_body_holds_no_slot(small: Service) -> None:
    """A slot is taken when the whole body has arrived."""
    small.upstream.reset()
    with ExitStack() as slow:
        for _ in range(2 * LIMIT):
            slow.enter_context(small.wire()).send(request(BODY)[:-1])
        assert 200 == small.post(BODY).status


def test_work_ends_when_the_caller_hangs_up(service: Service) -> None:
    """The call of the internal API is cancelled: nobody would read the answer."""
    ended = hang(service)
    with service.wire() as wire:
        wire.send(request(BODY))
        wait_for(lambda: len(service.upstream.requests) == 1)
        assert [] == ended
    wait_for(lambda: ended == ["cancelled"])
