"""The options of the commands: one for each field of a request, and those that several commands have."""

import inspect
from collections.abc import Mapping
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec
import typer

from .._runtime import to_epoch_milliseconds
from . import profiles
from .choices import chosen, completer
from .exit_codes import say
from .formats import Format
from .moments import moment
from .running import TABLE_ROWS
from .words import flag, flags

_TIMES: Final = {
    "created_from": "From then on: 2d, yesterday, 2025-11-01, 2025-11-01T12:00 (local time), or epoch milliseconds.",
    "created_to": "Before then; written as --since.",
}
_TYPES: Final[dict[str, Any]] = {"list": list[str] | None, "number": int | None}
_METAVARS: Final = {"list": "VALUE,...", "number": "NUMBER", "text": "TEXT", "time": "TIME"}

Options = dict[str, tuple[Any, Any]]


class Filter(msgspec.Struct):
    """A field of the contract: `list`, `text`, `number` or `time`, and its known values."""

    kind: str
    description: str
    values: list[str] = []


def _profile_names() -> list[str]:
    return list(profiles.read())


# The options by the names of their values: the type, and the option with its default.
TARGET: Final[Options] = {
    "utc": (bool, typer.Option(False, "--utc", help="Times and days are in UTC, not in local time.")),
    "url": (
        str | None,
        typer.Option(None, metavar="ADDRESS", help="Where the service is, in place of QUERY_SERVICE_URL."),
    ),
    "profile": (
        str | None,
        typer.Option(
            None,
            metavar="NAME",
            envvar="PUSH_RECORDS_PROFILE",
            autocompletion=_profile_names,
            help="A profile of `push-records login`.",
        ),
    ),
    "timeout": (
        float,
        typer.Option(30.0, min=0.001, metavar="SECONDS", help="For one call of the service, retries included."),
    ),
}
JSON: Final[Options] = {"json": (bool, typer.Option(False, "--json", help="JSON for programs."))}
RECORDS: Final[Options] = {
    "limit": (
        int | None,
        typer.Option(
            None,
            min=1,
            metavar="NUMBER",
            help=f"The most records; by default {TABLE_ROWS} in a table and all in other formats.",
        ),
    ),
    "all": (bool, typer.Option(False, "--all", help="All records, in a table too.")),
    "cursor": (
        str | None,
        typer.Option(None, metavar="TEXT", help="Continue where a command broke off; it carries the filters."),
    ),
    "form": (
        Format | None,
        typer.Option(
            None,
            "--format",
            metavar="FORMAT",
            case_sensitive=False,
            help="table (the default), json, ndjson, csv, or excel (CSV for Excel). table and json are whole or not at "
            "all.",
        ),
    ),
    "json": (bool, typer.Option(False, "--json", help="Short for --format json.")),
    "wide": (bool, typer.Option(False, "--wide", help="A table with all columns, whole.")),
    "output": (
        Path | None,
        typer.Option(
            None,
            metavar="FILE",
            dir_okay=False,
            help="Write all records to a file, as --format or its ending says: .ndjson, .csv. A command that was "
            "stopped can be resumed. FILE.manifest.json will have the query, the number of records and the SHA-256.",
        ),
    ),
    "resume": (
        bool,
        typer.Option(False, "--resume", help="Go on with the --output that the same command began, or begin it."),
    ),
}


def option(field: str, described: Filter) -> tuple[Any, Any]:
    """Return the type of the option for a field of a request, and the option."""
    kind: Any = _TYPES.get(described.kind, str | None)
    metavar, text = _METAVARS[described.kind], _TIMES.get(field, described.description)
    complete = None
    if described.kind == "list" and described.values:
        text += f" Known: {', '.join(described.values)}."
        complete = completer(described.values)
    elif described.values:
        make: Any = StrEnum  # its members come from the contract, which type checkers do not read
        kind, metavar = make(field, [(each, each) for each in described.values]) | None, "|".join(described.values)
    found = typer.Option(None, *flags(field), help=text, metavar=metavar, autocompletion=complete, case_sensitive=False)
    return kind, found


def value(field: str, described: Filter, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as its kind is
    """Return the value of the option for a field, as JSON has it; None for an absent one. Raises typer.BadParameter."""
    text = given[field]
    if text is None or text == []:
        return None
    if described.kind == "list":
        return chosen(flag(field), text, described.values, say)
    if described.kind == "time":
        return to_epoch_milliseconds(moment(text, UTC if given["utc"] else None, flag(field)))
    return text if described.kind == "number" else str(text)


def signature(arguments: Mapping[str, str], options: Options, *, optional: bool = False) -> inspect.Signature:
    """Return the signature of a command: its arguments, with what each is, and its options."""
    kind, default = (str | None, None) if optional else (str, ...)
    return inspect.Signature(
        [
            *(
                inspect.Parameter(
                    name,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    annotation=kind,
                    default=typer.Argument(default, metavar=name.upper(), help=text, show_default=False),
                )
                for name, text in arguments.items()
            ),
            *(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=option)
                for name, (kind, option) in options.items()
            ),
        ]
    )
