"""The service on Connexion with its default middlewares and validators, and an httpx client."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
from connexion import AsyncApp
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver

from lab.bench.peers.security import Signed, seal
from tools.contract.bundle import bundle

Body = dict[str, Any]


Ask = Callable[[str, Body], Awaitable[Body]]
Operation = Callable[..., Awaitable[tuple[Body, int, dict[str, str]]]]

_JSON: Final = {"Content-Type": "application/json"}


def create_app(ask: Ask, lifespan: Any = None) -> AsyncApp:  # noqa: ANN401  # Starlette's
    """Return the application; API Gateway has checked the key already."""

    def query(path: str) -> Operation:
        async def operation(body: Body) -> tuple[Body, int, dict[str, str]]:
            page = await ask(path, body)
            position = page.pop("next_position", None)
            if position is not None:
                page["next_cursor"] = seal(position, path)
            return page, 200, _JSON

        return operation

    async def health() -> tuple[Body, int, dict[str, str]]:
        return {"status": "ok"}, 200, _JSON

    operations: dict[str, Operation] = {
        "query_user": query("/query/user"),
        "query_marketing": query("/query/marketing"),
        "health": health,
    }
    operations |= dict.fromkeys(("query_fail", "query_failures", "failed"), query("/query/fail"))
    document = bundle("public")
    document.pop("security", None)
    document["paths"] = {path: _answered(item, operations) for path, item in document["paths"].items()}
    app = AsyncApp(__name__, lifespan=lifespan, swagger_ui_options=SwaggerUIOptions(swagger_ui=False))
    app.add_api(document, base_path="", resolver=Resolver(operations.__getitem__))
    return app


def _answered(item: dict[str, Any], operations: Mapping[str, Operation]) -> dict[str, Any]:
    """Return the operations of a path that are answered here, without their security; preflights are not."""
    return {
        method: {key: value for key, value in operation.items() if key != "security"}
        for method, operation in item.items()
        if operation["operationId"] in operations
    }


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
