"""The commands that list records, one for each operation that answers pages of them."""

import dataclasses
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final

import typer

from .contract import FIELDS, Listed
from .exit_codes import errors_as_exit_codes
from .export import Export, export
from .formats import Format
from .options import RECORDS, TARGET, option, signature, value
from .running import TABLE_ROWS, Output, Query, Target, opened, show
from .table import View
from .words import flag

_NO_ARGUMENTS: Final = (*TARGET, *RECORDS)
_ENDINGS: Final = {".csv": Format.CSV, ".ndjson": Format.NDJSON, ".jsonl": Format.NDJSON}


def lists(operations: Mapping[str, Listed]) -> Callable[..., None]:
    """Return the command of an operation, or of several: the first one's id is an argument, the others' are options.

    The command raises typer.BadParameter.
    """
    first, *others = operations.values()
    names = dict.fromkeys(name for operation in operations.values() for name in operation.filters)

    def command(**given: Any) -> None:  # noqa: ANN401  # as the signature below has them
        wanted = [each for each, operation in operations.items() if given[operation.key] is not None]
        if len(wanted) != 1:
            ids = [first.key.upper(), *(flag(operation.key) for operation in others)]
            raise typer.BadParameter(f"give either {' or '.join(ids)}")
        _check(given)
        _run(_query(wanted[0], operations[wanted[0]], given), given)

    options = {operation.key: option(operation.key, FIELDS.filters[operation.key]) for operation in others}
    options |= {name: option(name, FIELDS.filters[name]) for name in names} | RECORDS | TARGET
    arguments = {first.key: FIELDS.record[first.key].description}
    command.__signature__ = signature(arguments, options, optional=bool(others))  # type: ignore[attr-defined]  # read by typer
    return command


def _check(given: Mapping[str, Any]) -> None:
    """Raise typer.BadParameter for options that exclude each other."""
    if given["all"] and given["limit"]:
        raise typer.BadParameter("--all has no limit", param_hint="--limit")
    if given["resume"] and not given["output"]:
        raise typer.BadParameter("it goes on with an --output FILE", param_hint="--resume")
    if given["output"] and given["cursor"]:
        raise typer.BadParameter("an --output goes on with --resume", param_hint="--cursor")


def _query(operation_id: str, operation: Listed, given: Mapping[str, Any]) -> Query:
    filters = {name: value(name, FIELDS.filters[name], given) for name in operation.filters}
    return Query(
        operation_id=operation_id,
        key=operation.key,
        identifier=given[operation.key],
        filters={name: each for name, each in filters.items() if each is not None},
        page_size=min(given["limit"] or operation.largest_page, operation.largest_page),
    )


def _run(query: Query, given: Mapping[str, Any]) -> None:
    form = Format.JSON if given["json"] else given["form"]
    target = Target(url=given["url"], profile=given["profile"], timeout=given["timeout"])
    if given["output"]:
        wanted = _export(query, form, given)
        with errors_as_exit_codes(query.key), opened(target) as client:
            export(client, wanted, is_resumed=given["resume"])
        return
    form = form or Format.TABLE
    is_cut = form is Format.TABLE and given["limit"] is None and not given["all"]
    if is_cut:
        query = dataclasses.replace(query, page_size=min(query.page_size, TABLE_ROWS))
    output = Output(
        form=form,
        view=View(known=[query.key], zone=UTC if given["utc"] else None, is_wide=given["wide"]),
        limit=TABLE_ROWS if is_cut else given["limit"],
        is_cut=is_cut,
    )
    with errors_as_exit_codes(query.key), opened(target) as client:
        show(client, query, given["cursor"], output)


def _export(query: Query, form: Format | None, given: Mapping[str, Any]) -> Export:
    """Return the content of a file; the window of time ends now, unless the query has an end."""
    path = given["output"]
    form = form or _ENDINGS.get(path.suffix.lower())
    if form is None or not form.is_streamed:
        raise typer.BadParameter("a file is ndjson, csv or excel: give --format", param_hint="--output")
    arguments = {flag(name): given[name] for name in FIELDS.filters if given.get(name) and name != query.key}
    arguments |= {"operation": query.operation_id, query.key: query.identifier, "--format": form}
    arguments |= {flag(name): given[name] for name in ("limit", "utc") if given[name]}
    return Export(
        path=path,
        query=Query(
            operation_id=query.operation_id,
            key=query.key,
            identifier=query.identifier,
            filters={"created_to": int(time.time() * 1_000)} | query.filters,
            page_size=query.page_size,
        ),
        form=form,
        limit=given["limit"],
        arguments=arguments,
    )
