"""A request as the gateway received it, with the ids and the time that the gateway gives to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qsl, quote
from uuid import UUID

from starlette.types import Receive, Scope

MAX_BODY_BYTES = 10 * 1024 * 1024
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Request:
    """An HTTP request. Header names are in lower case.

    `path` is the path as sent: with the stage and not decoded. A body over the limit ends one byte after it.
    """

    method: str
    path: str
    query_string: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str | None:
        """Return the last value of a header, or None."""
        return next((value for key, value in reversed(self.headers) if key == name.lower()), None)

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The decoded parameters of the query string, in order."""
        return tuple(parse_qsl(self.query_string, keep_blank_values=True, errors="replace"))

    @property
    def media_type(self) -> str:
        """The first media type of `Content-Type`, in lower case and without parameters; JSON by default."""
        return (self.header("content-type") or JSON).partition(",")[0].partition(";")[0].strip().lower()


@dataclass(frozen=True, kw_only=True)
class GatewayRequest:
    """A request with its ids, its stage and the time of its arrival (UTC).

    `path` is without the stage and starts with one slash; `stage_path` is the path as sent.
    """

    request: Request
    stage: str
    path: str
    stage_path: str
    request_id: str
    extended_request_id: str
    trace_id: str
    received: datetime
    vpc_endpoint_id: str | None = None

    @property
    def domain_name(self) -> str:
        """The `Host` header without its port."""
        return re.sub(r":\d*$", "", self.request.header("host") or "")


async def read(scope: Scope, receive: Receive) -> Request | None:
    """Read a request to its end; None if the client disconnects before."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")[: MAX_BODY_BYTES + 1 - len(body)]
        more = message.get("more_body", False)
    raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
    return Request(
        method=scope["method"],
        path=raw_path.decode("latin-1"),
        query_string=scope.get("query_string", b"").decode("latin-1"),
        headers=tuple(_headers(scope)),
        body=bytes(body),
        source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
    )


def trace_id(incoming: str, own_id: UUID, received: datetime) -> str:
    """Return the X-Ray trace header of a request: the caller's root is kept, and gets a parent if it has none."""
    fields = dict(field.strip().partition("=")[::2] for field in incoming.split(";") if "=" in field)
    if not fields.get("Root"):
        return f"Root=1-{int(received.timestamp()):08x}-{own_id.hex[8:]}"
    fields.setdefault("Parent", own_id.hex[:16])
    rest = "".join(f";{name}={value}" for name, value in fields.items() if name not in ("Root", "Parent"))
    return f"Root={fields['Root']};Parent={fields['Parent']}{rest}"


def _headers(scope: Scope) -> Iterator[tuple[str, str]]:
    for name, value in scope["headers"]:
        yield name.decode("latin-1").lower(), value.decode("latin-1").strip()
