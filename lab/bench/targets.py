"""The targets of the measurements: `make bench` fails when the results miss one."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lab.bench import services

Results = Mapping[str, Any]


class Target(NamedTuple):
    """A figure and its limit, an upper one unless it is `at_least`."""

    text: str
    limit: float
    now: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is within its limit."""
        return self.now >= self.limit if self.at_least else self.now <= self.limit

    @property
    def limit_text(self) -> str:
        """The limit as a comparison."""
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


def judge(kept: Results) -> Iterator[Target]:
    """Yield the targets with their figures; `kept` are the results by part."""
    peers = kept["services"]["peers"]
    ours = peers[services.OURS]["cpu_us"]
    yield Target("service, 10 records, us", 600, ours["10"]["median"])
    yield Target("service, 100 records, us", 1_100, ours["100"]["median"])
    yield Target("service against FastAPI, x less", 4, _ratio(peers, services.FASTAPI), at_least=True)
    yield Target("service against the guide's client, x less", 30, _ratio(peers, services.GUIDE), at_least=True)
    yield Target("service against the Starlette limit, x", 3, 1 / _ratio(peers, services.LIMIT))
    for name, warm in (("result_lambda", 1.3), ("query_lambda", 1.5)):
        cold = kept["packages"][name]["cold_ratio_to_peer"]["median"]
        yield Target(f"{name}, cold as packaged, x peer", 0.7, cold)
        for size, found in kept["lambdas"][name]["ours"]["ratio_to_bare"].items():
            yield Target(f"{name}, warm {size}, x bare", warm, found["median"])
    for at, outcome in kept["chain"]["wrk"].items():
        yield Target(f"whole chain, {at}, p99 ms", 100, outcome["p99"])


def _ratio(peers: Results, name: str) -> float:
    ratio: float = peers[name]["ratio"]["10"]["median"]
    return ratio
