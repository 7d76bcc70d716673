"""Scenario 2: the internal gateway, then DynamoDB, fails in every way, and comes back."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from lab.faults import stub
from lab.faults.bench import Bench
from lab.faults.chain import QUERY, Chain
from lab.faults.connection import Address, request
from lab.faults.load import Generator, Load, Outcome
from lab.faults.processes import Processes
from lab.faults.proxy import Fault, FaultProxy, fault_proxy
from lab.faults.report import Case, Result
from lab.faults.stub import Stub, stub_gateway

TITLE: Final = "A neighbour fails, and comes back"
# What a caller is given here, in place of 30 seconds: a run has many faults, and each lasts longer than a deadline.
TIMEOUT_SECONDS: Final = 2
_DEFAULT_SECONDS: Final = 28
_MOST_CALLS: Final = 1.1
_MOST_RECOVERY_SECONDS: Final = 5.0
_HEALTHY_SECONDS: Final = 0.6
_RATE_OF_DYNAMODB: Final = 15  # moto answers about a hundred queries a second

_FAULTS: Final = (Fault.REFUSE, Fault.RESET, Fault.HANG, Fault.SLOW, Fault.GARBAGE, Fault.CUT)
_REFUSALS: Final = {
    "429 with Retry-After": stub.refusal(429, "too_many_requests", "Retry-After: 1"),
    "503 with Retry-After": stub.refusal(503, "service_unavailable", "Retry-After: 1"),
    "429 without": stub.refusal(429, "too_many_requests"),
    "500": stub.refusal(500, "internal_error"),
}
_DYNAMODB_REFUSALS: Final = {
    "throttled": stub.dynamodb_refusal(400, "ProvisionedThroughputExceededException"),
    "500": stub.dynamodb_refusal(500, "InternalServerError"),
    "503": stub.dynamodb_refusal(503, "ServiceUnavailable"),
}

Switch = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class _Setup:
    """What is asked, how often, and where the calls of the failing neighbour are counted."""

    address: Address
    raw: bytes
    rate: float
    calls: Callable[[], int]
    deadline_seconds: float


async def run(bench: Bench) -> Result:
    """Let the neighbours fail one by one, in every way."""
    cases = [*await _internal_gateway(bench), *await _dynamodb(bench)]
    if bench.sizes.default_deadlines:
        cases.append(await _default_deadlines(bench))
    conditions = {
        "requests a second": f"{bench.sizes.rate} (internal gateway), {_RATE_OF_DYNAMODB} (DynamoDB)",
        "a caller's time": f"{TIMEOUT_SECONDS} s",
        "a fault lasts": f"{bench.sizes.fault_seconds:g} s",
    }
    return Result(2, TITLE, conditions, cases)


async def _internal_gateway(bench: Bench) -> list[Case]:
    async with _in_front_of_stub(bench, TIMEOUT_SECONDS) as (setup, proxy, gateway):
        cases = []
        for fault in _FAULTS:
            case = Case(f"internal gateway: {fault}")
            await _fail(bench, setup, case, _switch(proxy, fault), _switch(proxy, Fault.NONE))
            cases.append(case)
        for name, answer in _REFUSALS.items():
            case = Case(f"internal gateway: {name}")
            await _fail(bench, setup, case, _answering(gateway, answer), _answering(gateway, stub.page()))
            cases.append(case)
    return cases


@contextlib.asynccontextmanager
async def _in_front_of_stub(bench: Bench, seconds: float) -> AsyncIterator[tuple[_Setup, FaultProxy, Stub]]:
    with Processes(bench.folder) as processes:
        async with stub_gateway() as gateway, fault_proxy(gateway.address) as proxy:
            chain = Chain(processes)
            service = await chain.service(proxy.address)
            public = await chain.public_gateway(service.address, {"REQUEST_TIMEOUT": f"{seconds:g}"})
            raw = request(public.address, "/query/user", QUERY, headers={"x-api-key": chain.credentials.api_key})
            yield _Setup(public.address, raw, bench.sizes.rate, lambda: proxy.calls, seconds), proxy, gateway


async def _dynamodb(bench: Bench) -> list[Case]:
    cases: list[Case] = []
    with Processes(bench.folder) as processes:
        chain = Chain(processes)
        dynamodb = await chain.dynamodb()
        async with fault_proxy(dynamodb.address) as proxy:
            internal = await chain.internal_gateway(proxy.address)
            service = await chain.service(internal.address)
            environ = {"REQUEST_TIMEOUT": str(TIMEOUT_SECONDS)}
            public = await chain.public_gateway(service.address, environ)
            raw = request(public.address, "/query/user", QUERY, headers={"x-api-key": chain.credentials.api_key})
            setup = _Setup(public.address, raw, _RATE_OF_DYNAMODB, lambda: proxy.calls, TIMEOUT_SECONDS)
            for fault in _FAULTS:
                case = Case(f"DynamoDB: {fault}")
                await _fail(bench, setup, case, _switch(proxy, fault), _switch(proxy, Fault.NONE))
                cases.append(case)
            for name, answer in _DYNAMODB_REFUSALS.items():
                case = Case(f"DynamoDB: {name}")
                proxy.answer = answer
                await _fail(bench, setup, case, _switch(proxy, Fault.ANSWER), _switch(proxy, Fault.NONE))
                cases.append(case)
        tracebacks = processes.tracebacks()
    cases[-1].check("no hop logs a traceback or an error on DynamoDB's account", tracebacks == 0)
    return cases


async def _default_deadlines(bench: Bench) -> Case:
    """Let the internal gateway hang with every time-out as it is in production."""
    bench.say("internal gateway hangs, deadlines of production")
    async with _in_front_of_stub(bench, 30) as (setup, proxy, _):
        await proxy.switch(Fault.HANG)
        load = await Generator(setup.address).constant_rate(lambda _: setup.raw, 5, 15)
    case = Case("internal gateway: hang, REQUEST_TIMEOUT=30")
    _judge(case, load, _DEFAULT_SECONDS)
    return case


async def _fail(bench: Bench, setup: _Setup, case: Case, fail: Switch, mend: Switch) -> None:
    """Let a neighbour fail under load, mend it, and watch until all is well or the patience is over."""
    bench.say(case.name)
    generator = Generator(setup.address)
    longest = bench.sizes.fault_seconds + bench.sizes.recovery_seconds
    await fail()
    before, started = setup.calls(), time.monotonic()
    running = asyncio.create_task(generator.constant_rate(lambda _: setup.raw, setup.rate, longest))
    await asyncio.sleep(bench.sizes.fault_seconds)
    calls, mended = setup.calls() - before, time.monotonic()
    await mend()
    while not running.done() and not _is_well(generator.outcomes, mended):
        await asyncio.sleep(0.1)
    generator.stop()
    load = await running
    during = Load(outcome for outcome in load.outcomes if started <= outcome.due < mended)
    after = [outcome for outcome in load.outcomes if outcome.due >= mended]
    _judge(case, during, setup.deadline_seconds)
    _count_calls(case, calls, during)
    _judge_recovery(case, after, mended)


def _judge(case: Case, load: Load, deadline_seconds: float) -> None:
    longest = max((outcome.seconds for outcome in load.outcomes), default=0)
    case.figures |= {"sent": len(load.outcomes), "answered": load.statuses(), "slowest ms": round(longest * 1_000)}
    unanswered = [o for o in load.outcomes if o.status is None or (o.status >= 300 and o.code is None)]
    case.check("every caller gets an answer, and a problem document where it is none of 200", not unanswered)
    case.check("each within the caller's deadline", longest <= deadline_seconds)
    case.check("no 500", load.count(500) == 0)


def _count_calls(case: Case, calls: int, load: Load) -> None:
    ratio = calls / max(1, len(load.outcomes))
    counted = "refuse" not in case.name
    case.figures |= {"calls a request": f"{ratio:.2f}" if counted else "not seen"}
    if counted:
        case.check("at most 1.1 calls a request while all of them fail", ratio <= _MOST_CALLS)


def _judge_recovery(case: Case, after: list[Outcome], mended: float) -> None:
    failed = [outcome.due for outcome in after if outcome.status != 200]
    recovered = max(failed, default=mended) - mended
    is_back = any(outcome.status == 200 and outcome.due > mended + recovered for outcome in after)
    case.figures |= {"recovered after s": f"{recovered:.1f}" if is_back else "never"}
    case.check("all is well within 5 s of the neighbour's return", is_back and recovered <= _MOST_RECOVERY_SECONDS)


def _is_well(outcomes: list[Outcome], mended: float) -> bool:
    """Tell whether for a while after the neighbour's return every request was answered 200."""
    since = max([mended, *(o.due for o in outcomes[-500:] if o.status != 200 and o.due >= mended)])
    return time.monotonic() - since > _HEALTHY_SECONDS and any(o.due > since for o in outcomes[-50:])


def _switch(proxy: FaultProxy, fault: Fault) -> Switch:
    return lambda: proxy.switch(fault)


def _answering(gateway: Stub, answer: bytes) -> Switch:
    async def switch() -> None:
        gateway.answer = answer

    return switch
