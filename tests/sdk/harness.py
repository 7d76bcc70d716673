"""The blocking and the async client behind one interface, and a scripted service, clock and records for them."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import httpx

from generated_client import query_service_client
from generated_client.query_service_client import AsyncQueryServiceClient, QueryServiceClient
from generated_client.runtime import AsyncPager, Pager

URL = "http://service.test/v1"
RECORD = {"transaction_id": "tx_001", "user_id": "u1", "created_at": 1761998400123, "status": "SENT"}

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class FakeClock:
    """Time that passes only where somebody sleeps; `chance` is what random() gives."""

    chance: float = 0.5
    time: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        """Return the seconds that were slept."""
        return self.time

    def now(self) -> float:
        """Return the same, as seconds since 1970."""
        return self.time

    def random(self) -> float:
        """Return `chance`."""
        return self.chance

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.time += seconds

    async def sleep_async(self, seconds: float) -> None:
        """Let time pass."""
        self.sleep(seconds)


@dataclass
class Script:
    """A service that gives these answers one after another, and then pages of one record."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else page()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


@dataclass(frozen=True)
class Flavour:
    """One of the two clients."""

    is_async: bool
    package: ModuleType = query_service_client
    errors: ModuleType = query_service_client.errors

    @property
    def client(self) -> Any:  # noqa: ANN401  # one of two classes
        """The class of the client."""
        return AsyncQueryServiceClient if self.is_async else QueryServiceClient

    def open(self, script: Script, **options: Any) -> Any:  # noqa: ANN401  # options of a client
        """Return a client of the scripted service."""
        url = options.pop("base_url", URL)
        defaults = {"api_key": "key", "transport": httpx.MockTransport(script), "clock": FakeClock()}
        return self.client(url, **defaults | options)

    def run(self, script: Script, act: Callable[[Any], Any], **options: Any) -> Any:  # noqa: ANN401  # what `act` gives
        """Return what `act(client)` gives; the items of a pager as a list."""
        return self.act(self.open(script, **options), act)

    def act(self, client: Any, act: Callable[[Any], Any]) -> Any:  # noqa: ANN401  # any of the clients
        """Return what `act(client)` gives, and close the client."""
        if not self.is_async:
            with client:
                made = act(client)
                return list(made) if isinstance(made, Pager | Iterator) else made

        async def go() -> Any:  # noqa: ANN401  # what `act` gives
            async with client:
                made = act(client)
                if isinstance(made, AsyncPager | AsyncIterator):
                    return [each async for each in made]
                return await made if inspect.isawaitable(made) else made

        return asyncio.run(go())


FLAVOURS = {"blocking": Flavour(is_async=False), "async": Flavour(is_async=True)}


def page(**changes: object) -> httpx.Response:
    """Return a page of one record."""
    return httpx.Response(200, json={"items": [RECORD], "count": 1} | changes)


def problem(status: int, **changes: object) -> httpx.Response:
    """Return a problem document of the contract."""
    body = {"type": "urn:t", "title": "T", "status": status, "detail": "D", "code": "c", "request_id": "theirs"}
    return httpx.Response(status, json=body | changes, headers={"Content-Type": "application/problem+json"})
