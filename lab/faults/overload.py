"""Scenario 3: three times the load that the service can serve, at the deployed size."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from lab.connection import LostError, ask_once, request
from lab.faults.capacity import ANSWER_SECONDS, Peak, measure, service_alone
from lab.faults.quota import limited
from lab.faults.report import Case
from lab.faults.run import Run
from lab.load import Generator, Load
from lab.processes import Processes, Server
from service.settings import Settings

TITLE: Final = "Overload"
TIMES: Final = 3
TASK_VCPU: Final = 0.25
# The deployed limit is judged; the others are measured for comparison.
LIMITS: Final = (4, 8, 12, 16, 32)
_LEAST_GOODPUT: Final = 0.8
_HEALTH_SECONDS: Final = 3.0
_PROBE_SECONDS: Final = 0.5
_LONGEST_PROBE_SECONDS: Final = 30.0
_MOST_GROWTH: Final = 1.2
_MOST_CONNECTIONS: Final = 3_000


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Measure the capacity, overload, and check that requests succeed at once afterwards."""
    deployed = Settings.concurrency_limit
    limits = sorted({*LIMITS, deployed}) if run.sizes.measures else [deployed]
    conditions: dict[str, Any] = {}
    cases = []
    for limit in limits:
        environ = {"CONCURRENCY_LIMIT": str(limit)}
        async with service_alone(run, environ) as (service, raw, processes):
            with limited(service.process, TASK_VCPU) as method:
                name = f"CONCURRENCY_LIMIT={limit}{' (deployed)' if limit == deployed else ''}"
                cases += await _overload(run, name, service, raw, processes, is_judged=limit == deployed)
            conditions = {"vCPU": f"{TASK_VCPU} ({method})"}
    conditions |= {
        "load": f"{TIMES} times the peak for {run.sizes.overload_seconds:g} s",
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
    }
    return conditions, cases


async def _overload(  # the run, the service, and whether it is judged
    run: Run, name: str, service: Server, raw: bytes, processes: Processes, *, is_judged: bool
) -> list[Case]:
    peak = await measure(run, service, raw)
    memory, cpu = service.process.rss_mib(), service.process.cpu_seconds()
    rate = TIMES * peak.rate
    run.progress(f"{name}, {rate:.0f} requests a second")
    probing = asyncio.create_task(_probe_health(service, run.sizes.overload_seconds))
    load = await _at(service, raw, rate, run.sizes.overload_seconds)
    health = await probing
    cpu = service.process.cpu_seconds() - cpu
    ended, growth = time.monotonic(), service.process.rss_mib() / memory
    run.progress(f"{name}, afterwards")
    after = await _at(service, raw, peak.rate / 2, max(2.0, run.sizes.overload_seconds / 6))
    share = _goodput(load, run.sizes.overload_seconds) / peak.rate
    case = Case(name, _figures(load, peak, share, cpu) | {"health p100 ms": round(max(health) * 1_000)})
    calm = Case(f"{name}, half the peak afterwards", {"sent": len(after.outcomes), "answered": after.statuses()})
    calm.figures |= {"first reply after s": round(min(o.over for o in after.outcomes) - ended, 2)}
    if is_judged:
        _judge(case, load, share, health)
        case.check("no traceback and no error in the log", processes.tracebacks() == 0)
        case.goal("memory stays within 1.2 x of before", growth <= _MOST_GROWTH)
        replied = after.count(200, 503, 504)
        calm.check("every request gets a reply: 200, 503 or 504", replied == after.sent)
        calm.goal("then every request is answered 200", after.count(200) == len(after.outcomes))
        return [case, calm]
    return [case]


async def _at(service: Server, raw: bytes, rate: float, seconds: float) -> Load:
    generator = Generator(service.address, most_connections=_MOST_CONNECTIONS)
    return await generator.constant_rate(lambda _: raw, rate, seconds)


async def _probe_health(service: Server, seconds: float) -> list[float]:
    """Return the seconds that each health check took, as the load balancer sees them."""
    raw = request(service.address, "/health", method="GET")
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.monotonic()
        try:
            await ask_once(service.address, raw, _LONGEST_PROBE_SECONDS)
        except LostError:
            taken.append(_LONGEST_PROBE_SECONDS)
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
        "CPU us served, shed": f"{peak.cpu_seconds * 1e6:.0f}, {shed_cpu * 1e6:.0f}"
        if peak.cpu_seconds
        else "not measured",
        "lag of the load ms": load.lag_milliseconds,
    }


def _judge(case: Case, load: Load, share: float, health: list[float]) -> None:
    case.check("every request gets a reply: 200, 503 or 504", load.count(200, 503, 504) == load.sent)
    case.goal("no reply is 504", load.count(504) == 0)
    case.goal("goodput is at least 80 % of the peak", share >= _LEAST_GOODPUT)
    case.goal("health is answered within 3 s", max(health) <= _HEALTH_SECONDS)
