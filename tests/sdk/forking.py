"""Uses clients in forked processes; run as `python -m tests.sdk.forking SCENARIO URL`, it prints the wrong answers.

A process of its own, because a fork copies the threads' locks of a test run.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import httpx

from generated_client.internal_query_client import AsyncInternalQueryClient
from generated_client.query_service_client import (
    ApiError,
    AsyncQueryServiceClient,
    ConfigurationError,
    QueryServiceClient,
)
from service.transport import AiohttpTransport

ROUNDS = 15
CHILDREN = 3
Ask = Callable[[str], list[str]]


def in_children(work: Callable[[int], Any]) -> list[Any]:
    """Return the results of `work(number)` in forked processes that run at the same time."""
    started = []
    ready, go = os.pipe()
    for number in range(CHILDREN):
        result, out = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(go)
            os.read(ready, 1)  # returns at once in all children when the parent closes `go`
            try:
                text = json.dumps(work(number))
            except (ApiError, RuntimeError, ValueError) as exc:
                text = json.dumps(repr(exc))
            os.write(out, text.encode())
            os._exit(0)
        os.close(out)
        started.append((pid, result))
    os.close(go)
    found = []
    for pid, result in started:
        with os.fdopen(result) as file:
            found.append(json.loads(file.read()))
        os.waitpid(pid, 0)
    os.close(ready)
    return found


def first_calls(ask: Ask, prefix: str) -> list[Any]:
    """Return the wrong answers to the first calls of forked processes."""
    found = in_children(lambda number: ask(f"{prefix}-{number}"))
    return [each for number, each in enumerate(found) if each != [f"{prefix}-{number}"]]


def blocking(client: QueryServiceClient) -> Ask:
    """Return a function that asks for a user and returns the user ids of the answer."""
    return lambda user_id: [record.user_id for record in client.query_user(user_id, max_retries=0).items]


def in_own_loop(ask: Callable[[str], Coroutine[Any, Any, list[str]]]) -> Ask:
    """Return a function that runs `ask` in a loop that stays open, or in a new one after a fork."""
    runner, parent = asyncio.Runner(), os.getpid()
    return lambda user_id: runner.run(ask(user_id)) if os.getpid() == parent else asyncio.run(ask(user_id))


def asynchronous(client: AsyncQueryServiceClient) -> Ask:
    """Return the same over an async client, in an event loop of its own."""

    async def ask(user_id: str) -> list[str]:
        return [record.user_id for record in (await client.query_user(user_id, max_retries=0)).items]

    return in_own_loop(ask)


def internal(client: AsyncInternalQueryClient) -> Ask:
    """Return the same over the service's client."""

    async def ask(user_id: str) -> list[str]:
        page = (await client.query_user({"user_id": user_id}, max_retries=0)).parse()
        return [record["user_id"] for record in json.loads(bytes(page.items))]

    return in_own_loop(ask)


def threaded(ask: Ask) -> Ask:
    """Return the same, asked by several threads at once."""

    def in_threads(user_id: str) -> list[str]:
        found: list[str] = []
        threads = [threading.Thread(target=lambda: found.extend(ask(user_id))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(set(found))

    return in_threads


def pool(url: str) -> list[Any]:
    """Return the wrong answers of a multiprocessing pool over one client of its parent."""
    client = QueryServiceClient(url, api_key="key")
    ask = blocking(client)
    ask("parent")
    names = [f"user_{number}" for number in range(60)]
    with multiprocessing.get_context("fork").Pool(CHILDREN, initializer=_keep, initargs=(ask,)) as workers:
        found = workers.map(_ask, names, chunksize=1)
    return [each for name, each in zip(names, found, strict=True) if each != [name]]


_asks: list[Ask] = []


def _keep(ask: Ask) -> None:
    _asks.append(ask)


def _ask(user_id: str) -> list[str]:
    return _asks[0](user_id)


def rounds(make: Callable[[], Ask]) -> list[Any]:
    """Return the wrong answers over some rounds, in each of which the parent has used its client before."""
    wrong: list[Any] = []
    for number in range(ROUNDS):
        ask = make()
        before = ask("parent")
        wrong += first_calls(ask, f"{number}")
        wrong += [each for each in (before, ask("parent")) if each != ["parent"]]
    return wrong


def given(url: str) -> list[Any]:
    """Return deviations of clients over an httpx client of the caller's own: usable only if unused."""
    unused = blocking(QueryServiceClient(url, api_key="key", http_client=httpx.Client()))
    wrong = first_calls(unused, "unused")
    used = blocking(QueryServiceClient(url, api_key="key", http_client=httpx.Client()))
    used("parent")

    def refused(_: int) -> str:
        try:
            return f"not refused: {used('child')}"
        except ConfigurationError as error:
            return str(error)

    wrong += [each for each in in_children(refused) if "make the client after the fork" not in each]
    return wrong + ([] if used("parent") == ["parent"] else ["the parent"])


SCENARIOS: dict[str, Callable[[str], list[Any]]] = {
    "blocking": lambda url: rounds(lambda: blocking(QueryServiceClient(url, api_key="key"))),
    "threads": lambda url: rounds(lambda: threaded(blocking(QueryServiceClient(url, api_key="key")))),
    "async": lambda url: rounds(lambda: asynchronous(AsyncQueryServiceClient(url, api_key="key"))),
    "internal": lambda url: rounds(lambda: internal(AsyncInternalQueryClient(url, exchange=AiohttpTransport()))),
    "pool": pool,
    "given": given,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(SCENARIOS[sys.argv[1]](sys.argv[2])))
