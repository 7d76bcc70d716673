"""The limit for a service of this shape: Starlette hands bytes on over an aiohttp session, and nothing else.

It checks nothing, signs nothing, seals nothing and logs nothing.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Keep the session open while the application runs."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        app.state.session = session
        yield


async def health(_request: Request) -> Response:
    """Tell that requests are accepted."""
    return PlainTextResponse("ok")


async def query(request: Request) -> Response:
    """Hand a request on, and its answer back."""
    url = os.environ["INTERNAL_API_URL"] + request.url.path
    headers = {"Content-Type": "application/json"}
    async with request.app.state.session.post(url, data=await request.body(), headers=headers) as answer:
        return Response(await answer.read(), answer.status, media_type=answer.content_type)


routes = [
    Route("/health", health),
    Route("/query/{kind}", query, methods=["POST"]),
]
app = Starlette(routes=routes, lifespan=lifespan)
