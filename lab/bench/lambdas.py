"""The two functions beside their peers: cold starts, and the CPU of a warm event."""

import compileall
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from lab.bench import events
from lab.bench.findings import LEAST, spread
from lab.bench.functions import Function, Start, Worker, cold, warm
from lab.bench.stub import stub


class Kind(NamedTuple):
    """A function, the framework's way to write it, and the one call that it cannot do without."""

    ours: str
    peer: str
    bare: str


KINDS: Final[Mapping[str, Kind]] = {
    "result_lambda": Kind(
        "result_lambda.handler", "lab.bench.peers.powertools_result", "lab.bench.peers.bare_dynamodb"
    ),
    "query_lambda": Kind("query_lambda.handler", "lab.bench.peers.powertools_query", "lab.bench.peers.bare_urllib3"),
}
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is measured: `rounds` of `events` each, and `starts`."""

    rounds: int = 20
    events: int = 60
    starts: int = 15

    def times(self, share: float) -> "Effort":
        """Return a share of this effort, as many rounds as a spread needs at least."""
        rounds, starts = (max(LEAST, round(count * share)) for count in (self.rounds, self.starts))
        return replace(self, rounds=rounds, starts=starts)


def functions(name: str, size: str, upstream: str) -> dict[str, Function]:
    """Return ours, the peer and the bare call of one function, asked for a page of `size` records."""
    environ = {
        "NOTIFICATION_TABLE": "notification-records",
        "DYNAMODB_ENDPOINT_URL": f"{upstream}/dynamodb/{size}",
        "QUERY_SERVICE_URL": f"{upstream}/service",
    }
    return {
        role: Function(f"{name} {role}", f"{module}:lambda_handler", events.PAGES[size], environ)
        for role, module in KINDS[name]._asdict().items()
    }


def measure(effort: Effort) -> dict[str, Any]:
    """Measure both functions, and return what is published."""
    compile_ours()
    with stub() as upstream:
        return {
            "effort": vars(effort),
            **{name: _measured(name, upstream, effort) for name in KINDS},
        }


def cpu(workers: Mapping[str, Worker], effort: Effort) -> dict[str, list[float]]:
    """Return the CPU microseconds an event by role, a figure for each round; roles take turns."""
    taken: dict[str, list[float]] = {role: [] for role in workers}
    for number in range(effort.rounds + 1):
        for role, worker in workers.items():
            seconds = worker.cpu_seconds(effort.events)
            if number:  # the first round warms up
                taken[role].append(seconds / effort.events * 1e6)
    return taken


def starts(asked: Mapping[str, Function], count: int) -> dict[str, list[Start]]:
    """Return `count` cold starts of each role; roles take turns, and the first turn only fills the disk's cache."""
    found: dict[str, list[Start]] = {role: [] for role in asked}
    for number in range(count + 1):
        for role, function in asked.items():
            start = cold(function)
            if number:
                found[role].append(start)
    return found


def ratios(taken: Mapping[str, list[float]], role: str, other: str) -> list[float]:
    """Return how many times the figure of `other` that of `role` is, round by round."""
    return [one / base for one, base in zip(taken[role], taken[other], strict=True)]


def compile_ours() -> None:
    """Write the bytecode of what is started, which the environment may keep Python from doing by itself."""
    for folder in ("lab", "common", "query_lambda", "result_lambda"):
        compileall.compile_dir(_ROOT / folder, quiet=1)


def _measured(name: str, upstream: str, effort: Effort) -> dict[str, Any]:
    result: dict[str, Any] = {role: {"cpu_us": {}} for role in Kind._fields}
    for size in events.PAGES:
        with ExitStack() as stack:
            asked = functions(name, size, upstream)
            workers = {role: stack.enter_context(warm(function)) for role, function in asked.items()}
            taken = cpu(workers, effort)
            for role, worker in workers.items():
                result[role]["cpu_us"][size] = spread(taken[role])._asdict()
                result[role].setdefault("ratio_to_bare", {})[size] = spread(ratios(taken, role, "bare"))._asdict()
                result[role]["memory_mb"] = worker.peak_memory_mb()
    found = starts(functions(name, "10", upstream), effort.starts)
    used = {role: [start.cpu_seconds * 1e3 for start in all_of] for role, all_of in found.items()}
    for role, all_of in found.items():
        result[role]["cold_cpu_ms"] = spread(used[role])._asdict()
        result[role]["cold_ms"] = spread([start.seconds * 1e3 for start in all_of])._asdict()
        result[role]["cold_ratio_to_peer"] = spread(ratios(used, role, "peer"))._asdict()
    return result
