"""The capacity of the service on one processor, or a share of it, with the load generator on another."""

import contextlib
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from typing import Final

from lab.chain import QUERY, Chain
from lab.connection import request
from lab.faults.scenario import Run
from lab.load import Generator, Load
from lab.processes import Processes, Server
from lab.stub import PREFIX, SUMMARY, Stub, internal_summary, running

# How long an internal call takes: about as long as through a gateway and a warm function.
# A summary that uses all of its time.
SUMMARY_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 0.03
SHORT_RATE: Final = 200.0  # requests a second in place of the measured peak, in a short run
_CONNECTIONS: Final = (4, 8, 16, 32)
_SECONDS: Final = 3.0  # for each number of connections
_STEP: Final = 1.25
_GAIN: Final = 1.05
_MAX_STEPS: Final = 4


@dataclass(frozen=True, order=True)
class Peak:
    """The most requests a second that were answered 200, and the CPU seconds that one of them took."""

    rate: float
    cpu_seconds: float


@contextlib.asynccontextmanager
async def service_alone(
    run: Run, environ: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Server, bytes, Processes]]:
    """Run the service in front of a stub on a processor of its own, and give it with a request to it.

    The load generator and the stub have the other processor. On a machine with one processor they share it.
    """
    own = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {own[-1]})
    gc.disable()  # a garbage collection would stall the load, and then send a burst
    try:
        with Processes(run.folder) as processes:
            stub = Stub(ANSWER_SECONDS)
            stub.by_path = {f"{PREFIX}{SUMMARY}".encode(): internal_summary()}
            stub.summary_delay = SUMMARY_SECONDS
            async with running(stub) as gateway:
                service = await Chain(processes).service(gateway.address, environ, cpu=own[0])
                yield service, request(service.address, "/query/user", QUERY), processes
    finally:
        gc.enable()
        os.sched_setaffinity(0, own)


async def measure(run: Run, service: Server, raw: bytes) -> Peak:
    """Return the peak; a short run does not measure it.

    First the best of several numbers of connections in a closed loop; then rising rates, for as long as more requests
    are answered.
    """
    if run.is_short:
        return Peak(SHORT_RATE, 0.0)
    peak = Peak(0, 0)
    for connections in _CONNECTIONS:
        run.progress(f"capacity, {connections} connections")
        load = Generator(service.address).saturate(lambda _: raw, connections, seconds=_SECONDS)
        peak = max(peak, await _peak(service, load))
    for _ in range(_MAX_STEPS):
        run.progress(f"capacity, {peak.rate * _STEP:.0f} requests a second")
        load = Generator(service.address).constant_rate(lambda _: raw, peak.rate * _STEP, _SECONDS)
        higher = await _peak(service, load)
        if higher.rate < peak.rate * _GAIN:
            break
        peak = higher
    return peak


async def _peak(service: Server, load: Awaitable[Load]) -> Peak:
    before = service.process.cpu_seconds()
    answered = (await load).count(200)
    return Peak(answered / _SECONDS, (service.process.cpu_seconds() - before) / max(1, answered))
