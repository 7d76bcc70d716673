"""Retries of the Python clients, beyond the scenarios of the conformance suite: connections, budgets, Retry-After."""

import threading
from typing import Any

import httpx
import pytest

from generated_client.runtime import RetryBudget
from tests.sdk.harness import FakeClock, Flavour, Script, page

CONNECTION_ERRORS = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("late"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("gone"),
    httpx.ProxyError("no"),
    httpx.PoolTimeout("busy"),
    ConnectionResetError("reset"),
]


def ask(client: Any) -> Any:  # noqa: ANN401  # any of the clients
    """Ask for a page."""
    return client.with_raw_response.query_user("u1")


@pytest.mark.parametrize("error", CONNECTION_ERRORS, ids=lambda error: type(error).__name__)
def test_connection_errors_are_tried_again(flavour: Flavour, script: Script, error: Exception) -> None:
    """Queries only read: one that may have arrived does no harm twice."""
    script.answers = [error]
    assert 2 == flavour.run(script, ask).attempts


def test_every_try_has_the_same_id_and_body(flavour: Flavour, script: Script) -> None:
    """One call is one line to look for in the logs; another call has another."""
    script.answers = [httpx.Response(503), httpx.ConnectError("no"), page(), page()]
    flavour.run(script, ask)
    flavour.run(script, ask)
    ids = [request.headers["x-request-id"] for request in script.requests]
    assert (1, 2) == (len(set(ids[:3])), len(set(ids)))
    assert 1 == len({request.content for request in script.requests})


def test_waits_have_a_bound(flavour: Flavour, script: Script, clock: FakeClock) -> None:
    """However many tries there are."""
    script.answers = [httpx.Response(503)] * 8
    retry = flavour.package.RetryPolicy(max_retries=8, max_delay=1.0)
    flavour.run(script, ask, clock=clock, retry=retry)
    assert [0.5] * 5 == clock.slept[3:]


@pytest.mark.parametrize(("said", "wait"), [("3", 3.0), ("0", 0.0), ("1.5", 1.5), ("-4", 0.0)])
def test_retry_after_in_seconds_is_obeyed(
    flavour: Flavour, script: Script, clock: FakeClock, *, said: str, wait: float
) -> None:
    """Never earlier, and a little later, so that not all come at once."""
    script.answers = [httpx.Response(429, headers={"Retry-After": said})]
    flavour.run(script, ask, clock=clock)
    assert [wait + 0.1] == pytest.approx(clock.slept)


@pytest.mark.parametrize("said", ["soon", "", "nan", "inf", "Wed, 99 Foo 2026", "1e999"])
def test_retry_after_that_is_nonsense_counts_as_none(
    flavour: Flavour, script: Script, clock: FakeClock, said: str
) -> None:
    """The wait is our own then."""
    script.answers = [httpx.Response(503, headers={"Retry-After": said})]
    flavour.run(script, ask, clock=clock)
    assert clock.slept[0] <= 0.2


def test_retries_of_a_client_can_be_turned_off(flavour: Flavour, script: Script) -> None:
    """By a policy that has a name."""
    script.answers = [httpx.Response(503)]
    with pytest.raises(flavour.errors.ServiceUnavailableError):
        flavour.run(script, ask, retry=flavour.package.NO_RETRIES)
    assert 1 == len(script.requests)


@pytest.mark.parametrize(("policy", "retries"), [({}, 100), ({"budget": 10}, 10)])
def test_budget_ends_retries_while_the_service_is_down(
    flavour: Flavour, script: Script, *, policy: dict[str, Any], retries: int
) -> None:
    """The budget is 100 retries by default, so a failing service gets few of them."""
    script.answers = [httpx.Response(503)] * 1_000

    def burn(client: Any) -> Any:  # noqa: ANN401  # any of the clients
        async def go() -> None:
            for _ in range(200):
                with pytest.raises(flavour.errors.ServiceUnavailableError):
                    await client.query_user("u1")

        if flavour.is_async:
            return go()
        for _ in range(200):
            with pytest.raises(flavour.errors.ServiceUnavailableError):
                client.query_user("u1")
        return None

    flavour.run(script, burn, retry=flavour.package.RetryPolicy(**policy))
    assert 200 + retries == len(script.requests)


def test_successes_fill_the_budget_again() -> None:
    """Ten of them pay for one retry, and it is never larger than it was; threads share it."""
    budget = RetryBudget(capacity=2, refund=0.25)
    assert [True, True, False] == [budget.spend() for _ in range(3)]
    threads = [threading.Thread(target=budget.succeed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [True, False] == [budget.spend() for _ in range(2)]
    for _ in range(100):
        budget.succeed()
    assert [True, True, False] == [budget.spend() for _ in range(3)]
