"""Scenario 7: half of what the service can do, for long."""

import asyncio
import statistics
from typing import Final

from lab.faults.bench import Bench
from lab.faults.capacity import ANSWER_SECONDS, measure, service_alone
from lab.faults.load import Generator
from lab.faults.processes import Process
from lab.faults.report import Case, Result

TITLE: Final = "Soak"
# Four times the default, as the service has a whole processor and not a quarter: a pause is no overload.
LIMIT: Final = 128
_SAMPLES: Final = 60
_MOST_GROWTH_MIB: Final = 6.0
_MOST_MORE_DESCRIPTORS: Final = 100


async def run(bench: Bench) -> Result:
    """Keep up half the load, and watch memory and descriptors."""
    seconds = bench.sizes.soak_seconds
    async with service_alone(bench, {"CONCURRENCY_LIMIT": str(LIMIT)}) as (service, raw, processes):
        peak = await measure(bench, service, raw)
        bench.say(f"{peak.rate / 2:.0f} requests a second for {seconds:g} s")
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
    case.check("every request is answered 200", load.count(200) == len(load.outcomes))
    growth = _quarter(memory, 3) - _quarter(memory, 1)
    case.check(f"memory grows by no more than {_MOST_GROWTH_MIB:g} MiB", growth <= _MOST_GROWTH_MIB)
    more = _quarter(files, 3) - _quarter(files, 1)
    case.check(f"descriptors by no more than {_MOST_MORE_DESCRIPTORS}", more <= _MOST_MORE_DESCRIPTORS)
    case.check("no traceback and no error in the log", tracebacks == 0)
    conditions = {
        "requests a second": round(peak.rate / 2),
        "CONCURRENCY_LIMIT": LIMIT,
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
    }
    return Result(7, TITLE, conditions, [case])


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
