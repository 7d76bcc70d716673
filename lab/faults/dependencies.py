"""Scenario 2: the internal gateway, then DynamoDB, fails in every way, and comes back."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from lab import stub
from lab.chain import QUERY, Chain
from lab.connection import Address, request
from lab.faults.proxy import Fault, FaultProxy, fault_proxy
from lab.faults.scenario import Case, Run
from lab.load import Generator, Load, Outcome
from lab.processes import Processes

TITLE: Final = "A dependency fails, and comes back"
# The deadline of a caller, in place of 30 seconds: each of the many faults lasts longer than a deadline.
TIMEOUT_SECONDS: Final = 2
_PRODUCTION_SECONDS: Final = 28
_MAX_CALLS: Final = 1.1
_MAX_RECOVERY_SECONDS: Final = 5.0
_HEALTHY_SECONDS: Final = 0.6
_DYNAMODB_RATE: Final = 15  # moto answers about a hundred queries a second

_FAULTS: Final = (Fault.REFUSE, Fault.RESET, Fault.HANG, Fault.SLOW, Fault.GARBAGE, Fault.CUT)
_GATEWAY_REFUSALS: Final = {
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


@dataclass(frozen=True)
class _Setup:
    """The request that is sent, its rate, and the proxy in front of the failing dependency."""

    address: Address
    raw: bytes
    rate: float
    proxy: FaultProxy


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Let the dependencies fail one by one, in every way."""
    groups = await run.each(partial(_internal_gateway, run), partial(_dynamodb, run))
    if not run.is_short:
        groups.append([await _production_deadlines(run)])
    conditions = {
        "requests a second": f"{run.rate} (internal gateway), {_DYNAMODB_RATE} (DynamoDB)",
        "a caller's deadline": f"{TIMEOUT_SECONDS} s",
        "a fault lasts": f"{run.fault_seconds:g} s",
    }
    return conditions, [case for group in groups for case in group]


async def _internal_gateway(run: Run) -> list[Case]:
    async with _in_front_of_stub(run, TIMEOUT_SECONDS) as setup:
        return await _every_fault(run, setup, "internal gateway", _GATEWAY_REFUSALS)


@contextlib.asynccontextmanager
async def _in_front_of_stub(run: Run, seconds: float) -> AsyncIterator[_Setup]:
    with Processes(run.folder) as processes:
        async with stub.running(stub.Stub()) as gateway, fault_proxy(gateway.address) as proxy:
            yield await _setup(Chain(processes), proxy.address, seconds, run.rate, proxy)


async def _dynamodb(run: Run) -> list[Case]:
    with Processes(run.folder) as processes:
        chain = Chain(processes)
        dynamodb = await chain.dynamodb()
        async with fault_proxy(dynamodb.address) as proxy:
            internal = await chain.internal_gateway(proxy.address.url)
            setup = await _setup(chain, internal.address, TIMEOUT_SECONDS, _DYNAMODB_RATE, proxy)
            cases = await _every_fault(run, setup, "DynamoDB", _DYNAMODB_REFUSALS)
        tracebacks = processes.tracebacks()
    cases[-1].check("no hop logs a traceback or an error when DynamoDB fails", tracebacks == 0)
    return cases


async def _setup(chain: Chain, internal: Address, seconds: float, rate: float, proxy: FaultProxy) -> _Setup:
    """Start the service and the public gateway in front of an internal gateway."""
    service = await chain.service(internal)
    public = await chain.public_gateway(service.address, {"REQUEST_TIMEOUT": f"{seconds:g}"})
    raw = request(public.address, "/query/user", QUERY, headers={"x-api-key": chain.api_key})
    return _Setup(public.address, raw, rate, proxy)


async def _every_fault(run: Run, setup: _Setup, dependency: str, refusals: Mapping[str, bytes]) -> list[Case]:
    cases = [await _fail(run, setup, Case(f"{dependency}: {fault}"), fault) for fault in _FAULTS]
    for name, response in refusals.items():
        setup.proxy.response = response
        cases.append(await _fail(run, setup, Case(f"{dependency}: {name}"), Fault.REPLY))
    return cases


async def _production_deadlines(run: Run) -> Case:
    """Let the internal gateway hang while every deadline is the default."""
    case = Case("internal gateway: hang, REQUEST_TIMEOUT=30")
    run.progress(case.name)
    async with _in_front_of_stub(run, 30) as setup:
        await setup.proxy.switch(Fault.HANG)
        load = await Generator(setup.address).constant_rate(lambda _: setup.raw, 5, 15)
    _judge(case, load, _PRODUCTION_SECONDS)
    return case


async def _fail(run: Run, setup: _Setup, case: Case, fault: Fault) -> Case:
    """Let a dependency fail under load, restore it, and watch until every request succeeds or the time is over."""
    run.progress(case.name)
    generator = Generator(setup.address)
    await setup.proxy.switch(fault)
    before, started = setup.proxy.calls, time.monotonic()
    longest = run.fault_seconds + run.recovery_seconds
    sending = asyncio.create_task(generator.constant_rate(lambda _: setup.raw, setup.rate, longest))
    await asyncio.sleep(run.fault_seconds)
    calls, restored = setup.proxy.calls - before, time.monotonic()
    await setup.proxy.switch(Fault.NONE)
    while not sending.done() and not _is_well(generator.outcomes, restored):
        await asyncio.sleep(0.1)
    generator.stop()
    load = await sending
    during = Load(outcome for outcome in load.outcomes if started <= outcome.due < restored)
    _judge(case, during, TIMEOUT_SECONDS)
    ratio = calls / max(1, len(during.outcomes))
    case.figures |= {"calls a request": "not seen" if fault is Fault.REFUSE else f"{ratio:.2f}"}
    if fault is not Fault.REFUSE:  # a closed port sees no calls
        case.goal("at most 1.1 calls a request while all of them fail", ratio <= _MAX_CALLS)
    _judge_recovery(case, [outcome for outcome in load.outcomes if outcome.due >= restored], restored)
    return case


def _judge(case: Case, load: Load, deadline_seconds: float) -> None:
    longest = max((outcome.seconds for outcome in load.outcomes), default=0)
    case.figures |= {"sent": len(load.outcomes), "answered": load.statuses(), "slowest ms": round(longest * 1_000)}
    bad = [o for o in load.outcomes if o.status is None or (o.status >= 300 and o.code is None)]
    case.check("every request gets a reply: 200 or a problem document", not bad)
    case.check("no reply is 500", load.count(500) == 0)
    case.goal("every reply comes within the caller's deadline", longest <= deadline_seconds)


def _judge_recovery(case: Case, after: list[Outcome], restored: float) -> None:
    failed = [outcome.due for outcome in after if outcome.status != 200]
    recovered = max(failed, default=restored) - restored
    is_back = any(outcome.status == 200 and outcome.due > restored + recovered for outcome in after)
    case.figures |= {"recovered after s": f"{recovered:.1f}" if is_back else "never"}
    case.check("requests succeed again when the dependency is back", is_back)
    case.goal("all of them within 5 s", is_back and recovered <= _MAX_RECOVERY_SECONDS)


def _is_well(outcomes: list[Outcome], restored: float) -> bool:
    """Whether every request since some time after the restoration was answered 200."""
    since = max([restored, *(o.due for o in outcomes[-500:] if o.status != 200 and o.due >= restored)])
    return time.monotonic() - since > _HEALTHY_SECONDS and any(o.due > since for o in outcomes[-50:])
