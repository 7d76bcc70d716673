"""`python -m tools.migration`: the tools for the move, one command each."""

import sys

import typer

from tools.migration import aws
from tools.migration.backfill.command import backfill_ap_id
from tools.migration.canary.command import app as canary
from tools.migration.command import MisuseError, Outcome
from tools.migration.import_contract import import_contract
from tools.migration.parity.command import parity
from tools.migration.takeover.command import takeover
from tools.migration.takeover.read_plan import read_plan
from tools.migration.verify.command import verify

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
for command in (backfill_ap_id, parity, verify, import_contract, takeover, read_plan):
    app.command()(command)
app.add_typer(canary, name="canary")


def main() -> None:
    """Run a command. A mistake in its input prints one line, without a traceback."""
    try:
        app()
    except (MisuseError, *aws.ERRORS, OSError) as error:
        typer.echo(f"migration: {aws.explained(error)}", err=True)
        sys.exit(Outcome.MISUSE if isinstance(error, MisuseError) else Outcome.INCOMPLETE)


if __name__ == "__main__":
    main()
