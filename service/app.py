"""Builds the service: the ASGI application, and the server that runs it and stops in two steps."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import uvicorn
from botocore.credentials import Credentials
from botocore.session import Session
from connexion import AsyncApp
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver
from starlette.types import ASGIApp

from common.environment import SettingsError
from generated_client.runtime import AsyncExchange
from service.cursors import Cursors
from service.dispatch import DOCUMENT, ConcurrencyLimit, Contract, Dispatch
from service.edge import Edge
from service.internal_api import InternalApiClient
from service.operations import Operations
from service.settings import Settings
from service.transport import Signer

# Longer than the load balancer keeps an idle connection (60 s), so that the service never hangs up first.
KEEP_ALIVE_SECONDS: Final = 75
# Connections that the kernel accepts while the process is busy.
BACKLOG: Final = 2_048
# How long an accepted request may still take once the port is closed: longer than any call. With the delay before it,
# it is shorter than ECS waits between SIGTERM and SIGKILL (stopTimeout, 40 s).
DRAIN_SECONDS: Final = 30


class Drain:
    """Stops the process in two steps.

    SIGTERM makes the service unhealthy, and it goes on as before for `delay_seconds`, in which the load balancer finds
    that out. Then the port is closed, and the running requests are finished. A second SIGTERM, or Ctrl-C, skips the
    delay. `server` is the one to stop.
    """

    def __init__(self, delay_seconds: float = 0) -> None:
        self._delay_seconds = delay_seconds
        self.begun = threading.Event()
        self.server: uvicorn.Server | None = None

    def listen(self) -> None:
        """Handle the signals in place of uvicorn, which closes the port at once and ends by the signal, not with 0.

        To be called by the application's start, when uvicorn has set its own handlers; it restores the former ones.
        """
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self._terminate, loop)
            loop.add_signal_handler(signal.SIGINT, self._close_port)

    def _terminate(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(0 if self.begun.is_set() else self._delay_seconds, self._close_port)
        self.begun.set()

    def _close_port(self) -> None:
        self.begun.set()
        if self.server is not None:
            self.server.should_exit = True


def create_app(
    settings: Settings,
    *,
    credentials: Credentials | None = None,
    transport: AsyncExchange | None = None,
    drain: Drain | None = None,
) -> ASGIApp:
    """Return the service as an ASGI application.

    `credentials` sign the internal requests; by default those of the task role, or of the environment. `transport`
    replaces the network to the internal API. `drain` stops the process. Raises SettingsError if there are no
    credentials, and what Connexion raises for a contract that is not valid or has an operationId without a method.
    """
    drain = drain or Drain()
    internal_api = InternalApiClient(
        settings.internal_api_url,
        settings.request_timeout_seconds,
        signer=Signer(credentials or _own_credentials(), settings.region),
        transport=transport,
    )

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        drain.listen()
        async with internal_api:
            yield

    contract = Contract()
    build = {"version": contract.version, "build": settings.build_id}
    limit = ConcurrencyLimit(settings.concurrency_limit)
    cursors = Cursors(settings.cursor_keys)
    operations = Operations(internal_api, cursors, build, drain.begun.is_set, DOCUMENT.read_bytes())
    function = partial(getattr, operations)
    # Connexion's own middlewares but for those without work here: API Gateway checks keys, Edge renders errors, and
    # Dispatch replaces validation, context and parameter passing.
    middlewares: list[Any] = [
        RoutingMiddleware,
        LifespanMiddleware,
        partial(Dispatch, contract=contract, function=function, limit=limit, audit_key=settings.audit_key),
    ]
    app = AsyncApp(__name__, lifespan=lifespan, middlewares=middlewares, resolver=Resolver(function))
    app.add_api(contract.document, base_path="")
    return Edge(app, contract, limit, settings.request_timeout_seconds, build=build, is_draining=drain.begun.is_set)


def create_server(app: ASGIApp, host: str, port: int, *, drain: Drain | None = None) -> uvicorn.Server:
    """Return a server for `app` that logs nothing itself; `drain` is the one that the application was created with."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = uvicorn.Server(config)
    if drain is not None:
        drain.server = server
    return server


def _own_credentials() -> Credentials:
    credentials: Credentials | None = Session().get_credentials()
    if credentials is None:
        raise SettingsError("no AWS credentials: run with a task role, or set AWS_ACCESS_KEY_ID and the secret key")
    return credentials
