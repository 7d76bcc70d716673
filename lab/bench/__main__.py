"""`make bench`: measures all of it, prints it, and publishes it in docs/performance.md.

make bench                                    # all parts, up to ten minutes
make bench ARGS="services lambdas"            # some of them; the others keep what was measured before
make bench ARGS="reads --rows 1000000"        # a partition of a million rows takes minutes to load
make bench ARGS="--effort 0.3"                # a third of the rounds, and a wider spread
make bench ARGS="--quick"                     # does everything work? its figures are not kept
"""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from lab.bench import chain, document, findings, lambdas, packages, reads, services
from lab.bench.processes import StartError
from lab.bench.stub import MissingError
from tools.local.dynamodb_local import UnavailableError

_LEAST_ROWS = 1_000
_WRK_SECONDS = 30  # as the guide has it


def _known(parts: list[str] | None) -> list[str] | None:
    if unknown := set(parts or ()) - set(document.PARTS):
        raise typer.BadParameter(f"there is no part {', '.join(sorted(unknown))}")
    return parts


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(callback=_known, help=f"Any of {', '.join(document.PARTS)}.")
    ] = None,
    *,
    effort: Annotated[float, typer.Option(help="How many rounds, as a share of the usual.", min=0.1, max=10)] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="Measure as little as can be, and keep nothing.")] = False,
    rows: Annotated[
        int, typer.Option(help="The largest partition; each before it is a tenth.", min=_LEAST_ROWS)
    ] = 100_000,
) -> None:
    """Measure, print, publish."""
    measures = _measures(rows, effort, quick=quick)
    try:
        for part in parts or measures:
            _say(f"measuring {part}")
            found = measures[part]()
            if not quick:
                findings.save(part, found)
    except (MissingError, StartError, UnavailableError) as error:
        sys.exit(f"bench: {error}")
    if quick:
        return
    document.write()
    from lab.bench import charts  # noqa: PLC0415  # matplotlib is installed for this alone, and takes its time

    charts.draw()
    typer.echo("\n\n".join(document.figures().values()))


def _measures(rows: int, effort: float, *, quick: bool) -> dict[str, Callable[[], dict[str, Any]]]:
    if quick:
        service = services.Effort(rounds=1, requests=20, rate=20, seconds=1, starts=1)
        function = lambdas.Effort(rounds=1, events=5, starts=1)
    else:
        service, function = services.Effort().times(effort), lambdas.Effort().times(effort)
    return {
        "services": lambda: services.measure(service),
        "lambdas": lambda: lambdas.measure(function),
        "packages": lambda: packages.measure(function.starts),
        "chain": lambda: chain.measure(1 if quick else _WRK_SECONDS),
        "reads": lambda: reads.measure(_sizes(_LEAST_ROWS if quick else rows), _say),
    }


def _sizes(largest: int) -> list[int]:
    sizes = [largest]
    while sizes[0] >= _LEAST_ROWS * 10:
        sizes.insert(0, sizes[0] // 10)
    return sizes


def _say(line: str) -> None:
    typer.echo(f"{line} ...", err=True)


if __name__ == "__main__":
    typer.run(main)
