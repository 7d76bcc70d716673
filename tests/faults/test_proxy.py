"""The fault proxy injects each fault at once, and removes it at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from lab.connection import Connection, Lost, LostError, Reply, ask_once, request
from lab.faults.proxy import Fault, FaultProxy, fault_proxy
from lab.stub import Stub, internal_page, refusal, running

T = TypeVar("T")


def run(use: Callable[[FaultProxy, Stub], Awaitable[T]]) -> T:
    """Run a coroutine with a proxy in front of a stub."""

    async def whole() -> T:
        async with running(Stub()) as stub, fault_proxy(stub.address) as proxy:
            return await use(proxy, stub)

    return asyncio.run(whole())


async def ask(proxy: FaultProxy, seconds: float = 30) -> Reply | Lost:
    """Return the reply through the proxy, or the reason why none came within `seconds`."""
    try:
        return await ask_once(proxy.address, request(proxy.address, "/query/user", {"user_id": "u"}), seconds)
    except LostError as error:
        return error.reason


def test_without_a_fault_requests_pass() -> None:
    """The reply is the stub's, and the call is counted."""

    async def use(proxy: FaultProxy, stub: Stub) -> tuple[Reply | Lost, int, int]:
        return await ask(proxy), proxy.calls, stub.calls

    came, calls, through = run(use)
    assert isinstance(came, Reply)
    assert internal_page().endswith(came.body)
    assert (1, 1) == (calls, through)


@pytest.mark.parametrize(
    ("fault", "expected", "calls", "through"),
    [
        (Fault.REFUSE, Lost.REFUSED, 0, 0),
        (Fault.RESET, Lost.BROKEN, 1, 0),
        (Fault.HANG, Lost.TIMED_OUT, 1, 0),
        (Fault.SLOW, Lost.TIMED_OUT, 1, 1),
        (Fault.GARBAGE, Lost.NOT_HTTP, 1, 0),
        (Fault.CUT, Lost.BROKEN, 1, 1),
    ],
)
def test_a_fault_starts_and_ends_at_once(fault: Fault, expected: Lost, calls: int, through: int) -> None:
    """A caller sees the fault, calls are counted, and the next request after it passes."""

    async def use(proxy: FaultProxy, stub: Stub) -> tuple[Reply | Lost, int, int, Reply | Lost]:
        await proxy.switch(fault)
        came = await ask(proxy, 1 if expected is Lost.TIMED_OUT else 30)
        counted = proxy.calls, stub.calls
        await proxy.switch(Fault.NONE)
        return came, *counted, await ask(proxy)

    came, counted, passed, after = run(use)
    assert (expected, calls, through) == (came, counted, passed)
    assert isinstance(after, Reply)


def test_the_proxy_can_reply_itself() -> None:
    """The upstream does not see the request."""

    async def use(proxy: FaultProxy, stub: Stub) -> tuple[Reply | Lost, int]:
        proxy.response = refusal(429, "too_many_requests")
        await proxy.switch(Fault.REPLY)
        return await ask(proxy), stub.calls

    came, through = run(use)
    assert isinstance(came, Reply)
    assert (429, "too_many_requests", 0) == (came.status, came.code, through)


def test_a_fault_ends_open_connections() -> None:
    """Kept connections end with the switch, as in a crash of the upstream."""

    async def use(proxy: FaultProxy, _stub: Stub) -> bool:
        connection = await Connection.open(proxy.address)
        raw = request(proxy.address, "/query/user", {"user_id": "u"})
        await connection.ask(raw)
        await proxy.switch(Fault.REFUSE)
        async with asyncio.timeout(30):
            while connection.is_usable:  # noqa: ASYNC110  # a connection has no event for its end
                await asyncio.sleep(0.01)
        return connection.is_usable

    assert run(use) is False


def test_the_stub_sends_the_response_that_is_set() -> None:
    """A refusal is a problem document with its code and its Retry-After."""

    async def use(proxy: FaultProxy, stub: Stub) -> Reply | Lost:
        stub.response = refusal(503, "service_unavailable", "Retry-After: 1")
        return await ask(proxy)

    came = run(use)
    assert isinstance(came, Reply)
    assert (503, "service_unavailable", "1") == (came.status, came.code, came.headers["retry-after"])
