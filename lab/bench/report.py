"""The published results: targets, and the tables of docs/performance.md."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

from lab import publish
from lab.bench import cost, services, tables

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
RESULTS: Final = Path(__file__).with_name("results")
PARTS: Final = ("services", "lambdas", "packages", "chain", "reads", "summaries", "pages")
CHARTS: Final = PAGE.parent / "charts"
# The parts that each chart is drawn from.
CHART_SOURCES: Final = {"service": ("services",), "reads": ("reads",), "cost": ("services", "lambdas", "reads")}

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


def targets(results: Results) -> Iterator[Target]:
    """Yield the targets with their figures; `make bench` fails when the results miss one."""
    peers = results["services"]["peers"]
    ours = peers[services.OURS]["cpu_us"]
    ratio = {name: peer["ratio"]["10"]["median"] for name, peer in peers.items()}
    yield Target("service, 10 records, us", 600, ours["10"]["median"])
    yield Target("service, 100 records, us", 1_100, ours["100"]["median"])
    yield Target("service against FastAPI, x less", 4, ratio[services.FASTAPI], at_least=True)
    yield Target("service against the guide's client, x less", 30, ratio[services.GUIDE], at_least=True)
    yield Target("service against the Starlette limit, x", 3, 1 / ratio[services.LIMIT])
    for name, warm in (("result_lambda", 1.3), ("query_lambda", 1.5)):
        cold = results["packages"][name]["cold_ratio_to_peer"]["median"]
        yield Target(f"{name}, cold as packaged, x peer", 0.7, cold)
        for size, found in results["lambdas"][name]["ours"]["ratio_to_bare"].items():
            yield Target(f"{name}, warm {size}, x bare", warm, found["median"])
    for at, outcome in results["chain"]["wrk"].items():
        yield Target(f"whole chain, {at}, p99 ms", 100, outcome["p99"])
    summary = results["summaries"]
    seconds = summary["cpu_s"]["function"] + _others_s(results)
    for name, limit in (("first pushes", 1), ("first numbers", 3)):
        yield Target(f"console, {name} of a campaign, s", limit, results["pages"]["seconds"][name])
    yield Target("summary of a million rows, CPU s", 15, seconds * 1_000_000 / summary["rows"])
    by_arithmetic = summary["read_units"] / summary["read_units_by_arithmetic"]
    yield Target("summary, read units against the arithmetic, x", 1.05, by_arithmetic)
    failures = [page for page in results["reads"]["pages"] if (page["index"], page["page"]) == ("failures", "first")]
    largest = max(failures, key=lambda page: int(page["rows"]))
    yield Target(f"50 failures of {largest['rows']:,} rows, read units", 10, largest["read_units"])


def read(folder: Path = RESULTS) -> dict[str, Any]:
    """Return all results by part."""
    return {part: publish.load(folder / f"{part}.json") for part in PARTS}


def save(part: str, measured: Results, folder: Path = RESULTS) -> None:
    """Write the result of a part, with the machine that it was measured on."""
    publish.save(folder / f"{part}.json", {"machine": publish.machine(), **measured})


def blocks(results: Results) -> dict[str, str]:
    """Return the generated blocks of the page by mark."""
    return {
        "machines": tables.machines(results),
        "targets": _targets(results),
        "service_cpu": tables.service_cpu(results["services"]),
        "service_load": tables.service_load(results["services"]),
        "lambdas": tables.lambdas(results["lambdas"]),
        "packages": tables.packages(results["packages"]),
        "chain": tables.chain(results["chain"]),
        "reads": tables.reads(results["reads"]),
        "summaries": tables.summaries(results["summaries"], _others_s(results)),
        "pages": tables.pages(results["pages"]),
        "cost": tables.cost(cost.million(results)),
        "operations": tables.operations(cost.operations(results)),
        "prices": tables.prices(asdict(cost.Prices())),
    }


def chart_digest(name: str, folder: Path = RESULTS) -> str:
    """Return the hash of the results that a chart is drawn from; the picture carries it."""
    content = b"".join((folder / f"{part}.json").read_bytes() for part in CHART_SOURCES[name])
    return hashlib.sha256(content).hexdigest()


def _others_s(results: Results) -> float:
    """Return the CPU seconds of the other hops for the requests of a summary, each as for a page of ten records."""
    service: float = results["services"]["peers"][services.OURS]["cpu_us"]["10"]["median"]
    query_lambda: float = results["lambdas"]["query_lambda"]["ours"]["cpu_us"]["10"]["median"]
    requests: int = results["summaries"]["requests"]
    return requests * (service + query_lambda) / 1e6


def _targets(results: Results) -> str:
    rows = [
        [
            target.text,
            f"{'>=' if target.at_least else '<='} {target.limit:g}",
            f"{target.now:,.0f}" if target.now >= 100 else f"{target.now:.2f}",  # a time in microseconds, or a ratio
            "yes" if target.met else "no",
        ]
        for target in targets(results)
    ]
    return publish.table(["target", "limit", "now", "met"], rows)
