"""The fault proxy does what it says, at once, and back again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from lab.faults.connection import Answer, Connection, Lost, LostError, ask_once, request
from lab.faults.proxy import Fault, FaultProxy, fault_proxy
from lab.faults.stub import Stub, page, refusal, stub_gateway

T = TypeVar("T")


def run(use: Callable[[FaultProxy, Stub], Awaitable[T]]) -> T:
    """Run something with a proxy in front of a stub."""

    async def whole() -> T:
        async with stub_gateway() as stub, fault_proxy(stub.address) as proxy:
            return await use(proxy, stub)

    return asyncio.run(whole())


async def ask(proxy: FaultProxy) -> Answer | Lost:
    """Return what a caller of the proxy gets within a second."""
    try:
        return await ask_once(proxy.address, request(proxy.address, "/query/user", {"user_id": "u"}), 1)
    except LostError as error:
        return error.reason


def test_without_a_fault_all_goes_through() -> None:
    """The answer is the one of the stub, and the call is counted."""

    async def use(proxy: FaultProxy, stub: Stub) -> tuple[Answer | Lost, int, int]:
        return await ask(proxy), proxy.calls, stub.calls

    came, calls, through = run(use)
    assert isinstance(came, Answer)
    assert page().endswith(came.body)
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
def test_a_fault_is_had_at_once_and_gone_at_once(fault: Fault, expected: Lost, calls: int, through: int) -> None:
    """A caller sees the fault, the calls that were made are counted, and after it all is as before."""

    async def use(proxy: FaultProxy, stub: Stub) -> tuple[Answer | Lost, int, int, Answer | Lost]:
        await proxy.switch(fault)
        came = await ask(proxy)
        counted = proxy.calls, stub.calls
        await proxy.switch(Fault.NONE)
        return came, *counted, await ask(proxy)

    came, counted, passed, after = run(use)
    assert (expected, calls, through) == (came, counted, passed)
    assert isinstance(after, Answer)


def test_the_proxy_answers_by_itself() -> None:
    """What it is told to answer comes in the neighbour's place, which never sees the request."""

    async def use(proxy: FaultProxy, stub: Stub) -> tuple[Answer | Lost, int]:
        proxy.answer = refusal(429, "too_many_requests")
        await proxy.switch(Fault.ANSWER)
        return await ask(proxy), stub.calls

    came, through = run(use)
    assert isinstance(came, Answer)
    assert (429, "too_many_requests", 0) == (came.status, came.code, through)


def test_a_fault_ends_what_is_connected() -> None:
    """Connections that a caller has kept end with the switch, as they would with the process behind them."""

    async def use(proxy: FaultProxy, _stub: Stub) -> bool:
        connection = await Connection.open(proxy.address)
        raw = request(proxy.address, "/query/user", {"user_id": "u"})
        await connection.ask(raw)
        await proxy.switch(Fault.REFUSE)
        async with asyncio.timeout(1):
            await connection.ended()
        return connection.is_usable

    assert run(use) is False


def test_the_stub_answers_what_it_is_told() -> None:
    """A refusal is a problem document with its code and its Retry-After."""

    async def use(proxy: FaultProxy, stub: Stub) -> Answer | Lost:
        stub.answer = refusal(503, "service_unavailable", "Retry-After: 1")
        return await ask(proxy)

    came = run(use)
    assert isinstance(came, Answer)
    assert (503, "service_unavailable", "1") == (came.status, came.code, came.headers["retry-after"])
