"""How long the client takes to read a page of 100 records, beside the stock generator's own models.

    python -m lab.bench.parse_page

Both parse the same bytes in one process, in turns, so that whatever else the machine does slows both alike.
"""

import gc
import importlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from generated_client.query_service_client.client import QUERY_USER
from generated_client.runtime import RawResponse
from lab.bench.pages import LARGE, public_page
from tools.contract.bundle import bundle
from tools.contract.packages import run

_STOCK: Final = "stock_client"
Parse = Callable[[bytes], Any]


def stock(folder: Path) -> Parse:
    """Generate the public client with the generator's own templates into `folder`, and return how it parses."""
    document = folder / "contract.json"
    document.write_text(json.dumps(bundle("public")), encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    run([*command, "--path", str(document), "--output-path", str(folder / _STOCK)])
    sys.path.insert(0, str(folder))
    models = importlib.import_module(f"{_STOCK}.models")
    return lambda content: models.RecordPage.from_dict(json.loads(content))


def ours(content: bytes) -> object:
    """Parse as the client does."""
    return QUERY_USER.decode(RawResponse(200, {}, content))


def microseconds(parse: Parse, content: bytes, repeats: int) -> float:
    """Return what one parse takes."""
    started = time.perf_counter()
    for _ in range(repeats):
        parse(content)
    return (time.perf_counter() - started) / repeats * 1_000_000


def main(
    rounds: Annotated[int, typer.Option(help="How often each takes its turn.")] = 40,
    repeats: Annotated[int, typer.Option(help="Parses a turn.")] = 50,
) -> None:
    """Measure, and print the median of each and how they compare."""
    content = public_page(LARGE)
    with tempfile.TemporaryDirectory() as folder:
        parsers: dict[str, Parse] = {"this client": ours, "stock client": stock(Path(folder)), "json.loads": json.loads}
        taken: dict[str, list[float]] = {name: [] for name in parsers}
        for _ in range(rounds):
            for name, parse in parsers.items():
                gc.collect()
                taken[name].append(microseconds(parse, content, repeats))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    typer.echo(f"{LARGE} records, {len(content)} bytes, Python {sys.version.split()[0]}, {rounds} rounds")
    for name, median in medians.items():
        typer.echo(f"{name:14} {median:8.1f} us   {median / medians['this client']:5.1f} x")


if __name__ == "__main__":
    typer.run(main)
