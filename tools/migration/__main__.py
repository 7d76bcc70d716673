"""`python -m tools.migration`: the tools for the move, one command each."""

import sys

import typer

from tools.migration import aws
from tools.migration.backfill.command import backfill_ap_id
from tools.migration.importing.command import import_contract
from tools.migration.outcome import MisuseError, Outcome
from tools.migration.parity.command import parity
from tools.migration.verify.command import verify

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.command()(backfill_ap_id)
app.command()(parity)
app.command()(verify)
app.command()(import_contract)


def main() -> None:
    """Run a command. A mistake in its input prints one line, without a traceback."""
    try:
        app()
    except MisuseError as error:
        _fail(error, Outcome.MISUSE)
    except (*aws.ERRORS, OSError) as error:
        _fail(error, Outcome.INCOMPLETE)


def _fail(error: Exception, outcome: Outcome) -> None:
    typer.echo(f"migration: {error}", err=True)
    sys.exit(outcome)


if __name__ == "__main__":
    main()
