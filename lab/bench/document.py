"""Puts the results into docs/performance.md: what stands between its marks is made here, the rest by hand."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lab.bench import cost, findings, prices, tables

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
PARTS: Final = ("services", "lambdas", "packages", "chain", "reads")
_MARKED: Final = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def figures(folder: Path = findings.FOLDER) -> dict[str, str]:
    """Return the generated texts by their mark."""
    kept = {part: findings.load(part, folder) for part in PARTS}
    return {
        "machines": _machines(kept),
        "targets": tables.targets(kept["services"], kept["lambdas"], kept["packages"]),
        "service_cpu": tables.service_cpu(kept["services"]),
        "service_load": tables.service_load(kept["services"]),
        "lambdas": tables.lambdas(kept["lambdas"]),
        "packages": tables.packages(kept["packages"]),
        "chain": tables.chain(kept["chain"]),
        "reads": tables.reads(kept["reads"]),
        "cost": tables.cost(million(kept)),
        "prices": tables.prices(dataclasses.asdict(prices.Prices())),
    }


def million(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a million queries take, by rate."""
    found = cost.measured(kept["services"], kept["lambdas"], kept["reads"])
    return cost.model(found, cost.Deployment(), prices.Prices())


def filled(text: str, by_mark: Mapping[str, str]) -> str:
    """Return the page with its figures; raise KeyError for a mark that nothing is made for."""
    return _MARKED.sub(lambda mark: f"{mark[1]}{by_mark[mark[2]]}\n{mark[3]}", text)


def write(page: Path = PAGE) -> None:
    """Bring the page up to date."""
    page.write_text(filled(page.read_text(encoding="utf-8"), figures()), encoding="utf-8")


def _machines(kept: Mapping[str, Any]) -> str:
    rows = [
        [
            part,
            kept[part]["machine"]["python"],
            str(kept[part]["machine"]["cores"]),
            f"{kept[part]['machine']['load']:.1f}",
        ]
        for part in PARTS
    ]
    return tables.table(["measured", "Python", "cores", "load at its end"], rows)
