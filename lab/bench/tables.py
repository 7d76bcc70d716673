"""The results as tables, the same for a terminal of 80 columns and for the page that is published."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lab.bench import services

WIDTH: Final = 80
_SIZES: Final = ("10", "100")
_MICROSECONDS: Final = 100  # no ratio is as large, no time as short
_ROLES: Final = {"ours": "ours", "peer": "Powertools", "bare": "the bare call"}

Results = Mapping[str, Any]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, its first column to the left and the others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    ruler = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = (head, ruler, *rows)
    return "\n".join(
        "| "
        + " | ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    )


def service_cpu(results: Results) -> str:
    """Show the CPU of a request: the figure that other programs on the machine disturb least."""
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
            f"{name}, {said}",
            _spread(results[name][role]["cold_cpu_ms"]),
            f"{results[name][role]['cold_ratio_to_peer']['median']:.2f}",
            *(f"{results[name][role]['ratio_to_bare'][size]['median']:.2f}" for size in _SIZES),
            f"{results[name][role]['memory_mb']:.0f}",
        ]
        for name in ("result_lambda", "query_lambda")
        for role, said in _ROLES.items()
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
    found = {f"ab /health, {at}": said for at, said in results["ab"].items()}
    found |= {f"wrk 3 queries, {at}": said for at, said in results["wrk"].items()}
    rows = [
        [
            name,
            f"{said['per_second']:.0f}",
            *(f"{said[p]:.0f}" if p in said else "" for p in ("p50", "p99", "p99.9")),
            f"{said['errors']:.0f}",
        ]
        for name, said in found.items()
    ]
    return table(["through", "per second", "p50 ms", "p99", "p99.9", "errors"], rows)


def reads(results: Results) -> str:
    """Show what pages cost in DynamoDB."""
    sizes = sorted({page["rows"] for page in results["pages"]})
    cost = {(page["index"], page["page"], page["rows"]): page for page in results["pages"]}
    rows = [
        [f"{index}, {kind}", *(_read(cost[index, kind, size]) for size in sizes)]
        for index, kind in dict.fromkeys((page["index"], page["page"]) for page in results["pages"])
    ]
    return table(["read units (ms) by rows", *(f"{size:,}" for size in sizes)], rows)


def cost(rows: Sequence[Results]) -> str:
    """Show what a million queries cost, by rate."""
    names = list(rows[0]["dollars"])
    lines = [[f"{name}, $", *(f"{row['dollars'][name]:.2f}" for row in rows)] for name in names]
    lines.append(["a month, $", *(f"{row['dollars_a_month']:,.0f}" for row in rows)])
    lines.append(["tasks", *(str(row["tasks"]) for row in rows)])
    lines.append(["Lambda, thousand GB-s", *(f"{row['gb_seconds'] / 1e3:.1f}" for row in rows)])
    lines.append(["read units, million", *(f"{row['read_units'] / 1e6:.2f}" for row in rows)])
    lines.append(["query_lambda at once", *(f"{row['concurrency']['query_lambda']:.0f}" for row in rows)])
    return table(["a million queries, at", *(f"{row['rate']:,}/s" for row in rows)], lines)


def prices(found: Mapping[str, Any]) -> str:
    """Show the inputs of the cost model."""
    return table(["price, $", "value"], [[name.replace("_", " "), _price(value)] for name, value in found.items()])


def targets(of_services: Results, of_lambdas: Results, of_packages: Results) -> str:
    """Show what is aimed at, and where it stands."""
    rows = [
        [said, limit, f"{now:,.0f}" if now >= _MICROSECONDS else f"{now:.2f}", "yes" if met else "no"]
        for said, limit, now, met in _targets(of_services, of_lambdas, of_packages)
    ]
    return table(["aim", "limit", "now", "met"], rows)


def _targets(of_services: Results, of_lambdas: Results, of_packages: Results) -> Iterator[tuple[str, str, float, bool]]:
    peers = of_services["peers"]
    ours = peers[services.OURS]["cpu_us"]
    for size, limit in (("10", 600), ("100", 1_100)):
        yield _most(f"service, {size} records, us", limit, ours[size]["median"])
    yield _least("service against FastAPI, x less", 2.5, peers[services.FASTAPI]["ratio"]["10"]["median"])
    yield _least("service against the guide's client, x less", 30, peers[services.GUIDE]["ratio"]["10"]["median"])
    yield _most("service against the Starlette limit, x", 3, 1 / peers[services.LIMIT]["ratio"]["10"]["median"])
    for name, warm in (("result_lambda", (1.25, 1.5)), ("query_lambda", (1.5, 1.5))):
        found = of_lambdas[name]["ours"]
        yield _most(f"{name}, cold as packaged, x peer", 0.7, of_packages[name]["cold_ratio_to_peer"]["median"])
        for size, limit_ in zip(_SIZES, warm, strict=True):
            yield _most(f"{name}, warm {size}, x bare", limit_, found["ratio_to_bare"][size]["median"])


def _most(said: str, limit: float, now: float) -> tuple[str, str, float, bool]:
    return said, f"<= {limit:g}", now, now <= limit


def _least(said: str, limit: float, now: float) -> tuple[str, str, float, bool]:
    return said, f">= {limit:g}", now, now >= limit


def _latencies(peer: Results) -> list[str]:
    found = peer["latency_ms"]
    if found is None:
        return ["-"] * 3
    if peer["errors"]:
        return [f"{peer['errors']} failed", "", ""]
    return [f"{found[name]:.1f}" for name in ("p50", "p99", "p99.9")]


def _spread(found: Mapping[str, float]) -> str:
    """Return a median, and how far the middle half of the rounds lies around it."""
    around = (found["high"] - found["low"]) / 2 / found["median"]
    return f"{found['median']:,.0f} +-{around:.0%}"


def _read(page: Results) -> str:
    return f"{page['read_units']:g} ({page['ms']:.0f})"


def _price(value: Any) -> str:  # noqa: ANN401  # a number, or tiers
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0")
    return " / ".join(f"{price:g}" for _, price in value)
