"""Scenario 7: half of the peak for a long time."""

import asyncio
import statistics
from collections.abc import Mapping
from typing import Any, Final

from lab.faults.capacity import ANSWER_SECONDS, measure, service_alone
from lab.faults.report import Case
from lab.faults.run import Run
from lab.load import Generator
from lab.processes import Process

TITLE: Final = "Soak"
# Higher than the deployed one: the service has a whole processor and not a quarter.
LIMIT: Final = 128
_SAMPLES: Final = 60
_MOST_GROWTH_MIB: Final = 6.0
_MOST_MORE_DESCRIPTORS: Final = 100


async def run(run: Run) -> tuple[Mapping[str, Any], list[Case]]:
    """Run half of the peak, and sample memory and descriptors."""
    seconds = run.sizes.soak_seconds
    async with service_alone(run, {"CONCURRENCY_LIMIT": str(LIMIT)}) as (service, raw, processes):
        peak = await measure(run, service, raw)
        run.progress(f"{peak.rate / 2:.0f} requests a second for {seconds:g} s")
        generator = Generator(service.address)
        running = asyncio.create_task(generator.constant_rate(lambda _: raw, peak.rate / 2, seconds))
        memory, files = await _watch(service.process, running, seconds)
        load = await running
        tracebacks = processes.tracebacks()
    case = Case(f"half of the peak for {seconds:g} s")
    case.figures = {
        "sent": len(load.outcomes),
        "answered": load.statuses(),
        "p50 ms": load.milliseconds(50),
        "p99 ms": load.milliseconds(99),
        "p99.9 ms": load.milliseconds(99.9),
        "lag of the load ms": load.lag_milliseconds,
        "RSS MiB, second quarter": round(_quarter(memory, 1), 1),
        "RSS MiB, last quarter": round(_quarter(memory, 3), 1),
        "descriptors, second quarter": round(_quarter(files, 1)),
        "descriptors, last quarter": round(_quarter(files, 3)),
    }
    case.check("every request gets a reply: 200, 503 or 504", load.count(200, 503, 504) == len(load.outcomes))
    case.check("no traceback and no error in the log", tracebacks == 0)
    case.goal("every request is answered 200", load.count(200) == len(load.outcomes))
    growth = _quarter(memory, 3) - _quarter(memory, 1)
    case.goal(f"memory grows by no more than {_MOST_GROWTH_MIB:g} MiB", growth <= _MOST_GROWTH_MIB)
    more = _quarter(files, 3) - _quarter(files, 1)
    case.goal(f"descriptors grow by no more than {_MOST_MORE_DESCRIPTORS}", more <= _MOST_MORE_DESCRIPTORS)
    conditions = {
        "requests a second": round(peak.rate / 2),
        "CONCURRENCY_LIMIT": LIMIT,
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
    }
    return conditions, [case]


async def _watch(process: Process, running: asyncio.Task[object], seconds: float) -> tuple[list[float], list[float]]:
    memory, files = [], []
    while not running.done():
        memory.append(process.rss_mib())
        files.append(float(process.descriptors()))
        await asyncio.sleep(seconds / _SAMPLES)
    return memory, files


def _quarter(samples: list[float], number: int) -> float:
    size = max(1, len(samples) // 4)
    return statistics.median(samples[number * size : (number + 1) * size] or samples[-1:])
