"""Both Python clients do what the scenarios of the conformance suite say; test_typescript.py runs the same ones."""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterable, Iterator
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest

from generated_client.runtime import SYSTEM_CLOCK, ApiError, ApiStatusError, RetryPolicy, Timeout
from tests.sdk.conformance import SCENARIOS, Stub, expected, stub
from tests.sdk.harness import FLAVOURS, FakeClock, Script

CLIENTS = {"blocking": "python", "async": "python-async"}


class CancellingClock(FakeClock):
    """Cancels the task that waits."""

    async def sleep_async(self, seconds: float) -> None:
        """Cancel the task."""
        self.sleep(seconds)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)


@pytest.fixture(scope="module", params=FLAVOURS)
def service(request: pytest.FixtureRequest) -> Iterator[tuple[str, Stub]]:
    """Give each client a stub of its own."""
    with stub() as made:
        yield request.param, made


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_scenario(service: tuple[str, Stub], scenario: dict[str, Any]) -> None:
    """The client sends, waits, and gives or raises what the scenario says."""
    flavour, made = service
    client = CLIENTS[flavour]
    if expected(scenario, client) is not None:
        made.check(scenario, report(scenario, flavour, made.base_url(scenario)), client)


def test_scenarios_have_names_of_their_own_and_exceptions_have_reasons() -> None:
    """A name is a path of the stub."""
    names = [scenario["name"] for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    exceptions = [each for scenario in SCENARIOS for each in scenario.get("exceptions", {}).values()]
    assert all(each["reason"].endswith(".") for each in exceptions)


def report(scenario: dict[str, Any], flavour: str, base_url: str) -> dict[str, Any]:
    """Run a scenario and return what came of it."""
    call = scenario["call"]
    given = scenario.get("client", {})
    clock = (CancellingClock if call.get("cancel") == "in_wait" else FakeClock)(chance=given.get("chance", 0.5))
    result: dict[str, Any] = {"slept": clock.slept, "progress": []}
    options = {
        "base_url": base_url,
        "api_key": given.get("api_key", "key"),
        "timeout": Timeout(given.get("timeout", 30.0), given.get("attempt_timeout")),
        "retry": RetryPolicy(max_retries=given.get("max_retries", 2), budget=given.get("budget", 100.0)),
        "headers": given.get("headers"),
        # Without TLS, whose settings take longer to load than a scenario.
        "transport": (httpx.AsyncHTTPTransport if flavour == "async" else httpx.HTTPTransport)(verify=False),
        "clock": SYSTEM_CLOCK if given.get("clock") == "system" else clock,
    }
    act = partial(_repeated_async if flavour == "async" else _repeated, call, result["progress"])
    try:
        value = FLAVOURS[flavour].run(Script(), act, **options)
    except (asyncio.CancelledError, TimeoutError):
        return result | {"cancelled": True}
    except (ApiError, ValueError) as error:
        return result | {"error": _described(error)}
    return result | {"value": msgspec.to_builtins(value)}


def _repeated(call: dict[str, Any], progress: list[int], client: Any) -> Any:  # noqa: ANN401  # of two classes
    for _ in range(call.get("repeat", 1) - 1):
        with contextlib.suppress(ApiError):
            _called(client, call, progress)
    return _called(client, call, progress)


async def _repeated_async(call: dict[str, Any], progress: list[int], client: Any) -> Any:  # noqa: ANN401  # of two classes
    for _ in range(call.get("repeat", 1) - 1):
        with contextlib.suppress(ApiError):
            await _called(client, call, progress)
    made = _called(client, call, progress)
    if isinstance(made, AsyncIterable):
        return [each async for each in made]
    async with asyncio.timeout(0.1 if call.get("cancel") == "in_attempt" else None):
        return await made


def _called(client: Any, call: dict[str, Any], progress: list[int]) -> Any:  # noqa: ANN401  # of two classes
    name, mode = call["operation"], call.get("mode", "call")
    given = call["arguments"] | call.get("options", {})
    if "with" in call:
        client = client.with_options(**call["with"])
    if mode == "count":
        given["progress"] = lambda total: progress.append(total.rows)
        return client.count_marketing(**given)
    if mode in {"call", "next"}:
        answer = getattr(client, name)(**given)
        following = _following_async if inspect.isawaitable(answer) else _following
        return answer if mode == "call" else following(answer)
    pager = getattr(client, name.replace("query_", "iter_"))(**given)
    return pager if mode == "items" else pager.pages()


def _following(page: Any) -> list[Any]:  # noqa: ANN401  # as above
    found = [page]
    while page := page.next_page():
        found.append(page)
    return found


async def _following_async(first: Any) -> list[Any]:  # noqa: ANN401  # as above
    found = [await first]
    while page := await found[-1].next_page():
        found.append(page)
    return found


def _described(error: Exception) -> dict[str, Any]:
    if not isinstance(error, ApiError):
        return {"name": "ConfigurationError"}
    found: dict[str, Any] = {"name": type(error).__name__}
    found |= {name: getattr(error, name) for name in ("code", "request_id", "retry_after", "attempts")}
    if isinstance(error, ApiStatusError):
        fields = [each.pointer for each in error.problem.errors]
        found |= {"status": error.status_code, "detail": error.problem.detail, "fields": fields}
    return found
