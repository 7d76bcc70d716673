"""The service beside its peers: the same requests, the same upstream, one run, taking turns."""

import statistics
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Final

from lab.bench import events, load
from lab.bench.findings import LEAST, Spread, spread
from lab.bench.processes import AWS, Running, Server, free_port, running
from lab.bench.stub import stub

OURS: Final = "service"
FASTAPI: Final = "FastAPI, httpx"
CONNEXION: Final = "Connexion, httpx"
LIMIT: Final = "Starlette, bytes"
GUIDE: Final = "new client a call"

_UVICORN: Final = ("-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--log-level", "info")
_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    OURS: ("-m", "service", "--host", "127.0.0.1", "--port"),
    LIMIT: (*_UVICORN, "lab.bench.peers.starlette_proxy:app", "--no-access-log", "--port"),
    FASTAPI: (*_UVICORN, "lab.bench.peers.fastapi_service:app", "--port"),
    CONNEXION: (*_UVICORN, "--factory", "lab.bench.peers.connexion_service:app", "--port"),
    GUIDE: (*_UVICORN, "--factory", "lab.bench.peers.guide_service:app", "--port"),
}
# It takes some 20 times as long as the others, so that fewer requests tell as much.
_FEWER: Final = {GUIDE: 10}


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is measured: `rounds` of `requests` each, `seconds` at `rate` requests a second, `starts`."""

    rounds: int = 15
    requests: int = 300
    rate: float = 100
    seconds: float = 15
    starts: int = 5

    def times(self, share: float) -> "Effort":
        """Return a share of this effort, as many rounds as a spread needs at least."""
        rounds, starts = (max(LEAST, round(count * share)) for count in (self.rounds, self.starts))
        return replace(self, rounds=rounds, starts=starts, seconds=max(LEAST, self.seconds * share))


def server(name: str, upstream: str) -> Server:
    """Return a peer, to be started; its neighbour is at `upstream`."""
    port = free_port()
    environ = {**AWS, "INTERNAL_API_URL": f"{upstream}/internal", "DRAIN_DELAY": "0.1"}
    return Server(name, [sys.executable, *_COMMANDS[name], str(port)], port, environ=environ)


def request(port: int, path: str) -> bytes:
    """Return a query for a full page."""
    return load.post(port, path, events.body(path))


def cpu(peers: list[Running], effort: Effort) -> dict[str, dict[str, list[float]]]:
    """Return the CPU microseconds a request, by peer and records a page, a figure for each round.

    Peers take turns, so that what else the machine does falls on all of them. Raises RuntimeError if a request fails.
    """
    taken: dict[str, dict[str, list[float]]] = {peer.name: {size: [] for size in events.PAGES} for peer in peers}
    for number in range(effort.rounds + 1):
        for size, path in events.PAGES.items():
            for peer in _turned(peers, number):
                count = effort.requests // _FEWER.get(peer.name, 1)
                before = peer.cpu_seconds()
                _checked(peer, load.closed(peer.port, [request(peer.port, path)], count))
                if number:  # the first round warms up
                    taken[peer.name][size].append((peer.cpu_seconds() - before) / count * 1e6)
    return taken


def measure(effort: Effort) -> dict[str, Any]:
    """Measure all of it, and return what is published."""
    with stub() as upstream:
        starts = _starts(upstream, effort.starts)
        with ExitStack() as stack:
            peers = [stack.enter_context(running(server(name, upstream))) for name in _COMMANDS]
            at_rest = {peer.name: peer.memory_mb() for peer in peers}
            taken = cpu(peers, effort)
            loaded = {peer.name: _loaded(peer, effort) for peer in peers}
            return {
                "effort": vars(effort),
                "peers": {
                    peer.name: {
                        "cpu_us": {size: spread(times)._asdict() for size, times in taken[peer.name].items()},
                        "ratio": {size: ratio(taken, peer.name, size)._asdict() for size in events.PAGES},
                        **loaded[peer.name],
                        "memory_mb": {"rest": at_rest[peer.name], "load": peer.memory_mb()},
                        "start_ms": spread(starts[peer.name])._asdict(),
                    }
                    for peer in peers
                },
            }


def ratio(taken: Mapping[str, Mapping[str, list[float]]], name: str, size: str) -> Spread:
    """Return how many times the service's CPU a peer takes, from the rounds that they shared."""
    return spread([theirs / ours for theirs, ours in zip(taken[name][size], taken[OURS][size], strict=True)])


def _starts(upstream: str, count: int) -> dict[str, list[float]]:
    """Return the milliseconds from the fork to the first answer."""
    taken: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(count):
        for name, times in taken.items():
            with running(server(name, upstream)) as peer:
                times.append(peer.start_seconds * 1e3)
    return taken


def _loaded(peer: Running, effort: Effort) -> dict[str, Any]:
    """Return the throughput of a peer, and its latencies at the constant rate where it can hold that."""
    query = [request(peer.port, events.PAGES["10"])]
    counts = effort.requests * 2 // _FEWER.get(peer.name, 1)
    rates = [_checked(peer, load.closed(peer.port, query, counts, 16)).per_second for _ in range(3)]
    result: dict[str, Any] = {"per_second": spread(rates)._asdict(), "latency_ms": None}
    if statistics.median(rates) > effort.rate * 1.5:
        outcome = load.constant(peer.port, query, effort.rate, effort.seconds)
        result["latency_ms"] = {f"p{p:g}": outcome.percentile(p) * 1e3 for p in (50, 99, 99.9)}
        result["errors"] = outcome.errors
    return result


def _checked(peer: Running, outcome: load.Outcome) -> load.Outcome:
    if outcome.errors:
        raise RuntimeError(f"{peer.name}: {outcome.errors} of {len(outcome.latencies)} requests failed")
    return outcome


def _turned(peers: list[Running], number: int) -> list[Running]:
    first = number % len(peers)
    return peers[first:] + peers[:first]
