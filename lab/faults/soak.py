"""Scenario 5: half of the peak for a long time."""

import asyncio
import statistics
from collections.abc import Mapping
from typing import Any, Final

from lab.faults.capacity import ANSWER_SECONDS, measure, service_alone
from lab.faults.scenario import Case, Run
from lab.load import Generator
from lab.processes import Process

TITLE: Final = "Soak"
# Higher than the deployed one: the service has a whole processor and not a quarter.
LIMIT: Final = 128
_MAX_GROWTH_MIB: Final = 6.0
_MAX_MORE_DESCRIPTORS: Final = 100


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Run half of the peak, and sample memory and descriptors."""
    seconds = run.soak_seconds
    async with service_alone(run, {"CONCURRENCY_LIMIT": str(LIMIT)}) as (service, raw, processes):
        peak = await measure(run, service, raw)
        run.progress(f"{peak.rate / 2:.0f} requests a second for {seconds:g} s")
        sending = asyncio.create_task(Generator(service.address).constant_rate(lambda _: raw, peak.rate / 2, seconds))
        samples = await _watch(service.process, sending, seconds)
        load = await sending
        tracebacks = processes.tracebacks()
    early, late = _quarter(samples, 1), _quarter(samples, 3)
    case = Case(f"half of the peak for {seconds:g} s")
    case.figures = {
        "sent": len(load.outcomes),
        "answered": load.statuses(),
        "p50 ms": load.milliseconds(50),
        "p99 ms": load.milliseconds(99),
        "p99.9 ms": load.milliseconds(99.9),
        "lag of the load ms": load.lag_milliseconds,
        "RSS MiB, second quarter": round(early[0], 1),
        "RSS MiB, last quarter": round(late[0], 1),
        "descriptors, second quarter": round(early[1]),
        "descriptors, last quarter": round(late[1]),
    }
    case.check("every request gets a reply: 200, 503 or 504", load.count(200, 503, 504) == len(load.outcomes))
    case.check("no traceback and no error in the log", tracebacks == 0)
    case.goal("every request is answered 200", load.count(200) == len(load.outcomes))
    case.goal(f"memory grows by no more than {_MAX_GROWTH_MIB:g} MiB", late[0] - early[0] <= _MAX_GROWTH_MIB)
    case.goal(f"descriptors grow by no more than {_MAX_MORE_DESCRIPTORS}", late[1] - early[1] <= _MAX_MORE_DESCRIPTORS)
    conditions = {
        "requests a second": round(peak.rate / 2),
        "CONCURRENCY_LIMIT": LIMIT,
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
    }
    return conditions, [case]


async def _watch(process: Process, sending: asyncio.Task[object], seconds: float) -> list[tuple[float, int]]:
    """Return memory and descriptors, sampled until the load is over."""
    samples = []
    while not sending.done():
        samples.append((process.rss_mib(), process.descriptors()))
        await asyncio.sleep(seconds / 60)
    return samples


def _quarter(samples: list[tuple[float, int]], number: int) -> list[float]:
    """Return the medians of a quarter of the samples."""
    size = max(1, len(samples) // 4)
    quarter = samples[number * size : (number + 1) * size] or samples[-1:]
    return [statistics.median(values) for values in zip(*quarter, strict=True)]
