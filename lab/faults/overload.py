"""Scenario 3: three times as much as the service can do."""

import time
from typing import Final

from lab.faults.bench import Bench
from lab.faults.capacity import ANSWER_SECONDS, Peak, measure, service_alone
from lab.faults.chain import Hop
from lab.faults.load import Generator, Load
from lab.faults.report import Case, Result

TITLE: Final = "Overload"
TIMES: Final = 3
# The default: as many as a whole processor answers in about 30 ms, for which who is shed may have to wait.
LIMIT: Final = 32
_LEAST_GOODPUT: Final = 0.8
_MOST_SHED_MS: Final = 50
_MOST_ACCEPTED_MS: Final = 1_000
_MOST_GROWTH: Final = 1.2
_MOST_CONNECTIONS: Final = 3_000
_MOST_LAG_MS: Final = 50
_MOST_TRIES: Final = 3


async def run(bench: Bench) -> Result:
    """Measure the capacity, overload, and look whether all is normal at once."""
    environ = {"CONCURRENCY_LIMIT": str(LIMIT)}
    async with service_alone(bench, environ) as (service, raw, processes):
        peak = await measure(bench, service, raw)
        before, files = service.process.rss_mib(), service.process.descriptors()
        bench.say(f"{TIMES} x {peak.rate:.0f} requests a second")
        overload = await _on_time(bench, service, raw, TIMES * peak.rate)
        during, ended = service.process.rss_mib(), time.monotonic()
        bench.say("afterwards")
        after = await _open(service, raw, peak.rate / 2, max(2.0, bench.sizes.overload_seconds / 6))
        case = Case(f"{TIMES}x for {bench.sizes.overload_seconds:g} s")
        _overload(case, overload, peak, bench.sizes.overload_seconds)
        _memory(case, before, during, files, service)
        case.check("no traceback and no error in the log", processes.tracebacks() == 0)
        calm = Case("half of it, at once after", _figures(after))
        calm.figures |= {"first answer after s": round(after.outcomes[0].over - ended, 2)}
        calm.check("then every request is answered 200 at once", after.count(200) == len(after.outcomes))
    conditions = {
        "peak requests a second": round(peak.rate),
        "callers at the peak": peak.connections,
        "CONCURRENCY_LIMIT": LIMIT,
        "an internal call takes": f"{ANSWER_SECONDS * 1000:.0f} ms",
    }
    return Result(3, TITLE, conditions, [case, calm])


async def _on_time(bench: Bench, service: Hop, raw: bytes, rate: float) -> Load:
    """Overload; once more where the load itself was held up, since that measures the machine and not the service."""
    for _ in range(_MOST_TRIES):
        load = await _open(service, raw, rate, bench.sizes.overload_seconds)
        if load.lag_milliseconds <= _MOST_LAG_MS:
            break
        bench.say(f"once more: the load was held up for {load.lag_milliseconds:.0f} ms")
    return load


async def _open(service: Hop, raw: bytes, rate: float, seconds: float) -> Load:
    generator = Generator(service.address, most_connections=_MOST_CONNECTIONS)
    return await generator.constant_rate(lambda _: raw, rate, seconds)


def _figures(load: Load) -> dict[str, object]:
    return {"sent": len(load.outcomes), "answered": load.statuses(), "200: p50 ms": load.milliseconds(50, 200)}


def _overload(case: Case, load: Load, peak: Peak, seconds: float) -> None:
    end = load.outcomes[0].due + seconds
    share = sum(outcome.status == 200 and outcome.over <= end for outcome in load.outcomes) / seconds / peak.rate
    case.figures = _figures(load) | {
        "200: p99 ms": load.milliseconds(99, 200),
        "503: p50 ms": load.milliseconds(50, 503),
        "503: p99 ms": load.milliseconds(99, 503),
        "goodput": f"{share:.0%} of peak",
        "lag of the load ms": load.lag_milliseconds,
    }
    case.check("goodput is at least 80 % of the peak", share >= _LEAST_GOODPUT)
    shed = load.count(503)
    case.check("99 of 100 shed answers take under 50 ms", shed and load.milliseconds(99, 503) < _MOST_SHED_MS)
    case.check("99 of 100 accepted ones take under 1 s", load.milliseconds(99, 200) < _MOST_ACCEPTED_MS)
    case.check("every request is answered, 200 or 503", load.count(200, 503) == len(load.outcomes))


def _memory(case: Case, before: float, during: float, files: int, service: Hop) -> None:
    case.figures |= {
        "RSS MiB before, at the end": f"{before}, {during}",
        "descriptors before, at the end": f"{files}, {service.process.descriptors()}",
    }
    case.check("memory stays within 1.2 x of before", during <= before * _MOST_GROWTH)
