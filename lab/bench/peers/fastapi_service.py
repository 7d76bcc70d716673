"""The service on FastAPI: request and response models, one pooled httpx client for the life of the application."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from lab.bench.peers.security import Signed, seal

Identifier = Annotated[str, Field(min_length=1, max_length=256)]


class Query(BaseModel):
    """The fields of every query."""

    model_config = ConfigDict(extra="forbid")
    limit: Annotated[int, Field(ge=1, le=100)] | None = None
    cursor: str | None = None
    platform: list[str] | None = None
    ap_id: str | None = None
    created_from: int | None = None
    created_to: int | None = None


class UserQuery(Query):
    """Rows of a user."""

    user_id: Identifier


class MarketingQuery(Query):
    """Rows of a campaign."""

    marketing_id: Identifier


class Record(BaseModel):
    """One row."""

    transaction_id: str
    user_id: str
    created_at: int
    status: str
    marketing_id: str | None = None
    notification_title: str | None = None
    platform: str | None = None
    error_msg: str | None = None
    ap_id: str | None = None


class Page(BaseModel):
    """A page of rows."""

    items: list[Record]
    count: int
    next_cursor: str | None = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep the client open while the application runs."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(
        base_url=os.environ["INTERNAL_API_URL"], auth=Signed(), timeout=27, limits=limits
    ) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """Respond that requests are accepted."""
    return {"status": "ok"}


@app.post("/query/user", response_model_exclude_none=True)
async def query_user(query: UserQuery, request: Request) -> Page:
    """Rows of a user, newest first."""
    return await ask(request.app.state.client, "/query/user", query)


@app.post("/query/marketing", response_model_exclude_none=True)
async def query_marketing(query: MarketingQuery, request: Request) -> Page:
    """Rows of a campaign, newest first."""
    return await ask(request.app.state.client, "/query/marketing", query)


async def ask(client: httpx.AsyncClient, path: str, query: Query) -> Page:
    """Ask the internal API and return its page."""
    answer = await client.post(path, json=query.model_dump(exclude_none=True))
    if answer.is_error:
        raise HTTPException(502, "The records could not be read.")
    page: dict[str, Any] = answer.json()
    position = page.pop("next_position", None)
    cursor = None if position is None else seal(position, path)
    return Page(**page, next_cursor=cursor)
