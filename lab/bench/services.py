"""The service beside its peers: the same requests, the same upstream, one run, in turns."""

import statistics
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import uvloop

from lab.bench.measurement import PATHS, Effort, in_turns, ratios, raw, spread
from lab.chain import WHOLE_PROCESSOR
from lab.connection import Address
from lab.load import Generator, Load
from lab.processes import Processes, Server, free_port, python
from lab.stub import PREFIX

OURS: Final = "service"
FASTAPI: Final = "FastAPI, httpx"
LIMIT: Final = "Starlette, bytes"
GUIDE: Final = "new client a call"

# The variables that an AWS SDK reads; the stub checks no signature.
AWS: Final = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",  # nosec B105  # the stub checks no signature
    "AWS_REGION": "ap-southeast-1",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_UVICORN: Final = ("uvicorn", "--loop", "uvloop", "--http", "httptools", "--log-level", "info")
_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    OURS: ("service", "--host", "127.0.0.1", "--port"),
    LIMIT: (*_UVICORN, "lab.bench.peers.starlette_proxy:app", "--no-access-log", "--port"),
    FASTAPI: (*_UVICORN, "lab.bench.peers.fastapi_service:app", "--port"),
    "Connexion, httpx": (*_UVICORN, "--factory", "lab.bench.peers.connexion_service:app", "--port"),
    GUIDE: (*_UVICORN, "--factory", "lab.bench.peers.connexion_service:guide_app", "--port"),
}
PEERS: Final = tuple(_COMMANDS)
# It takes some 20 times as long as the others, so a tenth of the requests is enough.
_FEWER: Final = {GUIDE: 10}
_CONNECTIONS: Final = 8
_MAX_CONNECTIONS: Final = 16


def start(processes: Processes, name: str, upstream: str) -> Server:
    """Start the service or a peer; the internal gateway is the stub at `upstream`."""
    address = Address(free_port())
    environ = {**AWS, **WHOLE_PROCESSOR, "INTERNAL_API_URL": upstream + PREFIX, "DRAIN_DELAY": "0.1"}
    return processes.serve(name, python(*_COMMANDS[name], str(address.port)), address, environ)


def measure(folder: Path, upstream: str, effort: Effort) -> dict[str, Any]:
    """Measure CPU, throughput, latency, memory and start-up of each peer; logs are kept in `folder`."""
    starts = in_turns({name: partial(_start_ms, folder, upstream, name) for name in PEERS}, effort.server_starts)
    with Processes(folder) as processes:
        peers = {name: start(processes, name, upstream) for name in PEERS}
        at_rest = {name: peer.process.rss_mib() for name, peer in peers.items()}
        taken = {
            size: in_turns(
                {name: partial(_cpu_us, name, peers[name], path, effort.requests) for name in peers}, effort.rounds
            )
            for size, path in PATHS.items()
        }
        loaded = {name: _loaded(name, peer, effort) for name, peer in peers.items()}
        return {
            "effort": vars(effort),
            "peers": {
                name: {
                    "cpu_us": {size: spread(taken[size][name]) for size in PATHS},
                    "ratio": {size: spread(ratios(taken[size], name, OURS)) for size in PATHS},
                    **loaded[name],
                    "memory_mb": {"rest": at_rest[name], "load": peer.process.rss_mib()},
                    "start_ms": spread(starts[name]),
                }
                for name, peer in peers.items()
            },
        }


def _start_ms(folder: Path, upstream: str, name: str) -> float:
    """Return the time from the fork to the first reply."""
    with Processes(folder) as processes:
        started = time.monotonic()
        start(processes, name, upstream)
        return (time.monotonic() - started) * 1e3


def _cpu_us(name: str, peer: Server, path: str, requests: int) -> float:
    count = requests // _FEWER.get(name, 1)
    before = peer.process.cpu_seconds()
    _saturated(name, peer, path, count, _CONNECTIONS)
    return (peer.process.cpu_seconds() - before) / count * 1e6


def _loaded(name: str, peer: Server, effort: Effort) -> dict[str, Any]:
    """Return the throughput of a peer, and its latencies at the constant rate if it can hold that."""
    path = PATHS["10"]
    count = effort.requests * 2 // _FEWER.get(name, 1)
    rates = [_saturated(name, peer, path, count, _MAX_CONNECTIONS).per_second for _ in range(3)]
    result: dict[str, Any] = {"per_second": spread(rates), "latency_ms": None}
    if statistics.median(rates) > effort.rate * 1.5:
        query = raw(peer.address, path)
        generator = Generator(peer.address, timeout=60, max_connections=200)
        load = uvloop.run(generator.constant_rate(lambda _: query, effort.rate, effort.seconds))
        result["latency_ms"] = {f"p{percent:g}": load.milliseconds(percent) for percent in (50, 99, 99.9)}
        result["errors"] = len(load.outcomes) - load.count(200)
    return result


def _saturated(name: str, peer: Server, path: str, count: int, connections: int) -> Load:
    query = raw(peer.address, path)
    load = uvloop.run(Generator(peer.address, timeout=60).saturate(lambda _: query, connections, count=count))
    if load.count(200) != count:
        raise RuntimeError(f"{name}: {load.statuses()}")
    return load
