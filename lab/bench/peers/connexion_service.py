"""The service on Connexion with its default middlewares and validators, and an httpx client."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from connexion import AsyncApp
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver

from lab.bench.peers.security import Signed, seal
from tools.contract.bundle import bundle

Body = dict[str, Any]


Ask = Callable[[str, Body], Awaitable[Body]]


class Operations:
    """One method an operationId."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def query_user(self, body: Body) -> Any:  # noqa: ANN401  # what Connexion takes
        """Rows of a user."""
        return await self._page("/query/user", body)

    async def query_marketing(self, body: Body) -> Any:  # noqa: ANN401  # as above
        """Rows of a campaign."""
        return await self._page("/query/marketing", body)

    async def query_fail(self, body: Body) -> Any:  # noqa: ANN401  # as above
        """Failed rows of a transaction."""
        return await self._page("/query/fail", body)

    query_failures = failed = query_fail

    async def health(self) -> Any:  # noqa: ANN401  # as above
        """Tell that requests are accepted."""
        return {"status": "ok"}, 200, {"Content-Type": "application/json"}

    async def _page(self, path: str, body: Body) -> Any:  # noqa: ANN401  # as above
        page = await self._ask(path, body)
        position = page.pop("next_position", None)
        if position is not None:
            page["next_cursor"] = seal(position, path)
        return page, 200, {"Content-Type": "application/json"}


def create_app(ask: Ask, lifespan: Any = None) -> AsyncApp:  # noqa: ANN401  # as above
    """Return the application; API Gateway has checked the key already."""
    operations = Operations(ask)
    document = bundle("public")
    document.pop("security", None)
    for item in document["paths"].values():
        item.pop("options", None)  # API Gateway answers preflights
        for operation in item.values():
            operation.pop("security", None)
    app = AsyncApp(__name__, lifespan=lifespan, swagger_ui_options=SwaggerUIOptions(swagger_ui=False))
    app.add_api(document, base_path="", resolver=Resolver(lambda name: getattr(operations, name)))
    return app


def app() -> AsyncApp:
    """Return the application with one pooled client (uvicorn's `--factory`)."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    client = httpx.AsyncClient(base_url=os.environ["INTERNAL_API_URL"], auth=Signed(), timeout=27, limits=limits)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        async with client:
            yield

    return create_app(lambda path, body: _post(client, path, body), lifespan)


def guide_app() -> AsyncApp:
    """Return the application with the migration guide's client: a new one, TLS context and all, for every call."""

    async def ask(path: str, body: Body) -> Body:
        async with httpx.AsyncClient(base_url=os.environ["INTERNAL_API_URL"], auth=Signed(), timeout=30) as client:
            return await _post(client, path, body)

    return create_app(ask)


async def _post(client: httpx.AsyncClient, path: str, body: Body) -> Body:
    answer = await client.post(path, json=body)
    answer.raise_for_status()
    page: Body = answer.json()
    return page
