"""Connexion's body validator, replaced at its own extension point: the same strict check as the internal function's."""

import asyncio
from typing import Any, Final

from connexion.validators import AbstractRequestBodyValidator
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from common import bodies
from common.problem import ProblemError
from service import calls

# The longest request that the contract allows has under 10 kB, escapes included.
MOST_BODY_BYTES: Final = 65_536
# What a body has to arrive even where the caller itself leaves less: that shall end as its own timeout, a 504.
LEAST_BODY_SECONDS: Final = 1.0


class ContractBody(AbstractRequestBodyValidator):  # type: ignore[misc]  # Connexion has no types
    """Reads, bounds and checks a JSON body, then hands it on unchanged."""

    # Connexion makes a validator for every request; the schemas live as long as the application.
    _compiled: dict[int, tuple[dict[str, Any], bodies.BodySchema]] = {}  # noqa: RUF012  # shared on purpose

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        """Return a `receive` that gives the body again.

        Raises ProblemError `body_too_large`, `bad_request`, `invalid_json` or `invalid_body`.
        """
        _bound(int(Headers(scope=scope).get("content-length", 0)))
        raw = await _read_in_time(receive)
        self._contract().check(bodies.parse(raw))
        message: Message = {"type": "http.request", "body": raw, "more_body": False}

        async def again() -> Message:
            return message

        return again, scope

    def _contract(self) -> bodies.BodySchema:
        known = self._compiled.get(id(self._schema))
        if known is None or known[0] is not self._schema:
            known = self._compiled[id(self._schema)] = (self._schema, bodies.BodySchema(self._schema))
        return known[1]


def _bound(size: int) -> None:
    if size > MOST_BODY_BYTES:
        raise ProblemError("body_too_large", f"A body has at most {MOST_BODY_BYTES} bytes.")


async def _read_in_time(receive: Receive) -> bytes:
    try:
        async with asyncio.timeout(max(LEAST_BODY_SECONDS, calls.current.get().deadline.remaining())):
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
