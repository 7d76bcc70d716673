"""How many requests are answered at a time, and what the others are told."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.unit.service.harness import Answer, Service, code, late, problem, request

LIMIT = 3


@pytest.fixture(scope="module")
def small(launch: Callable[..., Service]) -> Service:
    """Start a service that answers three requests at a time."""
    return launch(concurrency_limit=LIMIT)


def at_once(service: Service, number: int, seconds: float) -> list[Answer]:
    """Send requests at once to an internal gateway that takes `seconds`; return the answers."""
    service.upstream.reset()
    service.upstream.reply = partial(late, seconds=seconds)
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda number: service.post({"user_id": f"u{number}"}), range(number)))


def test_what_is_too_much_is_told_to_come_again(small: Service) -> None:
    """As many answers as there is room for, 503 with Retry-After for the others, and nothing is asked for them."""
    answers = at_once(small, 10, 0.5)
    shed = [answer for answer in answers if answer.status == 503]
    assert (LIMIT, 10 - LIMIT) == (sum(answer.status == 200 for answer in answers), len(shed))
    assert {("service_unavailable", "1")} == {(code(answer), answer.headers["retry-after"]) for answer in shed}
    assert LIMIT == len(small.upstream.requests)
    assert 10 == len({answer.headers["x-request-id"] for answer in answers})


def test_room_is_there_again_at_once(small: Service) -> None:
    """When the requests before have been answered, well or badly, or their callers have gone."""
    at_once(small, 10, 0.1)
    assert [200] * LIMIT == [answer.status for answer in at_once(small, LIMIT, 0)]
    small.upstream.reply = late
    for _ in range(2 * LIMIT):
        with small.wire() as wire:
            wire.send(request({"user_id": "u"}))
            time.sleep(0.02)
    assert [200] * LIMIT == [answer.status for answer in at_once(small, LIMIT, 0)]


def test_health_is_answered_when_there_is_no_room(small: Service) -> None:
    """A load balancer would replace a service that is only busy."""
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(at_once, small, LIMIT, 0.5)
        time.sleep(0.2)
        assert ["ok", "ok", "service_unavailable"] == [
            code(small.ask("GET", "/health")),
            code(small.ask("GET", "/health/")),
            code(small.post({"user_id": "u"})),
        ]
        assert [200] * LIMIT == [answer.status for answer in busy.result()]


def test_a_shed_request_leaves_its_connection_usable(small: Service) -> None:
    """The caller comes again on the same one; its body, read or not, is none of the next request."""
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(at_once, small, LIMIT, 0.5)
        time.sleep(0.2)
        with small.wire() as wire:
            wire.send(request({"user_id": "u" * 200}))
            assert "service_unavailable" == problem(wire.read())["code"]
            busy.result()
            wire.send(request({"user_id": "u"}))
            assert "ok" == code(wire.read())


def test_work_ends_with_its_caller(launch: Callable[..., Service]) -> None:
    """Nobody would read the answer: the call to the internal gateway is broken off."""
    service = launch()
    ended: list[str] = []

    async def reply(_request: object) -> Any:  # noqa: ANN401  # never comes
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    service.upstream.reply = reply
    with service.wire() as wire:
        wire.send(request({"user_id": "u"}))
        time.sleep(0.2)
        assert [] == ended
    time.sleep(0.2)
    assert ["cancelled"] == ended
