"""The pages that people open, the console and the docs page, on an origin of their own.

They call the public gateway through CORS, like any consumer's page.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from tools.local.servers import url_of

CONSOLE: Final = Path(__file__).resolve().parents[2] / "web" / "console"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_pages(docs: Path, public_port: int, stage: str, api_key: str, examples: Mapping[str, str]) -> ASGIApp:
    """Return the console and, from the folder `docs`, the docs page.

    They call the public gateway on `public_port` of the host name that the browser used. The API key is filled in: it
    is valid in this stack only. `examples` are ids that the console offers: of a `user`, `campaign`, `transaction`.
    """

    def gateway(request: Request) -> str:
        return url_of((request.url.hostname or "localhost", public_port))

    async def with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = _POLICY.format(gateway(request))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache"
        return response

    async def settings(request: Request) -> Response:
        return JSONResponse({"api": f"{gateway(request)}/{stage}", "key": api_key, "examples": dict(examples)})

    async def home(_request: Request) -> Response:
        return RedirectResponse("/console/")

    routes = [
        Route("/", home),
        Route("/console/settings.json", settings),
        Route("/docs/settings.json", settings),
        Mount("/console", StaticFiles(directory=CONSOLE, html=True)),
        Mount("/docs", StaticFiles(directory=docs, html=True)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=with_headers)])
