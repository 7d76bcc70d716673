"""`python -m lab.faults`: runs the scenarios, shows the results, and publishes them in docs/reliability.md."""

import importlib
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.console import Console

from lab import publish
from lab.faults import scenario
from lab.faults.scenario import Case, Result, Run
from lab.processes import MissingToolError, StartError

# Modules with TITLE and `run(run)`, by the number on the command line.
SCENARIOS: Final = {1: "stopping", 2: "dependencies", 3: "overload", 4: "attacks", 5: "soak"}
_console: Final = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def main(
    *,
    short: Annotated[
        bool, typer.Option("--short", help="Small sizes; goals of speed are shown, not judged; nothing is written.")
    ] = False,
    only: Annotated[str, typer.Option(help="The numbers of the scenarios to run: 1,3.")] = "1,2,3,4,5",
    logs: Annotated[Path | None, typer.Option(help="Keep the processes' logs in this folder.")] = None,
) -> None:
    """Break, overload and attack the running parts on 127.0.0.1, and report the results.

    The exit code is 1 if a check failed. A full run judges the goals too, and writes its figures to
    lab/faults/results and docs/reliability.md.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets background jobs ignore it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("faults: stopped"))
    failed = list[str]()
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        folder = logs or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for number in _numbers(only):
                result = _run(number, folder, short=short)
                failed += [f"{number}. {text}" for text in result.failed(with_goals=not short)]
                if not short:
                    result.write()
                    publish.write(scenario.PAGE, blocks())
        except KeyboardInterrupt:
            sys.exit("faults: interrupted; every process that was started has ended")
    sys.exit("\n".join(["faults: these checks failed:", *failed]) if failed else 0)


def blocks() -> dict[str, str]:
    """Return the generated blocks of docs/reliability.md by mark."""
    return {name: scenario.block(scenario.read(name)) for name in SCENARIOS.values()}


def _numbers(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",") if part.strip().isdecimal()]
    if not numbers or not set(numbers) <= set(SCENARIOS):
        raise typer.BadParameter(f"{text!r} is not a list of scenario numbers", param_hint="--only")
    return numbers


def _run(number: int, folder: Path, *, short: bool) -> Result:
    name = SCENARIOS[number]
    module = importlib.import_module(f"lab.faults.{name}")
    started = time.monotonic()
    run = Run(
        folder=folder,
        progress=lambda text: _console.print(f"{number}. {module.TITLE}: {text} ..."),
        **(scenario.SHORT if short else {}),
    )
    try:
        conditions, cases = uvloop.run(module.run(run))
    except (MissingToolError, StartError) as error:
        case = Case("not run")
        case.check(str(error), held=False)
        conditions, cases = {}, [case]
    _console.print(f"{number}. {module.TITLE} ({time.monotonic() - started:.0f} s)\n", style="bold")
    result = Result(name, module.TITLE, conditions, cases)
    _console.print(scenario.block(result))
    return result


if __name__ == "__main__":
    typer.run(main)
