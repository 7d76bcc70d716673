"""The command line of the builder: `python -m tools.deploy --help`."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from tools.deploy.definitions import ECS, EXAMPLE, NAMES, UnknownValueError, render, with_values
from tools.deploy.dependencies import InstallError
from tools.deploy.packages import FUNCTIONS, PYTHON, ROOT, CompileError, build, build_tracing_layer, interpreter

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Build Lambda packages and ECS documents.")


@app.command()
def packages(
    into: Annotated[Path, typer.Option(help="Where the zips are written.")] = ROOT / "dist",
    *,
    with_tracing: Annotated[
        bool, typer.Option("--with-tracing", help="Build tracing-layer.zip too, a layer with OpenTelemetry.")
    ] = False,
) -> None:
    """Build the zips of both Lambda functions, and print their sizes in bytes."""
    try:
        built = [build(function, into) for function in FUNCTIONS]
        built += [build_tracing_layer(into)] if with_tracing else []
    except (InstallError, CompileError) as exc:
        _fail(exc)
    for package in built:
        typer.echo(f"{package} {package.stat().st_size} bytes")
    if interpreter() is None:
        typer.echo(f"no python{PYTHON} on the PATH: without bytecode, cold starts are slower", err=True)


@app.command()
def ecs(
    into: Annotated[Path, typer.Option(help="Where the documents are written.")] = ECS,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help=f"Replace a value; repeatable: {', '.join(EXAMPLE)}."),
    ] = None,
) -> None:
    """Write task-definition.json and service-definition.json, as `aws ecs` reads them.

    Separate the items of a list with commas: --set subnets=subnet-0a,subnet-0b.
    """
    try:
        values = with_values(assignments or [])
    except UnknownValueError as exc:
        _fail(exc)
    into.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        document = into / f"{name}.json"
        document.write_text(render(name, values), encoding="utf-8")
        typer.echo(document)


def _fail(reason: Exception) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(code=1)


if __name__ == "__main__":
    app(prog_name="python -m tools.deploy")
