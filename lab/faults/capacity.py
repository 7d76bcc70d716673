"""How much the service can do on one processor, with the load on another: the measure for overload and soak."""

import contextlib
import gc
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from lab.faults.bench import Bench
from lab.faults.chain import QUERY, Chain, Hop
from lab.faults.connection import request
from lab.faults.load import Generator
from lab.faults.processes import Processes
from lab.faults.stub import stub_gateway

# What an internal call takes here, about as long as through a gateway and a warm function.
ANSWER_SECONDS: Final = 0.03
_CONNECTIONS: Final = (8, 16, 24, 32)
_STEP: Final = 1.25
_GAIN: Final = 1.05
_MOST_STEPS: Final = 4


@dataclass(frozen=True, order=True)
class Peak:
    """The most requests a second that were answered 200, and with how many under way at a time."""

    rate: float
    connections: int


@contextlib.asynccontextmanager
async def service_alone(
    bench: Bench, environ: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Hop, bytes, Processes]]:
    """Give the service in front of a stub on a processor of its own, and a request to it.

    The load, and the stub, have the other processor. On a machine with one processor they share it.
    """
    own = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {own[-1]})
    gc.disable()  # a collection among all the outcomes is a stall of the load, and then a burst for the service
    try:
        with Processes(bench.folder) as processes:
            async with stub_gateway(ANSWER_SECONDS) as gateway:
                service = await Chain(processes).service(gateway.address, environ, cpu=own[0])
                yield service, request(service.address, "/query/user", QUERY), processes
    finally:
        gc.enable()
        os.sched_setaffinity(0, own)


async def measure(bench: Bench, service: Hop, raw: bytes) -> Peak:
    """Return the peak.

    It is the best of several numbers of callers that ask as fast as they are answered; and then of rates that rise for
    as long as more is answered, which keep the service busy while answers travel.
    """
    peak = Peak(0, 0)
    seconds = bench.sizes.capacity_seconds / len(_CONNECTIONS)
    for connections in _CONNECTIONS:
        bench.say(f"capacity, {connections} callers")
        load = await Generator(service.address).saturate(lambda _: raw, connections, seconds)
        peak = max(peak, Peak(load.count(200) / seconds, connections))
    for _ in range(_MOST_STEPS):
        bench.say(f"capacity, {peak.rate * _STEP:.0f} requests a second")
        load = await Generator(service.address).constant_rate(lambda _: raw, peak.rate * _STEP, seconds)
        if load.count(200) / seconds < peak.rate * _GAIN:
            break
        peak = Peak(load.count(200) / seconds, peak.connections)
    return peak
