"""`python -m lab.faults`: runs the scenarios, shows the results, and publishes them in docs/reliability.md."""

import importlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from os import SCHED_RESET_ON_FORK, SCHED_RR, sched_param, sched_setscheduler
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.console import Console

from lab import publish
from lab.faults import report
from lab.faults.report import Case, Result
from lab.faults.run import FULL, SHORT, Run
from lab.processes import MissingToolError, StartError

# Modules with TITLE and `run(run)`, by the number on the command line.
SCENARIOS: Final = {
    1: "stopping",
    2: "dependencies",
    3: "overload",
    4: "attacks",
    5: "fuzzing",
    6: "forgery",
    7: "soak",
}


def main(
    *,
    short: Annotated[
        bool, typer.Option("--short", help="Small sizes; goals of speed are shown, not judged; nothing is written.")
    ] = False,
    only: Annotated[str, typer.Option(help="The numbers of the scenarios to run: 1,3.")] = "1,2,3,4,5,6,7",
    seed: Annotated[int, typer.Option(help="Seed of the random attacks.")] = 1,
    logs: Annotated[Path | None, typer.Option(help="Keep the processes' logs in this folder.")] = None,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Run the load generator with real-time priority (root).")
    ] = False,
) -> None:
    """Break, overload and attack the running parts on 127.0.0.1, and report the results.

    The exit code is 1 if a check failed. A full run judges the goals too, and writes its figures to
    lab/faults/results and docs/reliability.md.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets background jobs ignore it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("faults: stopped"))
    if realtime:
        sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, sched_param(1))
    console, failed = Console(stderr=True), list[str]()
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        folder = logs or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for number in _numbers(only):
                result = _run(number, short=short, seed=seed, folder=folder, console=console)
                failed += [f"{number}. {text}" for text in result.failed(with_goals=not short)]
                if not short:
                    result.write()
                    publish.write(report.PAGE, blocks())
        except KeyboardInterrupt:
            sys.exit("faults: interrupted; every process that was started has ended")
    sys.exit("\n".join(["faults: these checks failed:", *failed]) if failed else 0)


def blocks() -> dict[str, str]:
    """Return the generated blocks of docs/reliability.md by mark."""
    return {name: report.block(report.read(name)) for name in SCENARIOS.values()}


def _numbers(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",") if part.strip().isdecimal()]
    if not numbers or not set(numbers) <= set(SCENARIOS):
        raise typer.BadParameter(f"{text!r} is not a list of scenario numbers", param_hint="--only")
    return numbers


def _run(number: int, *, short: bool, seed: int, folder: Path, console: Console) -> Result:
    name = SCENARIOS[number]
    scenario = importlib.import_module(f"lab.faults.{name}")
    started = time.monotonic()
    with console.status("") as status:
        progress = _progress(status.update, console, f"{number}. {scenario.TITLE}")
        progress("starting")
        run = Run(sizes=SHORT if short else FULL, seed=seed, folder=folder, progress=progress)
        try:
            conditions, cases = uvloop.run(scenario.run(run))
        except (MissingToolError, StartError) as error:
            case = Case("not run")
            case.check(str(error), held=False)
            conditions, cases = {}, [case]
    result = Result(name, scenario.TITLE, conditions, cases)
    _show(number, result, console, time.monotonic() - started)
    return result


def _progress(update: Callable[[str], None], console: Console, title: str) -> Callable[[str], None]:
    def progress(text: str) -> None:
        update(f"{title}: {text}")
        if not console.is_terminal:
            console.print(f"{title}: {text} ...", highlight=False)

    return progress


def _show(number: int, result: Result, console: Console, seconds: float) -> None:
    console.print(f"[bold]{number}. {result.title}[/bold] ({seconds:.0f} s)", highlight=False)
    for case in result.cases:
        console.print(f"  {case.name}", highlight=False)
        for name, value in case.figures.items():
            console.print(f"    {name}: {value}", highlight=False, markup=False, soft_wrap=True)
        for check in case.checks:
            text = f"    {'yes' if check.held else 'NO '} {'goal: ' if check.goal else ''}{check.text}"
            style = "green" if check.held else "red"
            console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
