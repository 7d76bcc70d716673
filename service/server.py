"""Serves the application with uvicorn, as in the container so on a laptop."""

import math
import signal
import time
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from service.drain import Drain
from service.protocol import Protocol

# Longer than the load balancer keeps an idle connection (60 s), so that it is never the service that hangs up first.
KEEP_ALIVE_SECONDS: Final = 75
# What an accepted request may still take once the port is closed: longer than any may take at all. With the delay
# before it, it is shorter than ECS waits between SIGTERM and SIGKILL (stopTimeout, 40 s).
DRAIN_SECONDS: Final = 30


class Server(uvicorn.Server):
    """uvicorn, stopped in two steps.

    SIGTERM makes the service unhealthy, and it goes on as before for `drain_delay_seconds`, in which the load balancer
    finds that out; only then is the port closed, and what is running finished. A second signal, or Ctrl-C, skips the
    delay. The exit code is 0 all the same: the process was asked to end, and did.
    """

    def __init__(self, config: uvicorn.Config, drain: Drain, drain_delay_seconds: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._drain_delay_seconds = drain_delay_seconds
        self._exit_at = math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as Python calls it
        """Begin to stop; uvicorn's own would raise the signal again in the end, and die of it."""
        if sig == signal.SIGTERM and not self._drain.has_begun:
            self._exit_at = time.monotonic() + self._drain_delay_seconds
        else:
            self.force_exit = self.should_exit and sig == signal.SIGINT
            self.should_exit = True
        self._drain.begin()

    async def on_tick(self, counter: int) -> bool:
        """Close the port once the delay is over."""
        self.should_exit = self.should_exit or time.monotonic() >= self._exit_at
        return await super().on_tick(counter)


def server(app: ASGIApp, host: str, port: int, *, drain: Drain | None = None, drain_delay_seconds: float = 0) -> Server:
    """Return a server for `app`; it says nothing of itself and leaves the logs to ours.

    `drain` is what the application was made with; the server begins it.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    return Server(config, drain or Drain(), drain_delay_seconds)
