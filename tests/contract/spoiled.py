"""A proxy that breaks the contract in one way, and the ways: a contract test has to notice each."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tools.local.stack import Options

_OF_ONE_CONNECTION: Final = {"connection", "content-length", "transfer-encoding"}


@dataclass
class Exchange:
    """A request, and the answer once it is there; a fault changes either."""

    method: str
    sent_headers: dict[str, str]
    sent: bytes
    status: int = 0
    headers: Mapping[str, str] | None = None
    answer: Any = None  # JSON; None if the answer has no body

    @property
    def asked(self) -> dict[str, Any]:
        """The fields of the request, if it is an object in JSON."""
        try:
            asked = json.loads(self.sent)
        except ValueError:
            return {}
        return asked if isinstance(asked, dict) else {}

    def refuse(self, status: int, code: str) -> None:
        """Answer with a problem."""
        problem = {"type": f"urn:push-records:problem:{code}", "title": code, "status": status, "detail": code}
        self.status, self.answer = status, {**problem, "code": code, "request_id": "1"}
        self.headers = {"content-type": "application/problem+json", "x-request-id": "1"}


# Runs to its `yield` before the request is forwarded, and on when the answer is there.
Fault = Callable[[Exchange], Iterator[None]]


def spoiled(upstream: str, fault: Fault) -> ASGIApp:
    """Return an application that forwards requests and plants a fault."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        headers = {name: value for name, value in request.headers.items() if name not in _OF_ONE_CONNECTION}
        exchange = Exchange(request.method, headers, await request.body())
        steps = fault(exchange)
        next(steps)
        target = httpx.URL(upstream, raw_path=scope["raw_path"])
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            sent = [(key.encode("latin-1"), each.encode("latin-1")) for key, each in exchange.sent_headers.items()]
            answer = await client.request(exchange.method, target, headers=sent, content=exchange.sent)
        exchange.status = answer.status_code
        exchange.headers = {name: each for name, each in answer.headers.items() if name not in _OF_ONE_CONNECTION}
        exchange.answer = answer.json() if answer.content else None
        next(steps, None)
        content = b"" if exchange.answer is None else json.dumps(exchange.answer).encode()
        await Response(content, exchange.status, exchange.headers)(scope, receive, send)

    return proxy


def another_media_type(exchange: Exchange) -> Iterator[None]:
    """Send pages as text."""
    yield
    if exchange.status == 200:
        exchange.headers = {**(exchange.headers or {}), "content-type": "text/plain"}


def undocumented_status(exchange: Exchange) -> Iterator[None]:
    """Say 422 instead of 400."""
    yield
    if exchange.status == 400:
        exchange.status = 422


def no_key_needed(exchange: Exchange) -> Iterator[None]:
    """Let anyone in."""
    exchange.sent_headers["x-api-key"] = Options.api_key
    yield


def crash_on_text(exchange: Exchange) -> Iterator[None]:
    """Fail where a valid text is not ASCII."""
    yield
    if exchange.status == 200 and not str(exchange.asked).isascii():
        exchange.refuse(500, "internal_error")


def record_without_time(exchange: Exchange) -> Iterator[None]:
    """Leave a required field out of records."""
    yield
    for record in (exchange.answer or {}).get("items", []):
        del record["created_at"]


def unknown_fields_accepted(exchange: Exchange) -> Iterator[None]:
    """Take requests whose only fault is an unknown field."""
    yield
    if exchange.status == 400 and "unknown" in str(exchange.answer.get("errors")):
        exchange.status, exchange.answer = 200, {"items": [], "count": 0}
        exchange.headers = {"content-type": "application/json", "x-request-id": "1"}


def undeclared_method(exchange: Exchange) -> Iterator[None]:
    """Answer a method that the contract does not have."""
    yield
    if exchange.status == 405:
        exchange.status = 200


def valid_filter_refused(exchange: Exchange) -> Iterator[None]:
    """Refuse a filter that the contract has."""
    yield
    if exchange.status == 200 and exchange.asked.get("created_to") is not None:
        exchange.refuse(400, "invalid_body")


def own_position_refused(exchange: Exchange) -> Iterator[None]:
    """Refuse every position, issued ones too."""
    yield
    if exchange.status == 200 and exchange.asked.get("position") is not None:
        exchange.refuse(400, "invalid_position")


def problem_without_code(exchange: Exchange) -> Iterator[None]:
    """Leave a required field out of errors."""
    yield
    if exchange.status == 400:
        del exchange.answer["code"]
