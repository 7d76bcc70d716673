"""`python -m service`: what the container runs."""

import os
import sys
from typing import Final

from common import logs
from common.environment import SettingsError
from service.app import create_app
from service.server import server
from service.settings import Settings

HOST: Final = "0.0.0.0"  # noqa: S104  # nosec B104  # the container's own network, behind the load balancer
PORT: Final = 8000


def main() -> None:
    """Serve until SIGTERM; a bad setting ends the start with its name."""
    logs.configure()
    try:
        app = create_app(Settings.from_env(os.environ))
    except SettingsError as error:
        sys.exit(f"service: {error}")
    server(app, HOST, PORT).run()


if __name__ == "__main__":
    main()
