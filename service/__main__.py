"""`python -m service`: what the container runs."""

import os
import sys
from typing import Final

from common import logs
from common.environment import SettingsError
from service.app import create_app
from service.drain import Drain
from service.server import server
from service.settings import Settings

HOST: Final = "0.0.0.0"  # noqa: S104  # nosec B104  # the container's own network, behind the load balancer
PORT: Final = 8000


def main() -> None:
    """Serve until SIGTERM, then finish what is running; a bad setting ends the start with its name."""
    logs.configure()
    drain = Drain()
    try:
        settings = Settings.from_env(os.environ)
        app = create_app(settings, drain=drain)
    except SettingsError as error:
        sys.exit(f"service: {error}")
    server(app, HOST, PORT, drain=drain, drain_delay_seconds=settings.drain_delay_seconds).run()


if __name__ == "__main__":
    main()
