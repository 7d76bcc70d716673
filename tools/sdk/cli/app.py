"""The commands of `push-records`, one for each operation of `fields.json` that answers pages of records."""

import inspect
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ..client import VERSION
from .formats import Format
from .moments import moment
from .running import Job, run

_EXIT_CODES = """Exit codes: 0 all is well, 1 the service refused or failed, 2 the command line or the environment is
wrong, 3 the service could not be reached or did not answer in time, 4 the output could not be written,
130 interrupted."""

# Filters that have another option than the one of their own name.
_OPTIONS = {"created_from": "--since", "created_to": "--until"}
_HELP = {
    "created_from": "From then on: 7d, 12h, 2025-11-01 (UTC), epoch milliseconds.",
    "created_to": "Before then; written as --since.",
}

_TYPES: dict[str, Any] = {
    "list": list[str] | None,
    "text": str | None,
    "number": int | None,
    "time": datetime | None,
}

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help and errors without the escapes that FORCE_COLOR adds to files
    epilog=_EXIT_CODES,
    help="What became of push notifications. Reads QUERY_SERVICE_URL and QUERY_SERVICE_API_KEY from the environment.",
)

# The options of every command: the type and the option with its default.
_COMMON: dict[str, tuple[Any, Any]] = {
    "limit": (int | None, typer.Option(None, min=1, help="The most records to write; all of them by default.")),
    "cursor": (str | None, typer.Option(None, help="Continue where a command broke off; it carries the filters.")),
    "form": (
        Format,
        typer.Option(
            Format.TABLE,
            "--format",
            help="table and json are whole or not at all, the others stream; excel is CSV for Excel.",
        ),
    ),
    "json": (bool, typer.Option(False, "--json", help="Short for --format json.")),
    "url": (str | None, typer.Option(None, help="Where the service is, in place of QUERY_SERVICE_URL.")),
    "timeout": (float, typer.Option(30.0, min=0.001, help="Seconds for one page, retries included.")),
}


class _Filter(msgspec.Struct):
    kind: str
    description: str
    values: list[str] = []


class _Operation(msgspec.Struct):
    summary: str
    key: str
    example: str
    largest_page: int
    filters: list[str]


class _Fields(msgspec.Struct):
    operations: dict[str, _Operation]
    filters: dict[str, _Filter]


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # as typer calls it
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[  # noqa: ARG001  # its callback acts on it
        bool, typer.Option("--version", help="Show the version, and end.", is_eager=True, callback=_show_version)
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Report retries on standard error.")] = False,
) -> None:
    if verbose:
        logging.basicConfig(format="push-records: %(message)s")
        logging.getLogger("query_service_client").setLevel(logging.INFO)


def _command(name: str, operation: _Operation, filters: dict[str, _Filter]) -> Callable[..., None]:
    """Return the command of an operation, with an option for each of its filters."""

    def command(**given: Any) -> None:  # noqa: ANN401  # as the signature below has them
        job = Job(
            url=given["url"],
            timeout=given["timeout"],
            form=Format.JSON if given["json"] else given["form"],
            limit=given["limit"],
            largest_page=operation.largest_page,
            identifier=given[operation.key],
        )
        wanted = {field: None if given[field] == [] else given[field] for field in operation.filters}
        run(
            job,
            lambda client, size: getattr(client, f"iter_{name}")(
                given[operation.key], size, cursor=given["cursor"], **wanted
            ),
        )

    options = {field: _option(field, filters[field]) for field in operation.filters} | _COMMON
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # inspect.signature, and so typer, reads it
        [
            inspect.Parameter(operation.key, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str),
            *(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=option)
                for name, (kind, option) in options.items()
            ),
        ]
    )
    command.__doc__ = f"{operation.summary}.\n\nExample: push-records {name} {operation.example} --since 7d --json"
    return command


def _option(field: str, described: _Filter) -> tuple[Any, Any]:
    """Return the type of a filter's option, and the option."""
    name = _OPTIONS.get(field, f"--{field.replace('_', '-')}")
    known = f" Known: {', '.join(described.values)}." if described.values else ""
    text = _HELP.get(field, described.description) + known
    is_time = described.kind == "time"
    option = typer.Option(
        None, name, help=text, parser=moment if is_time else None, metavar="TIME" if is_time else None
    )
    return _TYPES[described.kind], option


def _add_commands() -> None:
    fields = msgspec.json.decode(Path(__file__).with_name("fields.json").read_bytes(), type=_Fields)
    for operation_id, operation in fields.operations.items():
        name = operation_id.removeprefix("query_")
        app.command(name.replace("_", "-"), epilog=_EXIT_CODES)(_command(name, operation, fields.filters))


_add_commands()
