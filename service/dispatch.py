"""The last of Connexion's middlewares: checks the body of a routed request, calls its operation, sends the answer.

It stands where Connexion's own validation, context and parameter passing would, at the extension point that those use
too: an operation's checks are built once, at the start, and its body is read and parsed once.
"""

import asyncio
from typing import Final

from connexion.exceptions import UnsupportedMediaTypeProblem
from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from common import bodies
from common.problem import ProblemError
from service import context

# The longest request that the contract allows has under 10 kB, escapes included.
MOST_BODY_BYTES: Final = 65_536
# What a body has to arrive; not less where the caller itself leaves less: that shall end as its own timeout, a 504.
MOST_BODY_SECONDS: Final = 10.0
LEAST_BODY_SECONDS: Final = 1.0

_MEDIA_TYPE: Final = "application/json"
_JSON: Final = (b"content-type", _MEDIA_TYPE.encode())


class Operation:
    """One operation of the contract, as an ASGI application."""

    def __init__(self, operation: AbstractOperation) -> None:
        _refuse_what_is_not_checked(operation)
        self._function = operation.function
        self._schema = bodies.BodySchema(operation.body_schema(_MEDIA_TYPE)) if operation.request_body else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises ProblemError `body_too_large`, `bad_request`, `invalid_json` or `invalid_body`, and what the operation
        itself raises.
        """
        arguments = () if self._schema is None else (await self._body(self._schema, scope, receive),)
        content = await self._function(*arguments)
        headers = [_JSON, (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _body(self, schema: bodies.BodySchema, scope: Scope, receive: Receive) -> object:
        if _JSON not in scope["headers"]:  # in this spelling, once: see Boundary
            raise UnsupportedMediaTypeProblem
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        _bound(int(length))
        body = bodies.parse(await _read_in_time(receive))
        schema.check(body)
        return body


class Dispatch(RoutedMiddleware):  # type: ignore[misc]  # Connexion has no types
    """Hands each request to the operation that Connexion's routing found for it."""

    class _Api(RoutedAPI):  # type: ignore[misc]  # as above
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)
            self.add_paths()

        def make_operation(self, operation: AbstractOperation) -> Operation:
            return Operation(operation)

    api_cls = _Api


def _refuse_what_is_not_checked(operation: AbstractOperation) -> None:
    """Raise ValueError for an operation with a parameter that has a rule: nothing here would hold it.

    A header that may be any text, or be left out, has none.
    """
    for parameter in operation.parameters:
        rules = set(parameter["schema"]) - {"type", "description", "example"}
        if parameter["in"] != "header" or parameter.get("required") or rules or parameter["schema"]["type"] != "string":
            raise ValueError(f"{operation.operation_id}: the parameter {parameter['name']} would not be checked")


def _bound(size: int) -> None:
    if size > MOST_BODY_BYTES:
        raise ProblemError("body_too_large", f"A body has at most {MOST_BODY_BYTES} bytes.")


async def _read_in_time(receive: Receive) -> bytes:
    try:
        left = context.current.get().deadline.remaining()
        async with asyncio.timeout(min(MOST_BODY_SECONDS, max(LEAST_BODY_SECONDS, left))):
            return await _read(receive)
    except TimeoutError as exc:
        headers = {"Connection": "close"}
        raise ProblemError("bad_request", "The body was not sent to its end in time.", headers=headers) from exc


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
