"""Draws the charts of docs/performance.md, readable on a light page and on a dark one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from lab.bench import cost, services
from lab.bench.report import CHARTS, chart_digest

_OURS: Final = "#1b7f5c"
_OTHERS: Final = "#8a94a3"
# A first page and a deep one cost the same: the thin line lies on the wide one.
_LINES: Final[Mapping[str, Mapping[str, Any]]] = {
    "first": {"color": "#1b7f5c", "marker": "o", "linewidth": 4, "alpha": 0.5},
    "deep": {"color": "#3a5fa8", "marker": ".", "linewidth": 1},
    "filtered": {"color": "#b4541a", "marker": "s", "markersize": 4, "linewidth": 1.5},
}


def draw(results: Mapping[str, Any], folder: Path = CHARTS) -> None:
    """Draw all charts from the results by part."""
    folder.mkdir(exist_ok=True)
    mpl.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "bench"})
    for name, figure in (("service", _service(results)), ("reads", _reads(results)), ("cost", _cost(results))):
        figure.tight_layout()
        metadata = {"Software": None, "Results": chart_digest(name)}
        figure.savefig(folder / f"{name}.png", dpi=120, metadata=metadata)


def _service(results: Mapping[str, Any]) -> Figure:
    figure = Figure(figsize=(7.2, 3.2), facecolor="white")
    axes = figure.subplots()
    peers = results["services"]["peers"]
    names = sorted(peers, key=lambda name: float(peers[name]["cpu_us"]["10"]["median"]), reverse=True)
    for offset, size in ((0.2, "10"), (-0.2, "100")):
        values = [peers[name]["cpu_us"][size]["median"] for name in names]
        colors = [_OURS if name == services.OURS else _OTHERS for name in names]
        bars = axes.barh(
            [y + offset for y in range(len(names))], values, 0.36, color=colors, alpha=1 if size == "10" else 0.6
        )
        axes.bar_label(bars, [f"{value:,.0f} us, {size} records" for value in values], padding=3, fontsize=7)
    axes.set_yticks(range(len(names)), names)
    axes.set_xscale("log")
    axes.set_xlim(left=50, right=max(peers[name]["cpu_us"]["100"]["median"] for name in names) * 8)
    axes.set_xlabel("CPU microseconds a request (logarithmic)")
    return figure


def _reads(results: Mapping[str, Any]) -> Figure:
    figure = Figure(figsize=(7.2, 2.8), facecolor="white")
    pages = results["reads"]["pages"]
    indexes = list(dict.fromkeys(page["index"] for page in pages))
    for axes, index in zip(figure.subplots(1, len(indexes), sharey=True), indexes, strict=True):
        for kind, style in _LINES.items():
            line = [page for page in pages if page["index"] == index and page["page"] == kind]
            axes.plot([page["rows"] for page in line], [page["read_units"] for page in line], label=kind, **style)
        axes.set(xscale="log", yscale="log", title=index, xlabel="rows in the partition")
        axes.title.set_fontsize(9)
    figure.axes[0].set_ylabel("read units a page")
    figure.axes[0].legend(fontsize=7, frameon=False, loc="center")
    return figure


def _cost(results: Mapping[str, Any]) -> Figure:
    figure = Figure(figsize=(7.2, 3.2), facecolor="white")
    axes = figure.subplots()
    rows = cost.million(results)
    places, bottom = range(len(rows)), [0.0] * len(rows)
    for number, name in enumerate(name for name in rows[0]["dollars"] if name != "all"):
        values = [row["dollars"][name] for row in rows]
        axes.bar(places, values, 0.6, bottom=bottom, label=name, color=mpl.colormaps["tab10"](number))
        bottom = [low + value for low, value in zip(bottom, values, strict=True)]
    axes.set_xticks(places, [f"{row['rate']:,}/s" for row in rows])
    axes.set_ylabel("dollars a million queries")
    axes.legend(fontsize=7, frameon=False)
    return figure
