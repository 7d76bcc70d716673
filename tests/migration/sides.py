"""Services for the parity tests, which answer from rows like the service before or after the move."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tools.migration.command import Budget
from tools.migration.parity.asking import Side

Record = dict[str, Any]
KEYS = {
    "/query/user": "user_id",
    "/query/marketing": "marketing_id",
    "/query/fail": "transaction_id",
    "/query/failures": "transaction_id",
    "/failed": "transaction_id",
}
# Changes an answer before it is sent, or replaces it.
Edit = Callable[[Record], Any]


@dataclass(frozen=True, kw_only=True)
class Service:
    """Answers queries from rows, newest first.

    `page` is the page size, or None for a service without cursors, which returns up to `limit` rows.
    """

    rows: Iterable[Mapping[str, Any]]
    names: frozenset[str] = frozenset(KEYS)
    page: int | None = 100
    edit: Edit = dict

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request."""
        path = request.url.path.removeprefix("/v1")
        if path not in self.names:
            return httpx.Response(404, json={"code": "not_found"})
        body = json.loads(request.content)
        if KEYS[path] not in body:
            return httpx.Response(400, json={"code": "invalid_body", "request_id": str(id(request))})
        answer = self.edit(self._answer(path, body))
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, json=answer)

    def _answer(self, path: str, body: Mapping[str, Any]) -> Record:
        found = [dict(row) for row in self.rows if row.get(KEYS[path]) == body[KEYS[path]]]
        if KEYS[path] == "transaction_id":
            found = [row for row in found if row["status"] == "FAILED"]
        found.sort(key=lambda row: row["created_at"], reverse=True)
        default = 10 if path == "/query/user" else 100
        start, size = int(body.get("cursor") or 0), min(self.page or 100, body.get("limit") or default)
        items = found[start : start + size]
        more = {"next_cursor": str(start + size)} if self.page and start + size < len(found) else {}
        return {"items": items, "count": len(items), **more}


def side(name: str, service: Service, **options: Any) -> Side:  # noqa: ANN401  # the fields of a side
    """Give a side that calls the service without a network."""
    transport = httpx.MockTransport(service)
    client = httpx.Client(transport=transport, base_url="http://service.invalid/v1")
    return Side(name=name, client=client, **{"pace": Budget(1e6), **options})


def asgi(service: Service) -> ASGIApp:
    """Give a service as an ASGI application."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = service(httpx.Request("POST", str(request.url), content=await request.body()))
        await Response(answer.content, answer.status_code, dict(answer.headers))(scope, receive, send)

    return app
