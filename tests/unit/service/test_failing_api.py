"""A failing internal gateway: few retries, none that cannot help, and a quick recovery."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpx
import pytest

from common.problem import ProblemError
from common.request import Deadline, RequestContext, current_request
from service.internal_api import CircuitBreaker, InternalApiClient
from tests.unit.service.harness import URL, Upstream, late, page

Reply = Callable[[httpx.Request], Any]
LogLines = Callable[[], list[dict[str, Any]]]
DEAD: dict[str, Reply] = {
    "refused": lambda request: raised(httpx.ConnectError("refused", request=request)),
    "reset": lambda request: raised(httpx.ReadError("reset", request=request)),
    "502": lambda _: httpx.Response(502),
    "504": lambda _: httpx.Response(504),
}
ALIVE: dict[str, Reply] = {
    "page": lambda _: page(),
    "throttling": lambda _: httpx.Response(429, headers={"Retry-After": "60"}),
    "busy": lambda _: httpx.Response(503, headers={"Retry-After": "60"}),
    "forbidding": lambda _: httpx.Response(403),
    "failing_on_a_row": lambda _: httpx.Response(500),
    "no_page": lambda _: httpx.Response(200, json={"items": None}),
}


def raised(error: Exception) -> httpx.Response:
    """Raise `error` where an answer is wanted."""
    raise error


def answering(*replies: Reply) -> Upstream:
    """Return a gateway with one reply after another; the last one goes on."""
    upstream = Upstream()
    following = itertools.chain(replies, itertools.repeat(replies[-1]))

    def reply(request: httpx.Request) -> Any:  # noqa: ANN401  # a reply
        return next(following)(request)

    upstream.reply = reply
    return upstream


def asked(upstream: Upstream, times: int = 1, *, left: float = 60, **settings: Any) -> list[str]:  # noqa: ANN401  # a client's
    """Make `times` calls in turn; return `ok` or the code of the problem for each."""

    async def run() -> list[str]:
        current_request.set(RequestContext(request_id="id-1", deadline=Deadline(left)))
        async with InternalApiClient(URL, transport=upstream, **settings) as client:
            return [await outcome(client.query_user(f"u{number}")) for number in range(times)]

    return asyncio.run(run())


async def outcome(asking: Awaitable[object]) -> str:
    """Return `ok`, or the code of the problem."""
    try:
        await asking
    except ProblemError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize("reply", [*DEAD.values(), *(lambda _, s=status: httpx.Response(s) for status in (429, 503))])
def test_temporary_errors_are_retried(reply: Reply) -> None:
    """Twice at most, and the caller does not see it."""
    upstream = answering(reply, reply, lambda _: page())
    assert ["ok"] == asked(upstream)
    assert 3 == len(upstream.requests)
    assert 1 == len({request.headers["x-request-id"] for request in upstream.requests})


@pytest.mark.parametrize("reply", [ALIVE["forbidding"], ALIVE["failing_on_a_row"], ALIVE["no_page"]])
def test_permanent_errors_are_not_retried(reply: Reply) -> None:
    """The same request would meet the same end."""
    upstream = answering(reply)
    assert ["bad_gateway"] == asked(upstream)
    assert 1 == len(upstream.requests)


def test_an_attempt_that_hangs_is_given_up_for_another() -> None:
    """Its whole time is not spent on one packet that was lost."""
    upstream = answering(late, lambda _: page())
    assert ["ok"] == asked(upstream, attempt_seconds=0.2)
    assert 2 == len(upstream.requests)


def test_no_attempt_goes_past_the_deadline() -> None:
    """Neither its wait nor its work: the caller has its answer within its own time."""
    upstream = answering(lambda _: httpx.Response(503, headers={"Retry-After": "120"}))
    assert ["service_unavailable"] == asked(upstream, left=60)
    assert 1 == len(upstream.requests)


@pytest.mark.parametrize("reply", DEAD.values(), ids=DEAD)
def test_the_breaker_opens_for_a_dead_api(reply: Reply, log_lines: LogLines) -> None:
    """After ten calls and a budget of ten retries, it is not called again before the next probe."""
    upstream = answering(reply)
    outcomes = asked(upstream, 500, breaker=CircuitBreaker(clock=lambda: 0.0))
    assert {"service_unavailable"} == set(outcomes[10:])
    assert "service_unavailable" not in outcomes[:10]
    assert 20 <= len(upstream.requests) <= 22
    assert ["breaker_opened"] == [line["event"] for line in log_lines() if "breaker" in line["event"]]


@pytest.mark.parametrize("reply", ALIVE.values(), ids=ALIVE)
def test_the_breaker_stays_closed_for_an_api_that_answers(reply: Reply) -> None:
    """One that is busy, or forbids, or stumbles over one row is asked again by the next request."""
    upstream = answering(reply)
    asked(upstream, 50)
    assert 50 == len(upstream.requests)


@pytest.mark.parametrize("reply", DEAD.values(), ids=DEAD)
def test_one_query_that_always_fails_does_not_stop_the_others(reply: Reply) -> None:
    """Its caller gets the failure each time; the others get their pages."""
    upstream = Upstream()
    upstream.reply = lambda request: reply(request) if b"poisoned" in request.content else page()

    async def run() -> tuple[set[str], set[str]]:
        async with InternalApiClient(URL, transport=upstream) as client:
            poisoned = {await outcome(client.query_user("poisoned")) for _ in range(30)}
            return poisoned, {await outcome(client.query_user(f"u{number}")) for number in range(30)}

    poisoned, others = asyncio.run(run())
    assert (False, {"ok"}) == ("service_unavailable" in poisoned, others)


def test_retries_are_a_tenth_when_everything_fails() -> None:
    """Retries must not triple the load of an API that is overloaded."""
    upstream = answering(lambda _: httpx.Response(503, headers={"Retry-After": "0"}))
    assert {"service_unavailable"} == set(asked(upstream, 200))
    assert 200 < len(upstream.requests) <= 210


def test_timeouts_of_short_deadlines_do_not_open_the_breaker() -> None:
    """Its own time ended: others are not refused for it."""
    upstream = answering(*[late] * 12, lambda _: page())
    breaker = CircuitBreaker()
    assert {"gateway_timeout"} == set(asked(upstream, 12, left=0.02, breaker=breaker))
    assert not breaker.is_open


def test_the_service_recovers_soon_after_the_api(log_lines: LogLines) -> None:
    """The next probe closes the breaker."""
    times = [0.0]
    upstream = Upstream()
    upstream.reply = DEAD["502"]

    async def run() -> Iterable[str]:
        async with InternalApiClient(
            URL, transport=upstream, breaker=CircuitBreaker(clock=lambda: times[-1])
        ) as client:
            dead = [await outcome(client.query_user(f"u{number}")) for number in range(20)]
            upstream.reply = lambda _: page()
            times.append(1.0)
            return [dead[-1], *[await outcome(client.query_user("u")) for _ in range(5)]]

    assert ["service_unavailable", *["ok"] * 5] == asyncio.run(run())
    assert ["breaker_opened", "breaker_closed"] == [e["event"] for e in log_lines() if "breaker" in e["event"]]
