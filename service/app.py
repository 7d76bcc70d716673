"""Builds the service; the only place where its parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from botocore.credentials import Credentials
from botocore.session import Session
from connexion import AsyncApp
from connexion.exceptions import ProblemException
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from common.environment import SettingsError
from common.problem import ProblemError
from generated_client.runtime import AsyncExchange
from service.admission import Admission
from service.boundary import Boundary
from service.contract import Contract
from service.cursors import Cursors
from service.dispatch import Dispatch
from service.drain import Drain
from service.errors import Renderer
from service.internal_api import InternalApiClient
from service.operations import Operations
from service.places import Places
from service.settings import Settings
from service.signing import SigV4

# Connexion's own, less those that have no work here: API keys are checked by API Gateway and never reach the service,
# answers are held against the contract by the tests, and Dispatch stands in place of validation, context and
# parameter passing.
_MIDDLEWARES: Final = [
    ExceptionMiddleware,
    RoutingMiddleware,
    LifespanMiddleware,
    Dispatch,
]


def create_app(
    settings: Settings,
    *,
    credentials: Credentials | None = None,
    exchange: AsyncExchange | None = None,
    drain: Drain | None = None,
) -> ASGIApp:
    """Return the service as an ASGI application.

    `credentials` sign the internal requests; by default those of the task role, or of the environment. `exchange`
    stands in for the network to the internal gateway. `drain` says when the process is about to stop. The start is
    stopped by SettingsError where there are no credentials, and by Connexion where the contract is not valid or has an
    operationId without a method.
    """
    internal_api = InternalApiClient(
        settings.internal_api_url,
        settings.request_timeout_seconds,
        signer=SigV4(credentials or _own_credentials(), settings.region),
        exchange=exchange,
    )
    drain = drain or Drain()
    places = Places(settings.concurrency_limit)
    operations = Operations(internal_api, Cursors(settings.cursor_keys), drain, places)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        async with internal_api:
            yield

    app = AsyncApp(
        __name__,
        lifespan=lifespan,
        middlewares=_MIDDLEWARES,
        resolver=Resolver(lambda operation_id: getattr(operations, operation_id)),
    )
    contract = Contract()
    app.add_api(contract.document, base_path="")
    renderer = Renderer(contract.methods)
    app.add_error_handler(ProblemError, renderer.problem)
    app.add_error_handler(ProblemException, renderer.framework)
    app.add_error_handler(HTTPException, renderer.framework)
    app.add_error_handler(ClientDisconnect, renderer.gone)
    app.add_error_handler(Exception, renderer.unexpected)
    return Boundary(Admission(app, places), contract, settings.request_timeout_seconds, drain)


def _own_credentials() -> Credentials:
    credentials: Credentials | None = Session().get_credentials()
    if credentials is None:
        raise SettingsError("no AWS credentials: run with a task role, or set AWS_ACCESS_KEY_ID and the secret key")
    return credentials
