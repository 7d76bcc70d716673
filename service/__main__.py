"""`python -m service`: what the container runs."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import Final

from common import logs, tracing
from common.environment import SettingsError
from service.app import create_app
from service.drain import Drain
from service.server import server
from service.settings import Settings

HOST: Final = "0.0.0.0"  # noqa: S104  # nosec B104  # the container's own network, behind the load balancer
PORT: Final = 8000


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM, then finish what is running; a bad setting ends the start with its name."""
    where = _parsed(arguments)
    logs.configure()
    drain = Drain()
    try:
        settings = Settings.from_env(os.environ)
        app = tracing.start("service", os.environ, create_app(settings, drain=drain))
    except SettingsError as error:
        sys.exit(f"service: {error}")
    gc.collect()
    gc.freeze()  # what lives as long as the process: else each full collection would halt every request for 50 ms
    server(app, where.host, where.port, drain=drain, drain_delay_seconds=settings.drain_delay_seconds).run()


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m service", description="Serve the public contract over HTTP.")
    parser.add_argument("--host", default=HOST, help="the address to listen at (%(default)s)")
    parser.add_argument("--port", default=PORT, type=int, help="the port (%(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
