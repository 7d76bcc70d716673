"""`python -m tools.local`: the whole chain on this machine, until Ctrl-C."""

import io
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from common import logs
from tools.local.dynamodb_local import UnavailableError
from tools.local.extensions import SpecError
from tools.local.loader import UnusableFileError
from tools.local.servers import StartError
from tools.local.stack import REGION, Options, Stack, task_identity
from tools.local.waterfall import LOG, Draw, find, one_line, shown, waterfall, write

_ENDS = (signal.SIGINT, signal.SIGTERM)
# The stack stops within this time.
STOP_SECONDS = 10.0
# Errors that a person can correct; the message helps.
_EXPECTED = (BotoCoreError, ClientError, OSError, SpecError, StartError, UnusableFileError, UnavailableError)
_READY = """\
Ready. Ctrl-C stops it.

  console           {stack.pages_url}/console/
  docs page         {stack.pages_url}/docs/
  public gateway    {stack.public_url}
  internal gateway  {stack.internal_url}   (requests must be signed)
  service           {stack.service_url}
  DynamoDB          {stack.dynamodb_url}
  API key           {stack.options.api_key}
  log of requests   {log}

Each request is a line below; python -m tools.local trace REQUEST_ID draws its way.

Try it:

  curl {stack.service_url}/health
"""
_CURL = """
  curl -X POST {url} \\
    -H 'Content-Type: application/json' {credentials} \\
    -d {body}
"""
_SIGNATURE = f"""\\
    --aws-sigv4 aws:amz:{REGION}:execute-api \\
    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\""""
_MADE_UP = """
Requests to the internal gateway are signed with these credentials:

  export AWS_ACCESS_KEY_ID={identity.access_key}
  export AWS_SECRET_ACCESS_KEY={identity.secret_key}
"""
_OWN = """
Requests to the internal gateway are signed with AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY of the environment in which this was started:
"""
# By kind of example id: the path that takes it, and the field of the body.
_QUERIES = {
    "user": ("/query/user", "user_id"),
    "campaign": ("/query/marketing", "marketing_id"),
    "transaction": ("/query/transaction", "transaction_id"),
}


# Without rich: its tables cut the names of options on narrow terminals.
app = typer.Typer(rich_markup_mode=None, add_completion=False)


def _port(text: str) -> Any:  # noqa: ANN401  # typer's own type is not public
    return typer.Option(min=0, max=65_535, help=text)


def _url(text: str) -> Any:  # noqa: ANN401  # as above
    return typer.Option(callback=_http, help=text)


def _http(url: str | None) -> str | None:
    if url is not None and not url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{url} is not an http(s) URL")
    return url


Records = Annotated[
    Path | None,
    typer.Option(
        help="Load your own rows instead of the sample: NDJSON, JSON, DynamoDB JSON or CSV, .gz too.",
        exists=True,
        dir_okay=False,
    ),
]
Engine = Annotated[str | None, _url("Use this DynamoDB engine instead of the one that is built in.")]
Service = Annotated[
    str | None, _url("Use a service that runs elsewhere; it signs with AWS_ACCESS_KEY_ID of this environment.")
]


@app.callback(invoke_without_command=True)
def main(  # noqa: PLR0913  # an option each
    context: typer.Context,
    *,
    records: Records = None,
    dynamodb_endpoint_url: Engine = None,
    dynamodb_local: Annotated[
        bool, typer.Option("--dynamodb-local", help="Use DynamoDB Local, AWS's own engine (needs a JDK 17 and npm).")
    ] = False,
    service_url: Service = None,
    api_key: Annotated[str, typer.Option(help="The key that the public gateway takes.")] = Options.api_key,
    public_port: Annotated[int, _port("Port of the public gateway; 0 takes a free one.")] = 8080,
    internal_port: Annotated[int, _port("Port of the internal gateway.")] = 8081,
    service_port: Annotated[int, _port("Port of the service.")] = 8000,
    dynamodb_port: Annotated[int, _port("Port of the built-in DynamoDB.")] = 8082,
    pages_port: Annotated[int, _port("Port of the docs page and the look-up page.")] = 8083,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    trace: Annotated[bool, typer.Option("--trace", help="Show each request as a waterfall of the hops.")] = False,
    request_log: Annotated[Path, typer.Option(help="Where the last log lines are kept.")] = LOG,
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], typer.Option(help="INFO shows the log lines of all hops.")
    ] = "WARNING",
) -> None:
    """Start the gateways, the functions, the service and the tables on this machine, until Ctrl-C.

    Example: python -m tools.local --records rows.ndjson --public-port 9000
    """
    if context.invoked_subcommand:
        return
    if not os.environ.get("AWS_MAX_ATTEMPTS", "1").isdecimal():  # botocore raises a ValueError that does not name it
        typer.echo("local: AWS_MAX_ATTEMPTS is not a whole number", err=True)
        raise typer.Exit(2)
    logs.configure(log_level)
    _replace_missing_characters()
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
    access_key, secret_key = (os.environ.get(name, "") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    if access_key and secret_key:
        options = replace(options, identity=task_identity(access_key, secret_key))
    _run(options, request_log, waterfall if trace else one_line)


@app.command("trace")
def draw(
    request_id: Annotated[str, typer.Argument(help="The X-Request-Id of the response.")],
    request_log: Annotated[Path, typer.Option(help="Where the log lines were kept.")] = LOG,
) -> None:
    """Draw the way of an earlier request through the hops."""
    console = Console(highlight=False)
    lines = list(waterfall(find(request_log, request_id), console.width))
    if not lines:
        sys.exit(f"local: there is no request {request_id} in {request_log}")
    write(console, lines)


def _run(options: Options, request_log: Path, draw: Draw) -> None:
    """Run the stack until SIGINT or SIGTERM, which may come while it starts."""
    interrupt = _interrupt()
    for number in _ENDS:
        signal.signal(number, interrupt)
    try:
        with Stack(options, say=lambda line: typer.echo(f"{line} ...", err=True), count=_count) as stack:
            _report(stack, request_log)
            with shown(Console(highlight=False), draw, request_log):
                signal.pause()
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
    except _EXPECTED as error:
        sys.exit(f"local: {error}")


def _count(rows: int) -> None:
    """Show the number of rows so far in a terminal, where the next line replaces it."""
    if sys.stderr.isatty():
        typer.echo(f"{rows:,} rows\r", err=True, nl=False)


def _replace_missing_characters() -> None:
    """Let ids and paths in another script be shown in any encoding of the terminal, with `?` where one lacks them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _interrupt() -> Callable[..., None]:
    """Return a signal handler that raises KeyboardInterrupt, and then ignores signals while the parts stop in order.

    After `STOP_SECONDS` it raises again: Python drops an exception that a handler raises inside a finalizer.
    """
    last = -STOP_SECONDS

    def handler(*_: object) -> None:
        nonlocal last
        if time.monotonic() - last >= STOP_SECONDS:
            last = time.monotonic()
            raise KeyboardInterrupt

    return handler


def _report(stack: Stack, request_log: Path) -> None:
    """Print the report of the loader, the addresses, and a command for each example id."""
    if stack.report is not None:
        typer.echo("\n".join(stack.report.lines()), err=True)
    text = _READY.format(stack=stack, log=request_log)
    key = f"-H 'x-api-key: {stack.options.api_key}'"
    for kind in stack.examples:
        text += _example(stack, stack.public_url, kind, key)
    identity = stack.options.identity
    own = os.environ.get("AWS_ACCESS_KEY_ID") == identity.access_key
    text += _OWN if own else _MADE_UP.format(identity=identity)
    if "user" in stack.examples:
        text += _example(stack, stack.internal_url, "user", _SIGNATURE)
    typer.echo(text)


def _example(stack: Stack, url: str, kind: str, credentials: str) -> str:
    path, field = _QUERIES[kind]
    body = shlex.quote(json.dumps({field: stack.examples[kind], "limit": 10}, ensure_ascii=False))
    return _CURL.format(url=url + path, credentials=credentials, body=body)


if __name__ == "__main__":
    app(prog_name="python -m tools.local")
