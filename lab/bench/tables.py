"""The results as tables, no wider than a terminal of 80 columns."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lab.publish import table

WIDTH: Final = 80
_SIZES: Final = ("10", "100")
_FUNCTIONS: Final = ("result_lambda", "query_lambda")
_ROLES: Final = {"ours": "ours", "peer": "Powertools", "bare": "the bare call"}

Results = Mapping[str, Any]


def machines(results: Results) -> str:
    """Show the conditions of each part."""
    found = {part: result["machine"] for part, result in results.items()}
    rows = [[part, on["python"], str(on["cores"]), f"{on['load']:.1f}"] for part, on in found.items()]
    return table(["measured", "Python", "cores", "load at its end"], rows)


def service_cpu(results: Results) -> str:
    """Show the CPU of a request, the figure that other programs on the machine disturb least."""
    rows = [
        [name, *(_spread(peer["cpu_us"][size]) for size in _SIZES), *(_ratio(peer["ratio"][size]) for size in _SIZES)]
        for name, peer in results["peers"].items()
    ]
    return table(["CPU, us a request", "10 records", "100 records", "x ours, 10", "100"], rows)


def service_load(results: Results) -> str:
    """Show throughput, latency, memory and start-up."""
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
    head = f"10 records; {results['effort']['rate']:g}/s"
    return table([head, "most/s", "p50", "p99", "p99.9", "MB", "start"], rows)


def lambdas(results: Results) -> str:
    """Show cold and warm functions."""
    found = {f"{name}, {label}": results[name][role] for name in _FUNCTIONS for role, label in _ROLES.items()}
    rows = [
        [
            name,
            _spread(each["cold_cpu_ms"]),
            _ratio(each["cold_ratio_to_peer"]),
            *(_ratio(each["ratio_to_bare"][size]) for size in _SIZES),
            f"{each['memory_mb']:.0f}",
        ]
        for name, each in found.items()
    ]
    return table(["function", "cold, CPU ms", "x peer", "warm 10", "100", "MB"], rows)


def packages(results: Results) -> str:
    """Show the zips."""
    rows = [
        [
            name,
            *(f"{results[name][size]:.1f}" for size in ("zip_mb", "unpacked_mb")),
            *(_spread(results[name]["cold_cpu_ms"][kind]) for kind in ("compiled", "sources only", "peer")),
        ]
        for name in _FUNCTIONS
    ]
    return table(["package", "zip MB", "MB", "cold, CPU ms", "without bytecode", "Powertools"], rows)


def chain(results: Results) -> str:
    """Show the guide's load tests."""
    found = {f"ab /health, {at}": outcome for at, outcome in results["ab"].items()}
    found |= {f"wrk 3 queries, {at}": outcome for at, outcome in results["wrk"].items()}
    names = ("per_second", "p50", "p99", "p99.9", "errors")
    rows = [[at, *(f"{each[name]:.0f}" if name in each else "" for name in names)] for at, each in found.items()]
    return table(["through", "per second", "p50 ms", "p99", "p99.9", "errors"], rows)


def reads(results: Results) -> str:
    """Show the read units of a page."""
    by_kind: dict[str, dict[int, str]] = {}
    for page in results["pages"]:
        cells = by_kind.setdefault(f"{page['index']}, {page['page']}", {})
        cells[page["rows"]] = f"{page['read_units']:g} ({page['ms']:.0f})"
    sizes = sorted({page["rows"] for page in results["pages"]})
    rows = [[kind, *(cells[size] for size in sizes)] for kind, cells in by_kind.items()]
    return table(["read units (ms) by rows", *(f"{size:,}" for size in sizes)], rows)


def pages(results: Results) -> str:
    """Show how long a person waits for the console."""
    rows = [[name, f"{seconds:.2f}"] for name, seconds in results["seconds"].items()]
    return table([f"a campaign of {results['rows']:,} rows", "s"], rows)


def summaries(results: Results, others_s: float) -> str:
    """Show the CPU of counting a million rows by where it goes, and the read units."""
    million = 1_000_000 / results["rows"]
    rows = [[part, f"{seconds * million:.1f}"] for part, seconds in results["cpu_s"].items()]
    rows.append(["service and query_lambda", f"{others_s * million:.2f}"])
    counts = ("requests", "calls", "read_units", "read_units_by_arithmetic")
    rows += [[name.replace("_", " "), f"{results[name] * million:,.0f}"] for name in counts]
    return table(["a million rows", "CPU, s"], rows)


def cost(rows: Sequence[Results]) -> str:
    """Show the cost of a million queries, by rate."""
    lines = [[f"{name}, $", *(f"{row['dollars'][name]:.2f}" for row in rows)] for name in rows[0]["dollars"]]
    lines.append(["a month, $", *(f"{row['dollars_a_month']:,.0f}" for row in rows)])
    lines.append(["tasks", *(str(row["tasks"]) for row in rows)])
    lines.append(["Lambda, thousand GB-s", *(f"{row['gb_seconds'] / 1e3:.1f}" for row in rows)])
    lines.append(["read units, million", *(f"{row['read_units'] / 1e6:.2f}" for row in rows)])
    lines.append(["query_lambda at once", *(f"{row['query_lambda_at_once']:.0f}" for row in rows)])
    return table(["a million queries, at", *(f"{row['rate']:,}/s" for row in rows)], lines)


def operations(found: Sequence[Results]) -> str:
    """Show what DynamoDB costs for each operation, and for the writes."""
    rows = [[each["name"], f"{each['units'] / 1e6:.3f}", f"{each['dollars']:.3f}"] for each in found]
    return table(["DynamoDB", "units, million", "$"], rows)


def prices(found: Results) -> str:
    """Show the inputs of the cost model."""
    return table(["price, $", "value"], [[name.replace("_", " "), _price(value)] for name, value in found.items()])


def _latencies(peer: Results) -> list[str]:
    found = peer["latency_ms"]
    if found is None:
        return ["-"] * 3
    if peer["errors"]:
        return [f"{peer['errors']} failed", "", ""]
    return [f"{found[name]:.1f}" for name in ("p50", "p99", "p99.9")]


def _ratio(found: Mapping[str, float]) -> str:
    return f"{found['median']:.2f}"


def _spread(found: Mapping[str, float]) -> str:
    """Return a median, and half of the range between the quartiles as a share of it."""
    around = (found["high"] - found["low"]) / 2 / found["median"]
    return f"{found['median']:,.0f} +-{around:.0%}"


def _price(value: Any) -> str:  # noqa: ANN401  # a number, or tiers
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0")
    return " / ".join(f"{price:g}" for _, price in value)
