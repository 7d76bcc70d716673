"""`python -m tools.local`: the whole chain on this machine, until Ctrl-C."""

import json
import os
import shlex
import signal
import sys
from contextlib import nullcontext
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from common import logs
from tools.local.credentials import Identity
from tools.local.dynamodb_local import UnavailableError
from tools.local.extensions import SpecError
from tools.local.loader import UnusableFileError
from tools.local.servers import StartError
from tools.local.stack import Options, Stack, task_identity
from tools.local.tables import TableDiffersError
from tools.local.waterfall import waterfalls

_ENDS = (signal.SIGINT, signal.SIGTERM)
# Errors that a person can correct; the message says how.
_EXPECTED = (
    BotoCoreError,
    ClientError,
    OSError,
    SpecError,
    StartError,
    TableDiffersError,
    UnusableFileError,
    UnavailableError,
)
_READY = """\
Ready. Ctrl-C stops it.

  console           {pages}/console/
  docs page         {pages}/docs/
  public gateway    {public}
  internal gateway  {internal}   (requests must be signed)
  service           {service}
  DynamoDB          {dynamodb}
  API key           {key}

Try it:

  curl {service}/health
"""
_CURL = """
  curl -X POST {url} \\
    -H 'Content-Type: application/json' -H 'x-api-key: {key}' \\
    -d {body}
"""
# By kind of example id: the path that takes it, and the field of the body.
_QUERIES = {
    "user": ("/query/user", "user_id"),
    "campaign": ("/query/marketing", "marketing_id"),
    "transaction": ("/query/fail", "transaction_id"),
}


class LogLevel(StrEnum):
    """What is logged, and all that weighs more."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _port(what: str) -> Any:  # noqa: ANN401  # typer's own type is not public
    return typer.Option(min=0, max=65_535, help=what)


def _http(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{url} is no http(s) URL")
    return url


def main(  # noqa: PLR0913  # an option each
    *,
    records: Annotated[
        Path | None,
        typer.Option(
            help="Load your own rows instead of the sample: NDJSON, JSON, DynamoDB JSON or CSV, .gz too.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    dynamodb_endpoint_url: Annotated[
        str | None,
        typer.Option(callback=_http, help="Use this DynamoDB engine instead of the one that is built in."),
    ] = None,
    dynamodb_local: Annotated[
        bool, typer.Option("--dynamodb-local", help="Use DynamoDB Local, AWS's own engine (needs a JDK 17 and npm).")
    ] = False,
    service_url: Annotated[
        str | None,
        typer.Option(
            callback=_http,
            help="Use a service that runs elsewhere; it signs with AWS_ACCESS_KEY_ID of this environment.",
        ),
    ] = None,
    api_key: Annotated[str, typer.Option(help="The key that the public gateway takes.")] = Options.api_key,
    public_port: Annotated[int, _port("Port of the public gateway; 0 takes a free one.")] = 8080,
    internal_port: Annotated[int, _port("Port of the internal gateway.")] = 8081,
    service_port: Annotated[int, _port("Port of the service.")] = 8000,
    dynamodb_port: Annotated[int, _port("Port of the built-in DynamoDB.")] = 8082,
    pages_port: Annotated[int, _port("Port of the docs page and the look-up page.")] = 8083,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    trace: Annotated[bool, typer.Option("--trace", help="Show each request's way through the hops.")] = False,
    log_level: Annotated[LogLevel, typer.Option(help="INFO shows a line a request and hop.")] = LogLevel.WARNING,
) -> None:
    """Start the gateways, the functions, the service and the tables on this machine, until Ctrl-C.

    Example: python -m tools.local --records rows.ndjson --public-port 9000
    """
    logs.configure(log_level)
    options = Options(
        host=host,
        public_port=public_port,
        internal_port=internal_port,
        service_port=service_port,
        dynamodb_port=dynamodb_port,
        pages_port=pages_port,
        dynamodb_endpoint_url=dynamodb_endpoint_url,
        dynamodb_local=dynamodb_local,
        service_url=service_url,
        records=records,
        api_key=api_key,
    )
    _run(options if (identity := _identity()) is None else replace(options, identity=identity), trace=trace)


def _run(options: Options, *, trace: bool) -> None:
    """Run the stack until it is interrupted, at any moment of its life."""
    for number in _ENDS:
        signal.signal(number, _end)
    try:
        with Stack(options, say=lambda line: typer.echo(f"{line} ...", err=True)) as stack:
            _report(stack)
            with waterfalls(Console(highlight=False)) if trace else nullcontext():
                signal.pause()
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
    except _EXPECTED as error:
        sys.exit(f"local: {error}")


def _end(*_: object) -> NoReturn:
    """End what runs, in order; that takes seconds at the most, and a second signal would only tear it."""
    for number in _ENDS:
        signal.signal(number, lambda *_: None)
    raise KeyboardInterrupt


def _identity() -> Identity | None:
    """Return who the service signs as, where the environment says so; else the stack makes somebody up."""
    access_key, secret_key = (os.environ.get(name, "") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    return task_identity(access_key, secret_key) if access_key and secret_key else None


def _report(stack: Stack) -> None:
    """Print what was loaded, the addresses, and a command for each example id."""
    if stack.report is not None:
        typer.echo("\n".join(stack.report.lines()), err=True)
    text = _READY.format(
        pages=stack.pages_url,
        public=stack.public_url,
        internal=stack.internal_url,
        service=stack.service_url,
        dynamodb=stack.dynamodb_url,
        key=stack.options.api_key,
    )
    for kind, identifier in stack.examples.items():
        path, field = _QUERIES[kind]
        body = shlex.quote(json.dumps({field: identifier, "limit": 10}, ensure_ascii=False))
        text += _CURL.format(url=stack.public_url + path, key=stack.options.api_key, body=body)
    typer.echo(text)


if __name__ == "__main__":
    typer.run(main)
