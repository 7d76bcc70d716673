"""`python -m service`: the command of the container."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import Final

from common import logs, tracing
from common.environment import SettingsError
from service.app import Drain, create_app, create_server
from service.settings import Settings

HOST: Final = "0.0.0.0"  # noqa: S104  # nosec B104  # the container's own network, behind the load balancer
PORT: Final = 8000


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM, then finish the running requests; a bad setting ends the start with its name."""
    parser = argparse.ArgumentParser(prog="python -m service", description="Serve the public contract over HTTP.")
    parser.add_argument("--host", default=HOST, help="the address to listen on (%(default)s)")
    parser.add_argument("--port", default=PORT, type=int, help="the port (%(default)s)")
    arguments = parser.parse_args(argv)
    logs.configure(may_drop=True)
    try:
        settings = Settings.from_env(os.environ)
        drain = Drain(settings.drain_delay_seconds)
        app = tracing.start("service", os.environ, create_app(settings, drain=drain))
    except SettingsError as error:
        sys.exit(f"service: {error}")
    gc.collect()
    gc.freeze()  # what lives as long as the process; else each full collection would pause all requests for 50 ms
    create_server(app, arguments.host, arguments.port, drain=drain).run()


if __name__ == "__main__":
    main()
