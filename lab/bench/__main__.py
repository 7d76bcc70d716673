"""`make bench`: measures, judges the targets, and publishes in docs/performance.md.

make bench                                    # all parts, under ten minutes
make bench ARGS="services lambdas"            # some parts; the others keep their results
make bench ARGS="reads --rows 1000000"        # a partition of a million rows takes minutes to load
make bench ARGS="--quick"                     # a smoke test: results are not kept
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from lab import publish
from lab.bench import functions, guide, pages, reads, report, services, summaries
from lab.bench.measurement import QUICK, Effort
from lab.connection import Address
from lab.processes import MissingToolError, Processes, StartError, free_port, python
from tools.local.dynamodb_local import UnavailableError

_MIN_ROWS: Final = 1_000
_WRK_SECONDS: Final = 30  # as in the guide


def _known(parts: list[str] | None) -> list[str] | None:
    if unknown := set(parts or ()) - set(report.PARTS):
        raise typer.BadParameter(f"there is no part {', '.join(sorted(unknown))}")
    return parts


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(callback=_known, help=f"Any of {', '.join(report.PARTS)}.")
    ] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Measure as little as possible and keep nothing.")] = False,
    rows: Annotated[
        int, typer.Option(help="The largest partition; each before it is a tenth.", min=_MIN_ROWS)
    ] = 100_000,
) -> None:
    """Measure, publish, and fail if a target is missed."""
    effort, sizes = (QUICK, [_MIN_ROWS]) if quick else (Effort(), _sizes(rows))
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as name, constant_upstream(folder := Path(name)) as upstream:
            measures: dict[str, Callable[[], dict[str, Any]]] = {
                "services": lambda: services.measure(folder, upstream, effort),
                "lambdas": lambda: functions.measure(upstream, effort),
                "packages": lambda: functions.measure_packages(upstream, effort.cold_starts),
                "chain": lambda: guide.measure(folder, 1 if quick else _WRK_SECONDS),
                "reads": lambda: reads.measure(sizes, _report),
                "summaries": lambda: summaries.measure(sizes[-1], _report),
                "pages": lambda: pages.measure(sizes[-1], _report),
            }
            for part in parts or measures:
                _report(f"measuring {part}")
                measured = measures[part]()
                if not quick:
                    report.save(part, measured)
    except (MissingToolError, StartError, UnavailableError) as error:
        sys.exit(f"bench: {error}")
    if not quick:
        _publish()


def _publish() -> None:
    results = report.read()
    blocks = report.blocks(results)
    publish.write(report.PAGE, blocks)
    from lab.bench import charts  # noqa: PLC0415  # matplotlib is installed for `make bench` alone

    charts.draw(results)
    typer.echo("\n\n".join(blocks.values()))
    if missed := [target.text for target in report.targets(results) if not target.met]:
        sys.exit("\n".join(["bench: these targets are missed:", *missed]))


@contextmanager
def constant_upstream(folder: Path) -> Iterator[str]:
    """Run the stub as a process of its own and give its URL."""
    address = Address(free_port())
    with Processes(folder) as processes:
        yield processes.serve("stub", python("lab.stub", str(address.port)), address, {}).address.url


def _sizes(largest: int) -> list[int]:
    smaller = _sizes(largest // 10) if largest >= _MIN_ROWS * 10 else []
    return [*smaller, largest]


def _report(line: str) -> None:
    typer.echo(f"{line} ...", err=True)


if __name__ == "__main__":
    typer.run(main)
