"""The service with the migration guide's own client: a new httpx client, TLS context and all, for every call."""

import os
from collections.abc import Mapping
from typing import Any

import httpx
from connexion import AsyncApp

from lab.bench.peers.connexion_service import create_app
from lab.bench.peers.security import Signed


class NewEachTime:
    """Asks the internal API as the guide does."""

    async def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a query."""
        async with httpx.AsyncClient(auth=Signed(), timeout=30) as client:
            answer = await client.post(os.environ["INTERNAL_API_URL"] + path, json=dict(body))
            answer.raise_for_status()
            page: dict[str, Any] = answer.json()
            return page


def app() -> AsyncApp:
    """Return the application (uvicorn's `--factory`)."""
    return create_app(NewEachTime())
