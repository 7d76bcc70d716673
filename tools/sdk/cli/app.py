"""The commands of `push-records`, one for each operation that gives records."""

import logging
from datetime import datetime
from typing import Annotated

import typer

from ..client import VERSION
from ..models.platform import Platform
from ..models.status import Status
from .formats import Format
from .moments import moment
from .running import Job, run

_EXIT_CODES = """Exit codes: 0 all is well, 1 the service refused or failed, 2 the command line or the environment is
wrong, 3 the service could not be reached or did not answer in time, 130 interrupted."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=_EXIT_CODES,
    help="What became of push notifications. Reads QUERY_SERVICE_URL and QUERY_SERVICE_API_KEY from the environment.",
)

_KNOWN_STATUSES = ", ".join(Status)
_KNOWN_PLATFORMS = ", ".join(Platform)

Statuses = Annotated[list[str] | None, typer.Option("--status", help=f"Only these states: {_KNOWN_STATUSES}.")]
Platforms = Annotated[list[str] | None, typer.Option("--platform", help=f"Only these: {_KNOWN_PLATFORMS}.")]
ApId = Annotated[str | None, typer.Option("--ap-id", help="Only pushes sent by this application.")]
Since = Annotated[
    datetime | None,
    typer.Option(parser=moment, metavar="TIME", help="From then on: 7d, 12h, 2025-11-01 (UTC), epoch milliseconds."),
]
Until = Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Before then; written as --since.")]
Limit = Annotated[int | None, typer.Option(min=1, help="The most records to write; all of them by default.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a command broke off; the filters stay the same.")]
Form = Annotated[Format, typer.Option("--format", help="table and json are whole or not at all, the others stream.")]
Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Url = Annotated[str | None, typer.Option(help="Where the service is, in place of QUERY_SERVICE_URL.")]
Timeout = Annotated[float, typer.Option(min=0.001, help="Seconds for one page, retries included.")]


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
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell of retries on standard error.")] = False,
) -> None:
    if verbose:
        logging.basicConfig(format="push-records: %(message)s")
        logging.getLogger("query_service_client").setLevel(logging.INFO)


@app.command(epilog=_EXIT_CODES)
def user(  # noqa: PLR0913  # an option each
    user_id: str,
    *,
    status: Statuses = None,
    platform: Platforms = None,
    ap_id: ApId = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    cursor: Cursor = None,
    form: Form = Format.TABLE,
    json: Json = False,
    url: Url = None,
    timeout: Timeout = 30.0,
) -> None:
    """Show what a user received, newest first.

    Example: push-records user test_user_001 --status FAILED --since 7d --json
    """
    job = Job(url=url, timeout=timeout, form=Format.JSON if json else form, limit=limit, since=since)
    run(
        job,
        lambda client, size: client.iter_user(
            user_id,
            size,
            cursor=cursor,
            status=status or None,
            platform=platform or None,
            ap_id=ap_id,
            created_from=since,
            created_to=until,
        ),
    )


@app.command(epilog=_EXIT_CODES)
def marketing(  # noqa: PLR0913  # an option each
    marketing_id: str,
    *,
    status: Statuses = None,
    platform: Platforms = None,
    ap_id: ApId = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    cursor: Cursor = None,
    form: Form = Format.TABLE,
    json: Json = False,
    url: Url = None,
    timeout: Timeout = 30.0,
) -> None:
    """Show what became of a campaign, newest first.

    Example: push-records marketing campaign_2026_spring --platform IOS --format csv
    """
    job = Job(url=url, timeout=timeout, form=Format.JSON if json else form, limit=limit, since=since)
    run(
        job,
        lambda client, size: client.iter_marketing(
            marketing_id,
            size,
            cursor=cursor,
            status=status or None,
            platform=platform or None,
            ap_id=ap_id,
            created_from=since,
            created_to=until,
        ),
    )


@app.command(epilog=_EXIT_CODES)
def fail(  # noqa: PLR0913  # an option each
    transaction_id: str,
    *,
    platform: Platforms = None,
    ap_id: ApId = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    cursor: Cursor = None,
    form: Form = Format.TABLE,
    json: Json = False,
    url: Url = None,
    timeout: Timeout = 30.0,
) -> None:
    """Show which pushes of a transaction failed.

    Example: push-records fail tx_002 --format ndjson
    """
    job = Job(url=url, timeout=timeout, form=Format.JSON if json else form, limit=limit, since=since)
    run(
        job,
        lambda client, size: client.iter_fail(
            transaction_id,
            size,
            cursor=cursor,
            platform=platform or None,
            ap_id=ap_id,
            created_from=since,
            created_to=until,
        ),
    )
