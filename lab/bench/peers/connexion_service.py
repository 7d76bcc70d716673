"""The service on Connexion as it comes: its own middlewares and validators, and one pooled httpx client."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import httpx
from connexion import AsyncApp
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver

from lab.bench.peers.security import Signed, seal
from tools.contract.bundle import bundle

Body = dict[str, Any]


class Client(Protocol):
    """Asks the internal API."""

    async def ask(self, path: str, body: Mapping[str, Any]) -> Body:
        """Return the answer to a query."""


class Pooled:
    """One httpx client for the life of the application."""

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        self.client = httpx.AsyncClient(
            base_url=os.environ["INTERNAL_API_URL"], auth=Signed(), timeout=27, limits=limits
        )

    async def ask(self, path: str, body: Mapping[str, Any]) -> Body:
        """Return the answer to a query."""
        answer = await self.client.post(path, json=dict(body))
        answer.raise_for_status()
        page: Body = answer.json()
        return page


class Operations:
    """One method an operationId."""

    def __init__(self, client: Client) -> None:
        self._client = client

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
        page = await self._client.ask(path, body)
        position = page.pop("next_position", None)
        if position is not None:
            page["next_cursor"] = seal(position, path)
        return page, 200, {"Content-Type": "application/json"}


def create_app(client: Client) -> AsyncApp:
    """Return the application; API Gateway has checked the key already."""
    operations = Operations(client)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        yield
        if isinstance(client, Pooled):
            await client.client.aclose()

    document = bundle("public")
    document.pop("security", None)
    for item in document["paths"].values():
        item.pop("options", None)  # a browser's question, which no peer is asked
        for operation in item.values():
            operation.pop("security", None)
    app = AsyncApp(__name__, lifespan=lifespan, swagger_ui_options=SwaggerUIOptions(swagger_ui=False))
    app.add_api(document, base_path="", resolver=Resolver(lambda name: getattr(operations, name)))
    return app


def app() -> AsyncApp:
    """Return the application with its pooled client (uvicorn's `--factory`)."""
    return create_app(Pooled())
