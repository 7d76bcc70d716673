"""The commands of `push-records`, one for each operation of the contract, and `login`."""

import logging
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from .._runtime import ConfigurationError
from ..client import VERSION, QueryServiceClient
from . import profiles
from .answers import EXPLANATION, SUMMARY, explain, summary, with_options
from .contract import FIELDS
from .exit_codes import errors_as_exit_codes, say
from .lists import lists
from .mcp import mcp
from .words import commands, flag

_EXIT_CODES = """Exit codes: 0 all is well, 1 the service refused or failed, 2 the command line or the environment is
wrong, 3 the service could not be reached or did not answer in time, 4 the output could not be written,
130 interrupted."""
_HELP = """What became of push notifications. The address and the key of the service come from QUERY_SERVICE_URL and
QUERY_SERVICE_API_KEY, or from a profile that `push-records login` saves."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help and errors without the escapes that FORCE_COLOR adds to files
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXIT_CODES,
    help=_HELP,
)


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


def _add(words: tuple[str, ...], command: Callable[..., None], text: str) -> None:
    own, *others = words
    short = text.partition("\n")[0].partition(" (")[0].rstrip(".")
    app.command(own, help=text, short_help=f"{short}.", epilog=_EXIT_CODES)(command)
    for word in others:
        app.command(word, help=text, short_help=f"Another word for {own}.", epilog=_EXIT_CODES)(command)


def _add_commands() -> None:
    for operation_id, operation in FIELDS.operations.items():
        words = commands(operation_id)
        operations, text = {operation_id: operation}, operation.summary
        if operation_id == "query_marketing_fail":
            operations["query_fail"] = FIELDS.operations["query_fail"]
            text += f", or of a transaction ({flag('transaction_id')})"
        example = f"push-records {words[-1]} {operation.example} --since 7d --json"
        _add(words, lists(operations), f"{text}.\n\nExample: {example}")
    for word, command, answer, rest in (
        ("summary", summary, SUMMARY, "--interval day"),
        ("explain", explain, EXPLANATION, f"{flag('transaction_id')} tx_002"),
    ):
        example = f"push-records {word} {answer.example} {rest}"
        _add((word,), with_options(command, answer), f"{answer.summary}.\n\nExample: {example}")


_add_commands()
app.command(epilog=_EXIT_CODES, short_help="Answer an assistant (MCP).")(mcp)


def _asked_key() -> str:
    if sys.stdin is None:
        return ""
    return str(typer.prompt("API key", hide_input=True)) if sys.stdin.isatty() else sys.stdin.readline().strip()


def _elsewhere(key_env: str | None, key_command: str | None, *, keyring: bool) -> dict[str, str]:
    """Return where the key of a profile is, if it is not asked for."""
    if sum(map(bool, (key_env, key_command, keyring))) > 1:
        raise ConfigurationError("give one of --key-env, --key-command and --keyring")
    fields = {"api_key_env": key_env, "api_key_command": key_command}
    return {name: value for name, value in fields.items() if value}


@app.command(epilog=_EXIT_CODES)
def login(
    profile: Annotated[str, typer.Option(metavar="NAME", help="The profile to write.")] = profiles.DEFAULT,
    url: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where the service is; asked for if absent.")
    ] = None,
    key_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The variable of the environment that will hold the key.")
    ] = None,
    key_command: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="The command that prints the key, such as one of a password store."),
    ] = None,
    *,
    keyring: Annotated[bool, typer.Option("--keyring", help="Keep the key in the keyring of this machine.")] = False,
) -> None:
    """Save an address and an API key as a profile.

    The key is tried out with one query. Without --key-env and --key-command it is asked for, or read from standard
    input, and kept in push-records.toml in ~/.config or $XDG_CONFIG_HOME, which only you can read, or with --keyring in
    the keyring of this machine (Keychain, Credential Locker, Secret Service).
    """
    with errors_as_exit_codes():
        elsewhere = _elsewhere(key_env, key_command, keyring=keyring)
        url = url or str(typer.prompt("Address of the service, with its stage"))
        made = {"url": url, **(elsewhere or {"api_key": _asked_key()})}
        with QueryServiceClient(url, api_key=profiles.key(profile, made)) as client:
            client.query_user("push-records-login", limit=1)
        if keyring:
            made |= profiles.save_in_keyring(profile, made.pop("api_key"))
        profiles.save(profile, made)
    say(f"saved the profile {profile} in {profiles.path()}")
