"""The contract's commands: `python -m tools.contract --help`."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from tools.contract.breaking.released import ReleaseError, changes, is_released, released, report
from tools.contract.breaking.released import release as renew
from tools.contract.bundle import NAMES, SOURCES, BundleError, as_json, import_copy
from tools.contract.client import ROOT, generate
from tools.contract.consumers import consumers_text
from tools.contract.docs import ViewerError, write_docs
from tools.contract.lint import lint as find
from tools.contract.packages import GenerationError
from tools.contract.typescript import pack_typescript

DIST = ROOT / "dist" / "openapi"
DOCS = ROOT / "dist" / "docs"
NPM = ROOT / "dist" / "npm"

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Check the two OpenAPI contracts and generate files from them."
)


Sources = Annotated[Path, typer.Option("--sources", help="Where public.yaml and internal.yaml are.")]


@app.command()
def dist(
    sources: Sources = SOURCES,
    into: Annotated[Path, typer.Option(help="The folder that is written to.")] = DIST,
) -> None:
    """Write the import copies, with ${placeholders} for the deployment, and the consumers' document."""
    try:
        texts = {name: as_json(import_copy(name, sources)) for name in NAMES}
        texts["push-records.openapi"] = consumers_text(sources)
    except BundleError as exc:
        _fail(exc)
    into.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        file = into / f"{name}.json"
        file.write_text(text, encoding="utf-8")
        typer.echo(f"{file} {len(text.encode())} bytes")


@app.command()
def docs(
    sources: Sources = SOURCES,
    into: Annotated[Path, typer.Option(help="The folder to write; it is replaced.")] = DOCS,
) -> None:
    """Write the docs page as static files, to be served beside web/console."""
    try:
        files = write_docs(into, sources)
    except (BundleError, ViewerError) as exc:
        _fail(exc)
    for file in files:
        typer.echo(file)


@app.command()
def lint(sources: Sources = SOURCES) -> None:
    """Check both contracts and their import copies; list the findings and exit 1 if there are any."""
    findings = find(sources)
    for finding in findings:
        typer.echo(finding)
    raise typer.Exit(code=1 if findings else 0)


@app.command()
def client(
    sources: Sources = SOURCES,
    into: Annotated[Path, typer.Option(help="The folder that generated_client and result_lambda are in.")] = ROOT,
) -> None:
    """Generate the clients in Python and TypeScript, and the other copies of the contracts."""
    try:
        written = generate(into, sources)
    except (BundleError, GenerationError) as exc:
        _fail(exc)
    for path in written:
        typer.echo(path)


@app.command()
def npm(into: Annotated[Path, typer.Option(help="The folder that is written to.")] = NPM) -> None:
    """Compile the TypeScript client and pack it for npm."""
    try:
        typer.echo(pack_typescript(into))
    except GenerationError as exc:
        _fail(exc)


@app.command()
def breaking(sources: Sources = SOURCES) -> None:
    """Compare both contracts with the release and list the changes; exit 1 if a consumer breaks."""
    if not is_released(sources):
        typer.echo("nothing is released yet: openapi/released has no contract to compare with")
        return
    try:
        found = {name: (released(name, sources)["info"]["version"], changes(name, sources)) for name in NAMES}
    except (BundleError, ReleaseError) as exc:
        _fail(exc)
    for name, (version, since) in found.items():
        for line in report(name, version, since):
            typer.echo(line)
    raise typer.Exit(code=any(change.breaking for _, since in found.values() for change in since))


@app.command()
def release(sources: Sources = SOURCES) -> None:
    """Write both contracts to released/; exit 1 if `info.version` has to be higher."""
    try:
        files = renew(sources)
    except (BundleError, ReleaseError) as exc:
        _fail(exc)
    for file in files:
        typer.echo(file)


def _fail(reason: Exception) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(code=1)


if __name__ == "__main__":
    app(prog_name="python -m tools.contract")
