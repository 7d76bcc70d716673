"""Retries: which errors, when, how often, and the parts of a request that stay the same."""

import email.utils
import threading
from typing import Any

import httpx
import pytest

from generated_client.runtime import RetryBudget
from tests.sdk.harness import FakeClock, Flavour, Script, page, problem

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


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again(flavour: Flavour, script: Script, status: int) -> None:
    """Busy, throttled, down or late: the same request may work the next time."""
    script.answers = [httpx.Response(status), problem(status)]
    assert 3 == flavour.run(script, ask).attempts


@pytest.mark.parametrize("error", CONNECTION_ERRORS, ids=lambda error: type(error).__name__)
def test_connection_errors_are_tried_again(flavour: Flavour, script: Script, error: Exception) -> None:
    """Queries only read: one that may have arrived does no harm twice."""
    script.answers = [error]
    assert 2 == flavour.run(script, ask).attempts


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 413, 500, 501, 520])
def test_what_stays_is_not_tried_again(flavour: Flavour, script: Script, status: int) -> None:
    """A bug stays a bug."""
    script.answers = [httpx.Response(status)]
    with pytest.raises(flavour.errors.ApiStatusError):
        flavour.run(script, ask)
    assert 1 == len(script.requests)


def test_foreign_success_is_not_tried_again(flavour: Flavour, script: Script) -> None:
    """Another try would give the same."""
    script.answers = [httpx.Response(200, text="hello")]
    with pytest.raises(flavour.errors.ResponseDecodeError):
        flavour.run(script, lambda client: client.query_user("u1"))
    assert 1 == len(script.requests)


def test_after_two_retries_the_last_error_is_raised(flavour: Flavour, script: Script) -> None:
    """With the number of tries."""
    script.answers = [httpx.Response(502), httpx.ConnectError("no"), problem(503)]
    with pytest.raises(flavour.errors.ServiceUnavailableError) as caught:
        flavour.run(script, ask)
    assert 3 == caught.value.attempts == len(script.requests)


def test_every_try_has_the_same_id_and_body(flavour: Flavour, script: Script) -> None:
    """One call is one line to look for in the logs; another call has another."""
    script.answers = [httpx.Response(503), httpx.ConnectError("no"), page(), page()]
    flavour.run(script, ask)
    flavour.run(script, ask)
    ids = [request.headers["x-request-id"] for request in script.requests]
    assert (1, 2) == (len(set(ids[:3])), len(set(ids)))
    assert 1 == len({request.content for request in script.requests})


@pytest.mark.parametrize(("chance", "expected"), [(0.0, [0.0, 0.0]), (0.5, [0.1, 0.2]), (0.999, [0.1998, 0.3996])])
def test_waits_are_full_jitter(flavour: Flavour, script: Script, chance: float, expected: list[float]) -> None:
    """Anything from nothing up to a bound that doubles."""
    script.answers = [httpx.Response(503), httpx.Response(503)]
    clock = FakeClock(chance)
    flavour.run(script, ask, clock=clock)
    assert expected == pytest.approx(clock.slept)


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


def test_retry_after_as_a_date_is_obeyed(flavour: Flavour, script: Script, clock: FakeClock) -> None:
    """HTTP has both forms."""
    date = email.utils.formatdate(clock.now() + 9, usegmt=True)
    script.answers = [httpx.Response(503, headers={"Retry-After": date})]
    flavour.run(script, ask, clock=clock)
    assert [9.1] == pytest.approx(clock.slept)


@pytest.mark.parametrize("said", ["soon", "", "nan", "inf", "Wed, 99 Foo 2026", "1e999"])
def test_retry_after_that_is_nonsense_counts_as_none(
    flavour: Flavour, script: Script, clock: FakeClock, said: str
) -> None:
    """The wait is our own then."""
    script.answers = [httpx.Response(503, headers={"Retry-After": said})]
    flavour.run(script, ask, clock=clock)
    assert clock.slept[0] <= 0.2


def test_retry_after_that_is_too_long_ends_the_call(flavour: Flavour, script: Script, clock: FakeClock) -> None:
    """A quota that is used up is for the caller to wait for."""
    script.answers = [httpx.Response(429, headers={"Retry-After": "3600"})]
    with pytest.raises(flavour.errors.RateLimitError) as caught:
        flavour.run(script, ask, clock=clock)
    assert (3600, 1, []) == (caught.value.retry_after, caught.value.attempts, clock.slept)


def test_retries_stop_where_the_time_ends(flavour: Flavour, script: Script, clock: FakeClock) -> None:
    """A wait that ends after the deadline is not begun."""
    script.answers = [httpx.Response(503, headers={"Retry-After": "4"})] * 9
    with pytest.raises(flavour.errors.ServiceUnavailableError) as caught:
        flavour.run(script, lambda client: client.query_user("u1", timeout=10, max_retries=9), clock=clock)
    assert (3, 2) == (caught.value.attempts, len(clock.slept))


@pytest.mark.parametrize("per_call", [True, False])
def test_retries_can_be_turned_off(flavour: Flavour, script: Script, per_call: bool) -> None:  # noqa: FBT001  # a case
    """For a client, or for a call."""
    script.answers = [httpx.Response(503)]
    client = {} if per_call else {"retry": flavour.package.NO_RETRIES}
    call = {"max_retries": 0} if per_call else {}
    with pytest.raises(flavour.errors.ServiceUnavailableError):
        flavour.run(script, lambda client: client.query_user("u1", **call), **client)
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
