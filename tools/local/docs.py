"""The docs page: the contract as Swagger UI shows it, with nothing that comes from elsewhere at run time."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT: Final = "/docs"

# The package that carries Swagger UI's files. They alone are used: it is looked for, and never imported.
_VIEWER: Final = "flask_swagger_ui"
_OWN: Final = Path(__file__).resolve().parents[2] / "web" / "docs"
# No script, style or frame but the page's own files; what it may call is said by whoever serves it.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Server = Callable[[Request], str]


def routes(document: Mapping[str, Any], server: Server, *, api_key: str = "") -> list[Route | Mount]:
    """Return the routes of the page.

    `server` says where the operations of `document` are, as the browser sees it. `api_key` is filled in for
    the visitor, and opens nothing but the local stack. Raises ModuleNotFoundError if Swagger UI is missing.
    """
    shown = _shown(document)

    async def page(_request: Request) -> Response:
        return FileResponse(_OWN / "page.html")

    async def contract(request: Request) -> Response:
        return JSONResponse({**shown, "servers": [{"url": server(request)}]})

    async def settings(_request: Request) -> Response:
        return JSONResponse({"api_key": api_key})

    return [
        Route(ROOT, page),
        Route(f"{ROOT}/openapi.json", contract),
        Route(f"{ROOT}/settings.json", settings),
        Mount(f"{ROOT}/viewer", StaticFiles(directory=_viewer())),
        Mount(ROOT, StaticFiles(directory=_OWN)),
    ]


def guarded(app: ASGIApp, connect: Callable[[Scope], str] = lambda _scope: "") -> ASGIApp:
    """Return `app` with headers on all its answers that let a page load and do nothing but its own.

    `connect` names a further origin that the pages may call.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                origin = connect(scope)
                message["headers"] = [*message["headers"], *_headers(f" {origin}" if origin else "")]
            await send(message)

        await app(scope, receive, sending if scope["type"] == "http" else send)

    return wrapped


def _headers(connect: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", _POLICY.format(connect).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-cache"),
    ]


def _shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contract for its readers: without what is said to API Gateway, to browsers and to other tools."""
    paths = {
        path: {method: _operation(operation) for method, operation in item.items() if method != "options"}
        for path, item in document["paths"].items()
    }
    shared = {"securitySchemes": document["components"]["securitySchemes"]}
    tags = [tag for tag in document["tags"] if tag["name"] != "browsers"]
    return {**_described(document), "paths": paths, "components": shared, "tags": tags}


def _operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    answers = {status: _answer(answer) for status, answer in operation["responses"].items()}
    return {**_described(operation), "responses": answers}


def _answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as it is read: problems are alike, so that one of them shows for all what they look like."""
    contents = answer.get("content", {})
    if any("examples" in content for content in contents.values()):
        return {key: value for key, value in answer.items() if key != "links"}
    headers = {name: header for name, header in answer.get("headers", {}).items() if name != "X-Request-Id"}
    return {"description": answer["description"], "headers": headers}


def _described(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if not key.startswith("x-amazon-")}


def _viewer() -> Path:
    found = find_spec(_VIEWER)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("the docs page needs the package flask-swagger-ui, which carries Swagger UI")
    return Path(found.submodule_search_locations[0]) / "dist"
