"""The options of the commands: one for each filter of an operation, and those that all commands have."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

import msgspec
import typer

from . import profiles
from .choices import chosen, completer
from .formats import Format
from .moments import moment
from .running import TABLE_ROWS, say

# Filters that have another option than the one of their own name.
OPTIONS: Final = {"created_from": "--since", "created_to": "--until"}
_TIMES: Final = {
    "created_from": "From then on: 2d, yesterday, 2025-11-01, 2025-11-01T12:00 (local time), or epoch milliseconds.",
    "created_to": "Before then; written as --since.",
}
_TYPES: Final[dict[str, Any]] = {"list": list[str] | None, "number": int | None}
_METAVARS: Final = {"list": "VALUE,...", "number": "NUMBER", "text": "TEXT", "time": "TIME"}


class Filter(msgspec.Struct):
    """A filter of the contract: `list`, `text`, `number` or `time`, and its known values."""

    kind: str
    description: str
    values: list[str] = []


def _profile_names() -> list[str]:
    return list(profiles.read())


def _name(field: str) -> str:
    return OPTIONS.get(field, f"--{field.replace('_', '-')}")


# The options of every command: the type and the option with its default.
COMMON: Final[dict[str, tuple[Any, Any]]] = {
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
        Format,
        typer.Option(
            Format.TABLE,
            "--format",
            metavar="FORMAT",
            case_sensitive=False,
            help="table, json, ndjson, csv, or excel (CSV for Excel). table and json are whole or not at all.",
        ),
    ),
    "json": (bool, typer.Option(False, "--json", help="Short for --format json.")),
    "wide": (bool, typer.Option(False, "--wide", help="A table with all columns, whole.")),
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
        typer.Option(30.0, min=0.001, metavar="SECONDS", help="For one page, retries included."),
    ),
}


def option(field: str, described: Filter) -> tuple[Any, Any]:
    """Return the type of a filter's option, and the option."""
    known = f" Known: {', '.join(described.values)}." if described.values else ""
    found = typer.Option(
        None,
        _name(field),
        help=_TIMES.get(field, described.description) + known,
        metavar=_METAVARS[described.kind],
        autocompletion=completer(described.values) if described.values else None,
    )
    return _TYPES.get(described.kind, str | None), found


def value(field: str, described: Filter, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as its kind is
    """Return what a filter's option means; None for an absent one. Raises typer.BadParameter."""
    text = given[field]
    if text is None or text == []:
        return None
    if described.kind == "list":
        return chosen(_name(field), text, described.values, say)
    return moment(text, UTC if given["utc"] else None, _name(field)) if described.kind == "time" else text
