"""`python -m lab.faults`: run the scenarios, show what they came to, and write the figures."""

import importlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.console import Console

from lab.faults import report
from lab.faults.bench import FULL, SHORT, Bench
from lab.faults.processes import MissingToolError
from lab.faults.report import Case, Result

# By number; each module has `run(bench)` and its TITLE.
SCENARIOS: Final = {
    1: "stopping",
    2: "neighbours",
    3: "overload",
    4: "clients",
    5: "fuzzing",
    6: "forgery",
    7: "soak",
}


def main(
    *,
    short: Annotated[
        bool, typer.Option("--short", help="Small sizes, three minutes; figures are not written.")
    ] = False,
    only: Annotated[str, typer.Option(help="The scenarios to run, by number: 1,3.")] = "1,2,3,4,5,6,7",
    seed: Annotated[int, typer.Option(help="Seed of what is made up.")] = 1,
    logs: Annotated[Path | None, typer.Option(help="Keep the processes' logs in this folder.")] = None,
) -> None:
    """Break, overload and attack the running parts on 127.0.0.1, and tell what came of it.

    The exit code is 1 if something did not hold. A whole run writes its figures to lab/faults/results and
    docs/reliability.md.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets background jobs ignore it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("faults: stopped"))
    console, results = Console(stderr=True), list[Result]()
    with tempfile.TemporaryDirectory(prefix="faults-") as temporary:
        folder = logs or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(sizes=SHORT if short else FULL, seed=seed, folder=folder, say=lambda _: None)
        try:
            for number in _numbers(only):
                results.append(_run(number, bench, console))
                if not short:
                    _write(results[-1])
        except KeyboardInterrupt:
            sys.exit("faults: interrupted; everything that was started has ended")
    failed = [f"{result.number}. {text}" for result in results for text in result.failed]
    sys.exit("\n".join(["faults: these did not hold:", *failed]) if failed else 0)


def _numbers(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",") if part.strip().isdecimal()]
    if not numbers or not set(numbers) <= set(SCENARIOS):
        raise typer.BadParameter(f"{text} is no list of numbers of scenarios", param_hint="--only")
    return numbers


def _run(number: int, bench: Bench, console: Console) -> Result:
    scenario = importlib.import_module(f"lab.faults.{SCENARIOS[number]}")
    started = time.monotonic()
    with console.status("") as status:
        say = _teller(status.update, console, f"{number}. {scenario.TITLE}")
        say("starting")
        told = Bench(sizes=bench.sizes, seed=bench.seed, folder=bench.folder, say=say)
        try:
            result: Result = uvloop.run(scenario.run(told))
        except MissingToolError as error:
            case = Case("not run")
            case.check(str(error), held=False)
            result = Result(number, scenario.TITLE, {}, [case])
    _show(result, console, time.monotonic() - started)
    return result


def _teller(update: Callable[[str], None], console: Console, title: str) -> Callable[[str], None]:
    def say(text: str) -> None:
        update(f"{title}: {text}")
        if not console.is_terminal:
            console.print(f"{title}: {text} ...", highlight=False)

    return say


def _show(result: Result, console: Console, seconds: float) -> None:
    console.print(f"[bold]{result.number}. {result.title}[/bold] ({seconds:.0f} s)", highlight=False)
    for case in result.cases:
        console.print(f"  {case.name}", highlight=False)
        for name, value in case.figures.items():
            console.print(f"    {name}: {value}", highlight=False, markup=False, soft_wrap=True)
        for check in case.checks:
            mark = "[green]yes[/green]" if check.held else "[red]NO[/red] "
            console.print(f"    {mark} {check.text}", highlight=False, soft_wrap=True)


def _write(result: Result) -> None:
    result.write(report.RESULTS)
    document = report.DOCUMENT.read_text(encoding="utf-8")
    report.DOCUMENT.write_text(report.update(document, report.read()), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
