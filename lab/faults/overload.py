"""Scenario 3: three times the load that the service can serve, at the deployed size."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from common import bodies
from lab.connection import LostError, ask_once, request
from lab.faults.capacity import ANSWER_SECONDS, Peak, measure, service_alone
from lab.faults.quota import limited
from lab.faults.scenario import Case, Run
from lab.load import Generator, Load
from lab.processes import Processes, Server, StartError
from service.settings import Settings

TITLE: Final = "Overload"
TIMES: Final = 3
TASK_VCPU: Final = 0.25
# The deployed limit is judged; the others are measured for comparison.
LIMITS: Final = (4, 8, 12, 16, 32)
_MIN_GOODPUT: Final = 0.8
_HEALTH_SECONDS: Final = 3.0
_PROBE_SECONDS: Final = 0.5
_PROBE_TIMEOUT_SECONDS: Final = 30.0
_MAX_GROWTH: Final = 1.2
# What is sent beside look-ups, in requests a second.
_SUMMARIES: Final = 20
_BAD_BODIES: Final = 50
# As many unknown fields as are parsed before a body is refused.
_BAD_FIELDS: Final = bodies.MOST_COMMAS
_LOOK_UPS_A_SECOND: Final = 20
_ALARM_MS: Final = 100
_MAX_CONNECTIONS: Final = 3_000


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Measure the capacity, overload, and check that requests succeed at once afterwards.

    Raises StartError if a full run cannot limit the service to the share of a task.
    """
    deployed = Settings.concurrency_limit
    limits = [deployed] if run.is_short else sorted({*LIMITS, deployed})
    cases = list[Case]()
    for limit in limits:
        async with service_alone(run, {"CONCURRENCY_LIMIT": str(limit)}) as (service, raw, processes):
            with limited(service.process, TASK_VCPU) as is_limited:
                if not is_limited and not run.is_short:
                    raise StartError("a cgroup quota cannot be set here: run as root, with a CPU controller")
                name = f"CONCURRENCY_LIMIT={limit}{' (deployed)' if limit == deployed else ''}"
                cases += await _overload(run, name, service, raw, processes if limit == deployed else None)
    async with service_alone(run, {"CONCURRENCY_LIMIT": str(deployed)}) as (service, raw, _processes):
        with limited(service.process, TASK_VCPU):
            summary = request(service.address, "/query/marketing/summary", {"marketing_id": "campaign_2026_spring"})
            cases.append(await _beside(run, service, raw, "summaries", _SUMMARIES, summary))
            bad = request(service.address, "/query/user", {f"field_{number}": number for number in range(_BAD_FIELDS)})
            cases.append(await _beside(run, service, raw, "bad bodies", _BAD_BODIES, bad))
    conditions = {
        "vCPU": f"{TASK_VCPU} (cgroup quota)",
        "load": f"{TIMES} times the peak for {run.overload_seconds:g} s",
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
    }
    return conditions, cases


async def _overload(run: Run, name: str, service: Server, raw: bytes, judged: Processes | None) -> list[Case]:
    """Overload the service, then send half of its peak; `judged` are the processes whose logs are checked."""
    peak = await measure(run, service, raw)
    memory, cpu = service.process.rss_mib(), service.process.cpu_seconds()
    run.progress(f"{name}, {TIMES * peak.rate:.0f} requests a second")
    probing = asyncio.create_task(_probe_health(service, run.overload_seconds))
    load = await _at(service, raw, TIMES * peak.rate, run.overload_seconds)
    health = max(await probing)
    cpu = service.process.cpu_seconds() - cpu
    ended, growth = time.monotonic(), service.process.rss_mib() / memory
    run.progress(f"{name}, afterwards")
    after = await _at(service, raw, peak.rate / 2, max(2.0, run.overload_seconds / 6))
    goodput = _goodput(load, run.overload_seconds) / peak.rate
    case = Case(name, _figures(load, peak, goodput, cpu) | {"health p100 ms": round(health * 1_000)})
    if judged is None:
        return [case]
    case.check("every request gets a reply: 200, 503 or 504", load.count(200, 503, 504) == load.sent)
    case.goal("no reply is 504", load.count(504) == 0)
    case.goal("goodput is at least 80 % of the peak", goodput >= _MIN_GOODPUT)
    case.goal("health is answered within 3 s", health <= _HEALTH_SECONDS)
    case.check("no traceback and no error in the log", judged.tracebacks() == 0)
    case.goal("memory stays within 1.2 x of before", growth <= _MAX_GROWTH)
    calm = Case(f"{name}, half the peak afterwards", {"sent": len(after.outcomes), "answered": after.statuses()})
    calm.figures |= {"first reply after s": round(min(o.over for o in after.outcomes) - ended, 2)}
    calm.check("every request gets a reply: 200, 503 or 504", after.count(200, 503, 504) == after.sent)
    calm.goal("then every request is answered 200", after.count(200) == len(after.outcomes))
    return [case, calm]


async def _beside(run: Run, service: Server, raw: bytes, name: str, rate: int, other: bytes) -> Case:
    """Ask for look-ups beside other requests that take seconds, or much of the processor."""
    run.progress(f"{rate} {name} a second")
    generator = Generator(service.address, max_connections=_MAX_CONNECTIONS)
    others = asyncio.create_task(generator.constant_rate(lambda _: other, rate, run.overload_seconds))
    load = await _at(service, raw, _LOOK_UPS_A_SECOND, run.overload_seconds)
    beside = await others
    figures = {
        "sent": load.sent,
        "answered": load.statuses(),
        "200: p50 ms": load.milliseconds(50, 200),
        "200: p99 ms": load.milliseconds(99, 200),
        "the others": beside.statuses(),
    }
    case = Case(f"{rate} {name} a second", figures)
    case.check("every look-up is answered 200", load.count(200) == load.sent)
    case.check("every other request gets a reply: 200, 400 or 503", beside.count(200, 400, 503) == beside.sent)
    case.goal("the p99 of a look-up is at most 100 ms", load.milliseconds(99, 200) <= _ALARM_MS)
    return case


async def _at(service: Server, raw: bytes, rate: float, seconds: float) -> Load:
    generator = Generator(service.address, max_connections=_MAX_CONNECTIONS)
    return await generator.constant_rate(lambda _: raw, rate, seconds)


async def _probe_health(service: Server, seconds: float) -> list[float]:
    """Return the seconds that each health check took, as the load balancer sees them."""
    raw = request(service.address, "/health", method="GET")
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.monotonic()
        try:
            await ask_once(service.address, raw, _PROBE_TIMEOUT_SECONDS)
        except LostError:
            taken.append(_PROBE_TIMEOUT_SECONDS)
        else:
            taken.append(time.monotonic() - started)
        await asyncio.sleep(_PROBE_SECONDS)
    return taken


def _goodput(load: Load, seconds: float) -> float:
    end = load.outcomes[0].due + seconds
    return sum(outcome.status == 200 and outcome.over <= end for outcome in load.outcomes) / seconds


def _figures(load: Load, peak: Peak, share: float, cpu: float) -> dict[str, object]:
    served, shed = load.count(200), load.count(503)
    shed_cpu = (cpu - served * peak.cpu_seconds) / max(1, shed)
    return {
        "peak a second": round(peak.rate),
        "sent": load.sent,
        "answered": load.statuses(),
        "goodput": f"{share:.0%} of peak",
        "200: p50 ms": load.milliseconds(50, 200),
        "200: p99 ms": load.milliseconds(99, 200),
        "503: p50 ms": load.milliseconds(50, 503),
        "503: p99 ms": load.milliseconds(99, 503),
        "CPU us served, shed": f"{peak.cpu_seconds * 1e6:.0f}, {shed_cpu * 1e6:.0f}",
        "lag of the load ms": load.lag_milliseconds,
    }
