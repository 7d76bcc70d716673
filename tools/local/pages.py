"""The pages that people open: the docs and the look-up console, on an origin of their own.

They call the public gateway like any consumer's page does, through CORS.
"""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from service.dispatch import Contract
from tools.local import docs

# Ids of the sample rows, for whoever looks around.
_EXAMPLES: Final = {"user": "test_user_001", "campaign": "campaign_2026_spring", "transaction": "tx_002"}
CONSOLE: Final = Path(__file__).resolve().parents[2] / "web" / "console"


def create_pages(public_port: int, stage: str, api_key: str) -> ASGIApp:
    """Return both pages for the public gateway on `public_port` of whatever host they are opened at.

    The key is filled in: it opens nothing but this stack.
    """

    def gateway(request: Request) -> str:
        return f"{_origin(request.scope)}/{stage}"

    def _origin(scope: Scope) -> str:
        return f"http://{Request(scope).url.hostname}:{public_port}"

    async def settings(request: Request) -> Response:
        return JSONResponse({"api": gateway(request), "key": api_key, "examples": _EXAMPLES})

    async def home(_request: Request) -> Response:
        return RedirectResponse("/console/")

    routes = [
        Route("/", home),
        *docs.routes(Contract().document, gateway, api_key=api_key),
        Route("/console/settings.json", settings),
        Mount("/console", StaticFiles(directory=CONSOLE, html=True)),
    ]
    return docs.guarded(Starlette(routes=routes), _origin)
