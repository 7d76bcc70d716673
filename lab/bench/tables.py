"""The results as tables, no wider than a terminal of 80 columns."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lab.bench.targets import Target, judge
from lab.publish import table

WIDTH: Final = 80
_SIZES: Final = ("10", "100")
_MICROSECONDS: Final = 100  # every ratio is smaller, every time in microseconds larger
_ROLES: Final = {"ours": "ours", "peer": "Powertools", "bare": "the bare call"}

Results = Mapping[str, Any]


def machines(kept: Results) -> str:
    """Show the conditions of each part."""
    rows = [
        [part, found["machine"]["python"], str(found["machine"]["cores"]), f"{found['machine']['load']:.1f}"]
        for part, found in kept.items()
    ]
    return table(["measured", "Python", "cores", "load at its end"], rows)


def targets(kept: Results) -> str:
    """Show the targets and whether the results meet them."""
    rows = [[target.text, target.limit_text, _figure(target), "yes" if target.met else "no"] for target in judge(kept)]
    return table(["target", "limit", "now", "met"], rows)


def service_cpu(results: Results) -> str:
    """Show the CPU of a request, the figure that other programs on the machine disturb least."""
    rows = [
        [
            name,
            *(_spread(peer["cpu_us"][size]) for size in _SIZES),
            *(f"{peer['ratio'][size]['median']:.2f}" for size in _SIZES),
        ]
        for name, peer in results["peers"].items()
    ]
    return table(["CPU, us a request", "10 records", "100 records", "x ours, 10", "100"], rows)


def service_load(results: Results) -> str:
    """Show throughput, latency, memory and start-up."""
    rate = f"{results['effort']['rate']:g}"
    rows = [
        [
            name,
            f"{peer['per_second']['median']:.0f}",
            *_latencies(peer),
            f"{peer['memory_mb']['rest']:.0f}/{peer['memory_mb']['load']:.0f}",
            f"{peer['start_ms']['median']:.0f}",
        ]
        for name, peer in results["peers"].items()
    ]
    return table([f"10 records; {rate}/s", "most/s", "p50", "p99", "p99.9", "MB", "start"], rows)


def lambdas(results: Results) -> str:
    """Show cold and warm functions."""
    rows = [
        [
            f"{name}, {label}",
            _spread(results[name][role]["cold_cpu_ms"]),
            f"{results[name][role]['cold_ratio_to_peer']['median']:.2f}",
            *(f"{results[name][role]['ratio_to_bare'][size]['median']:.2f}" for size in _SIZES),
            f"{results[name][role]['memory_mb']:.0f}",
        ]
        for name in ("result_lambda", "query_lambda")
        for role, label in _ROLES.items()
    ]
    return table(["function", "cold, CPU ms", "x peer", "warm 10", "100", "MB"], rows)


def packages(results: Results) -> str:
    """Show the zips."""
    rows = [
        [
            name,
            f"{results[name]['zip_mb']:.1f}",
            f"{results[name]['unpacked_mb']:.1f}",
            *(_spread(results[name]["cold_cpu_ms"][kind]) for kind in ("compiled", "sources only", "peer")),
        ]
        for name in ("result_lambda", "query_lambda")
    ]
    return table(["package", "zip MB", "MB", "cold, CPU ms", "without bytecode", "Powertools"], rows)


def chain(results: Results) -> str:
    """Show the guide's load tests."""
    found = {f"ab /health, {at}": outcome for at, outcome in results["ab"].items()}
    found |= {f"wrk 3 queries, {at}": outcome for at, outcome in results["wrk"].items()}
    rows = [
        [
            name,
            f"{outcome['per_second']:.0f}",
            *(f"{outcome[p]:.0f}" if p in outcome else "" for p in ("p50", "p99", "p99.9")),
            f"{outcome['errors']:.0f}",
        ]
        for name, outcome in found.items()
    ]
    return table(["through", "per second", "p50 ms", "p99", "p99.9", "errors"], rows)


def reads(results: Results) -> str:
    """Show the read units of a page."""
    sizes = sorted({page["rows"] for page in results["pages"]})
    by_size = {(page["index"], page["page"], page["rows"]): page for page in results["pages"]}
    rows = [
        [f"{index}, {kind}", *(_read(by_size[index, kind, size]) for size in sizes)]
        for index, kind in dict.fromkeys((page["index"], page["page"]) for page in results["pages"])
    ]
    return table(["read units (ms) by rows", *(f"{size:,}" for size in sizes)], rows)


def cost(rows: Sequence[Results]) -> str:
    """Show the cost of a million queries, by rate."""
    names = list(rows[0]["dollars"])
    lines = [[f"{name}, $", *(f"{row['dollars'][name]:.2f}" for row in rows)] for name in names]
    lines.append(["a month, $", *(f"{row['dollars_a_month']:,.0f}" for row in rows)])
    lines.append(["tasks", *(str(row["tasks"]) for row in rows)])
    lines.append(["Lambda, thousand GB-s", *(f"{row['gb_seconds'] / 1e3:.1f}" for row in rows)])
    lines.append(["read units, million", *(f"{row['read_units'] / 1e6:.2f}" for row in rows)])
    lines.append(["query_lambda at once", *(f"{row['concurrency']['query_lambda']:.0f}" for row in rows)])
    return table(["a million queries, at", *(f"{row['rate']:,}/s" for row in rows)], lines)


def prices(found: Results) -> str:
    """Show the inputs of the cost model."""
    return table(["price, $", "value"], [[name.replace("_", " "), _price(value)] for name, value in found.items()])


def _figure(target: Target) -> str:
    return f"{target.now:,.0f}" if target.now >= _MICROSECONDS else f"{target.now:.2f}"


def _latencies(peer: Results) -> list[str]:
    found = peer["latency_ms"]
    if found is None:
        return ["-"] * 3
    if peer["errors"]:
        return [f"{peer['errors']} failed", "", ""]
    return [f"{found[name]:.1f}" for name in ("p50", "p99", "p99.9")]


def _spread(found: Mapping[str, float]) -> str:
    """Return a median, and half of the range between the quartiles as a share of it."""
    around = (found["high"] - found["low"]) / 2 / found["median"]
    return f"{found['median']:,.0f} +-{around:.0%}"


def _read(page: Results) -> str:
    return f"{page['read_units']:g} ({page['ms']:.0f})"


def _price(value: Any) -> str:  # noqa: ANN401  # a number, or tiers
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0")
    return " / ".join(f"{price:g}" for _, price in value)
