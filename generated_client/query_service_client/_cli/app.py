"""The commands of `push-records`, one for each operation of `fields.json` that answers pages of records."""

import inspect
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ..client import VERSION, QueryServiceClient
from . import profiles
from .formats import Format
from .options import COMMON, Filter, option, value
from .running import TABLE_ROWS, Job, Target, errors_as_exit_codes, run, say
from .table import View

_EXIT_CODES = """Exit codes: 0 all is well, 1 the service refused or failed, 2 the command line or the environment is
wrong, 3 the service could not be reached or did not answer in time, 4 the output could not be written,
130 interrupted."""
_HELP = """What became of push notifications. The address and the key of the service come from QUERY_SERVICE_URL and
QUERY_SERVICE_API_KEY, or from a profile that `push-records login` saves."""

# The commands of an operation, if they are other words than the end of its operationId.
_WORDS = {
    "query_marketing": ("marketing", "campaign"),
    "query_marketing_fail": ("failures",),
}

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help and errors without the escapes that FORCE_COLOR adds to files
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXIT_CODES,
    help=_HELP,
)


class _Operation(msgspec.Struct):
    summary: str
    key: str
    example: str
    largest_page: int
    filters: list[str]


class _Fields(msgspec.Struct):
    operations: dict[str, _Operation]
    filters: dict[str, Filter]


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


def _command(name: str, operation: _Operation, filters: dict[str, Filter]) -> Callable[..., None]:
    """Return the command of an operation, with an option for each of its filters."""

    def command(**given: Any) -> None:  # noqa: ANN401  # as the signature below has them
        if given["all"] and given["limit"]:
            raise typer.BadParameter("--all has no limit", param_hint="--limit")
        wanted = {field: value(field, filters[field], given) for field in operation.filters}
        run(
            _job(operation, given),
            lambda client, size: getattr(client, f"iter_{name}")(
                given[operation.key], size, cursor=given["cursor"], **wanted
            ),
        )

    options = {field: option(field, filters[field]) for field in operation.filters} | COMMON
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # inspect.signature, and so typer, reads it
        [
            inspect.Parameter(operation.key, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str),
            *(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=option)
                for name, (kind, option) in options.items()
            ),
        ]
    )
    return command


def _job(operation: _Operation, given: Mapping[str, Any]) -> Job:
    form = Format.JSON if given["json"] else given["form"]
    is_cut = form is Format.TABLE and given["limit"] is None and not given["all"]
    return Job(
        target=Target(url=given["url"], profile=given["profile"], timeout=given["timeout"]),
        form=form,
        view=View(known=operation.key, zone=UTC if given["utc"] else None, is_wide=given["wide"]),
        limit=TABLE_ROWS if is_cut else given["limit"],
        is_cut=is_cut,
        largest_page=operation.largest_page,
        identifier=given[operation.key],
    )


def _add_commands() -> None:
    fields = msgspec.json.decode(Path(__file__).with_name("fields.json").read_bytes(), type=_Fields)
    for operation_id, operation in fields.operations.items():
        name = operation_id.removeprefix("query_")
        own, *others = _WORDS.get(operation_id, (name.replace("_", "-"),))
        command = _command(name, operation, fields.filters)
        text = f"{operation.summary}.\n\nExample: push-records {own} {operation.example} --since 7d --json"
        app.command(own, help=text, epilog=_EXIT_CODES)(command)
        for word in others:
            app.command(word, help=text, short_help=f"Another word for {own}.", epilog=_EXIT_CODES)(command)


_add_commands()


@app.command(epilog=_EXIT_CODES)
def login(
    profile: Annotated[str, typer.Option(metavar="NAME", help="The profile to write.")] = profiles.DEFAULT,
    url: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where the service is; asked for if absent.")
    ] = None,
) -> None:
    """Save an address and an API key as a profile.

    The key is asked for, or read from standard input, and tried out with one query. It is kept in push-records.toml
    in ~/.config or $XDG_CONFIG_HOME, which only you can read. There, api_key_env or api_key_command in place of api_key
    names a variable that holds the key, or a command that prints it.
    """
    address: str = url or typer.prompt("Address of the service, with its stage")
    if sys.stdin is None or sys.stdin.isatty():
        key: str = typer.prompt("API key", hide_input=True)
    else:
        key = sys.stdin.readline().strip()
    with errors_as_exit_codes():
        with QueryServiceClient(address, api_key=key) as client:
            client.query_user("push-records-login", limit=1)
        profiles.save(profile, {"url": address, "api_key": key})
    say(f"saved the profile {profile} in {profiles.path()}")
