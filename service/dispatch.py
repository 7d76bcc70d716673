"""Dispatch: reads, bounds and checks the body of a routed request, runs its operation, and sends the answer.

A plain ASGI middleware behind Connexion's routing, which puts the operationId into the scope. The contract is read
once, at start.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from connexion.spec import Specification
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from common import bodies
from common.logs import SUMMARIES
from common.problem import ProblemError
from common.request import current_request

CONTRACT: Final = Path(__file__).resolve().parent.parent / "openapi" / "public.yaml"
# The consumers' document, which `make client` writes.
DOCUMENT: Final = Path(__file__).with_name("openapi.json")
# The longest valid request has 56 kB: a cursor of 20,000 characters, and filters written in JSON escapes.
MOST_BODY_BYTES: Final = 65_536
# How long a body may take to arrive. At least one second, so that a caller with less time left gets its own 504.
MOST_BODY_SECONDS: Final = 10.0
LEAST_BODY_SECONDS: Final = 1.0
# Most queries end sooner; only slower ones pay for a task that watches the connection.
WATCH_AFTER_SECONDS: Final = 0.05
# Summaries take seconds: they get this part of the slots, and at least one, so that look-ups keep the others.
SHARE_OF_SUMMARIES: Final = 4

# Has the HMAC of the id that was asked for. query_lambda takes it out of the answer and logs it beside the id of the
# caller's API key: one can look for a known id in the log, and not read an unknown one.
SUBJECT_HEADER: Final = b"x-subject-hmac"

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_ANNOUNCEMENT: Final = ("Deprecation", "Sunset", "Link")
_MEDIA_TYPE: Final = "application/json"

Function = Callable[..., Awaitable[bytes]]


class Contract:
    """The public contract as the service reads it.

    `version` is the contract's. `document` has its references resolved, and leaves out the preflight operations and
    API Gateway's extensions, which are for API Gateway alone. `methods` are the methods of each path, `operation_ids`
    the operationId by method and path. `announcements` are the headers of all answers of a path: Deprecation, Sunset
    and Link, with the value of the contract's example.
    """

    def __init__(self, path: Path = CONTRACT) -> None:
        self.document: Mapping[str, Any] = Specification.from_dict(_read_contract(path)).spec
        self.version: str = self.document["info"]["version"]
        paths = self.document["paths"]
        self.methods = {path: _methods(item) for path, item in paths.items()}
        self.operations = {
            (method, path): item.get(method.lower()) or item["get"]  # GET's operation answers HEAD too
            for path, item in paths.items()
            for method in self.methods[path]
        }
        self.operation_ids = {route: str(operation["operationId"]) for route, operation in self.operations.items()}
        self.announcements = {path: _announcement(item) for path, item in paths.items()}


class ConcurrencyLimit:
    """How many queries run at a time; further ones are shed with 503.

    Nothing is queued: a queue would make every query late, while now those that are admitted run at their usual speed.
    `fact` is the field of the access log that counts the shed ones, `size` the limit itself.
    """

    def __init__(self, limit: int, fact: str = "shed") -> None:
        self.size = self._free = limit
        self._fact = fact

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot inside the block; raise ProblemError `service_unavailable` if all are taken."""
        self.check()
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    def check(self) -> None:
        """Raise ProblemError `service_unavailable` if all slots are taken."""
        if self._free <= 0:
            current_request.get().facts[self._fact] = 1
            detail = "Too many requests are being answered just now."
            raise ProblemError("service_unavailable", detail, headers={"Retry-After": "1"})


class Dispatch:
    """Hands each request to the operation that Connexion's routing found; `function` gives one by its operationId.

    With an `audit_key`, an answer carries the HMAC of the id that was asked for.
    """

    def __init__(
        self,
        app: ASGIApp,
        contract: Contract,
        function: Callable[[str], Function],
        limit: ConcurrencyLimit,
        audit_key: bytes | None = None,
    ) -> None:
        self._app = app
        self._audit_key = audit_key
        names = {str(operation["operationId"]): operation for operation in contract.operations.values()}
        summaries = ConcurrencyLimit(max(1, limit.size // SHARE_OF_SUMMARIES), "summaries_shed")
        self._operations = {
            name: _Operation(operation, function(name), [limit, summaries] if name in SUMMARIES else [limit])
            for name, operation in names.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; raise ProblemError if it is refused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        operation = self._operations.get(scope["extensions"]["connexion_routing"]["operation_id"])
        if operation is None:
            raise ProblemError("not_found", "Check the path.")
        content, body = await operation.run(scope, receive)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        if self._audit_key is not None and operation.subject is not None:
            text = f"{operation.subject}:{body[operation.subject]}"
            headers.append((SUBJECT_HEADER, hmac.digest(self._audit_key, text.encode(), "sha256").hex().encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


class _Operation:
    """One operation of the contract; `subject` is the field with the id that it asks for."""

    def __init__(self, operation: Mapping[str, Any], function: Function, limits: Sequence[ConcurrencyLimit]) -> None:
        self._function = function
        self._limits = limits
        body = operation.get("requestBody")
        schema = body["content"][_MEDIA_TYPE]["schema"] if body else {}
        self._schema = bodies.BodySchema(schema) if body else None
        self.subject: str | None = next(iter(schema.get("required", [])), None)

    async def run(self, scope: Scope, receive: Receive) -> tuple[bytes, Mapping[str, Any]]:
        """Return the answer, and the body of the request.

        A slot is taken when the body has arrived, so that slow senders hold none, and before it is parsed, so that
        bodies that are expensive to refuse are shed too.
        """
        if self._schema is None:
            return await self._function(), {}
        headers = dict(scope["headers"])  # of a header that came twice the last one counts, as for API Gateway
        kind, encoding = (headers.get(name, b"").decode("latin-1") for name in (b"content-type", b"content-encoding"))
        bodies.require_json(kind, encoding)
        raw = await _read_in_time(int(headers.get(b"content-length", b"0")), receive)
        with ExitStack() as slots:
            for limit in self._limits:
                slots.enter_context(limit.slot())
            body = bodies.parse(raw)
            self._schema.check(body)
            return await _while_connected(self._function(body), receive), body


async def _while_connected(work: Awaitable[bytes], receive: Receive) -> bytes:
    """Return the result of `work`; cancel it and raise ClientDisconnect if the caller hangs up first."""
    loop = asyncio.get_running_loop()
    watchers: list[asyncio.Task[None]] = []
    try:
        async with asyncio.timeout(None) as running:
            timer = loop.call_later(
                WATCH_AFTER_SECONDS, lambda: watchers.append(loop.create_task(_end_on_disconnect(receive, running)))
            )
            try:
                return await work
            finally:
                timer.cancel()
                for watcher in watchers:
                    watcher.cancel()
    except TimeoutError as exc:
        if running.expired():
            raise ClientDisconnect from exc
        raise


async def _end_on_disconnect(receive: Receive, running: asyncio.Timeout) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    running.reschedule(0)


async def _read_in_time(announced: int, receive: Receive) -> bytes:
    _bound(announced)
    try:
        left = current_request.get().deadline.remaining()
        async with asyncio.timeout(min(MOST_BODY_SECONDS, max(LEAST_BODY_SECONDS, left))):
            return await _read(receive)
    except TimeoutError as exc:
        headers = {"Connection": "close"}
        raise ProblemError("bad_request", "The body did not arrive in time.", headers=headers) from exc


async def _read(receive: Receive) -> bytes:
    raw = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        raw += message.get("body", b"")
        _bound(len(raw))
        if not message.get("more_body", False):
            return bytes(raw)


def _bound(size: int) -> None:
    if size > MOST_BODY_BYTES:
        raise ProblemError("body_too_large", f"A body has at most {MOST_BODY_BYTES} bytes.")


def _read_contract(path: Path) -> dict[str, Any]:
    """Return the contract in one document; Connexion itself would read the files in the encoding of the locale."""
    shared = path.with_name("components.yaml")
    contract, components = (
        yaml.load(file.read_text(encoding="utf-8").replace(f"{shared.name}#", "#"), Loader=yaml.CSafeLoader)
        for file in (path, shared)  # Python's own loader takes ten times as long
    )
    for kind, named in components["components"].items():
        contract["components"].setdefault(kind, {}).update(named)
    for item in contract["paths"].values():
        item.pop("options", None)
    return {key: value for key, value in contract.items() if not key.startswith("x-amazon-")}


def _methods(item: Mapping[str, Any]) -> list[str]:
    """Return the methods of a path; where GET is, HEAD is too (RFC 9110, section 9.3.2)."""
    methods = [name.upper() for name in _METHODS if name in item]
    return [*methods, "HEAD"] if "GET" in methods and "HEAD" not in methods else methods


def _announcement(item: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, Any] = {}
    for operation in item.values():
        headers |= operation["responses"]["200"]["headers"]
    return {name: headers[name]["example"] for name in _ANNOUNCEMENT if name in headers}
