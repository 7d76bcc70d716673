"""Fills docs/performance.md from the results."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from lab import publish
from lab.bench import cost, prices, tables

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
RESULTS: Final = Path(__file__).with_name("results")
PARTS: Final = ("services", "lambdas", "packages", "chain", "reads")
CHARTS: Final = PAGE.parent / "charts"
# The parts that each chart is drawn from.
CHART_SOURCES: Final = {"service": ("services",), "reads": ("reads",), "cost": ("services", "lambdas", "reads")}


def results(folder: Path = RESULTS) -> dict[str, Any]:
    """Return all results by part."""
    return {part: publish.load(folder / f"{part}.json") for part in PARTS}


def save(part: str, measured: Mapping[str, Any], folder: Path = RESULTS) -> None:
    """Keep the result of a part, with the machine that it was measured on."""
    publish.save(folder / f"{part}.json", {"machine": publish.machine(), **measured})


def blocks(kept: Mapping[str, Any]) -> dict[str, str]:
    """Return the generated blocks of the page by mark."""
    return {
        "machines": tables.machines(kept),
        "targets": tables.targets(kept),
        "service_cpu": tables.service_cpu(kept["services"]),
        "service_load": tables.service_load(kept["services"]),
        "lambdas": tables.lambdas(kept["lambdas"]),
        "packages": tables.packages(kept["packages"]),
        "chain": tables.chain(kept["chain"]),
        "reads": tables.reads(kept["reads"]),
        "cost": tables.cost(cost.million(kept)),
        "prices": tables.prices(asdict(prices.Prices())),
    }


def chart_digest(name: str, folder: Path = RESULTS) -> str:
    """Return the hash of the results that a chart is drawn from; the picture carries it."""
    content = b"".join((folder / f"{part}.json").read_bytes() for part in CHART_SOURCES[name])
    return hashlib.sha256(content).hexdigest()
