"""The service on a real socket, an internal gateway that a test scripts, and what every test asks of an answer."""

import asyncio
import functools
import http.client
import io
import itertools
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import jsonschema
import uvicorn

from generated_client.runtime import Attempt, Outgoing, RawResponse
from service.settings import Settings
from tools.contract.bundle import bundle, operations

# The operations of the service: a preflight ends at the gateway.
OPERATIONS = {
    route: operation for route, operation in operations(bundle("public")).items() if not route.startswith("OPTIONS ")
}
URL = "http://internal.test/v1"
RECORD = {"transaction_id": "tx_001", "user_id": "test_user_001", "created_at": 1761998400123, "status": "SENT"}
SECONDS = 60  # bound against hanging

Reply = httpx.Response | Awaitable[httpx.Response]


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Upstream:
    """An internal gateway without a network: keeps the requests, and answers as `reply` does."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the requests, and answer with one page of one record."""
        self.requests: list[httpx.Request] = []
        self.reply: Callable[[httpx.Request], Reply] = lambda _: page()

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Answer a request of the internal client."""
        method, url, headers, content = outgoing
        self.requests.append(httpx.Request(method, url, headers=headers, content=content))
        reply = self.reply(self.requests[-1])
        response = reply if isinstance(reply, httpx.Response) else await reply
        attempt.begin()
        attempt.add(response.read())
        return attempt.finished(response.status_code, response.headers)

    async def aclose(self) -> None:
        """Hold no connections."""


def page(**changes: object) -> httpx.Response:
    """Return an answer of the internal contract with one record."""
    return httpx.Response(200, json={"items": [RECORD], "count": 1} | changes)


async def late(_request: httpx.Request, *, seconds: float = SECONDS) -> httpx.Response:
    """Answer too late for anybody."""
    await asyncio.sleep(seconds)
    return page()


class Wire:
    """One connection to the service for any bytes."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._file = self._socket.makefile("rb")

    def makefile(self, _mode: str) -> io.BytesIO:
        """Give http.client the head of an answer; with a buffer of its own it would read into the next one."""
        lines = iter(self._file.readline, b"")
        return io.BytesIO(b"".join(itertools.takewhile(lambda line: line != b"\r\n", lines)) + b"\r\n")

    def send(self, raw: bytes) -> None:
        """Send `raw` as it is."""
        self._socket.sendall(raw)

    def read(self, method: str = "POST") -> Answer:
        """Return the next answer; the service gives the length of each."""
        head = http.client.HTTPResponse(self, method=method)  # type: ignore[arg-type]  # all it needs is makefile
        with head:
            head.begin()
            headers = {name.lower(): value for name, value in head.getheaders()}
        length = 0 if method == "HEAD" else int(headers["content-length"])
        return Answer(head.status, headers, self._file.read(length))

    def line(self) -> bytes:
        """Return the next line."""
        return self._file.readline()

    def rest(self) -> bytes:
        """Return the bytes until the service closes the connection."""
        return self._file.read()

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


@contextmanager
def serving(running: uvicorn.Server) -> Iterator[int]:
    """Run a server in a thread; give its port, and stop it in the end."""
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        give_up = time.monotonic() + SECONDS
        while not running.started:
            assert thread.is_alive(), "the start failed"
            assert time.monotonic() < give_up, "the start takes too long"
            time.sleep(0.005)
        yield running.servers[0].sockets[0].getsockname()[1]
    finally:
        running.should_exit = True
        thread.join(SECONDS)


class Service:
    """The service under test: its port, and its internal gateway."""

    def __init__(self, port: int, upstream: Upstream) -> None:
        self.port = port
        self.upstream = upstream

    def wire(self) -> closing[Wire]:
        """Return a connection, to be used in a `with`."""
        return closing(Wire(self.port))

    def exchange(self, raw: bytes, method: str = "POST") -> Answer:
        """Send `raw` on a connection of its own and return the first answer."""
        with self.wire() as wire:
            wire.send(raw)
            return wire.read(method)

    def post(self, body: bytes | Mapping[str, Any], path: str = "/query/user", *headers: str) -> Answer:
        """Send a body with its length and, unless `headers` say otherwise, as JSON."""
        return self.exchange(request(body, path, *headers))

    def ask(self, method: str, path: str, *headers: str) -> Answer:
        """Send a request without a body."""
        lines = "\r\n".join((f"{method} {path} HTTP/1.1", "Host: service", *headers))
        return self.exchange(f"{lines}\r\n\r\n".encode("latin-1"), method)


def request(body: bytes | Mapping[str, Any], path: str = "/query/user", *headers: str) -> bytes:
    """Return a POST with its length and, unless `headers` say otherwise, as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    said = headers if any(line.lower().startswith("content-type") for line in headers) else (*headers, JSON)
    lines = "\r\n".join((f"POST {path} HTTP/1.1", "Host: service", f"Content-Length: {len(raw)}", *said))
    return f"{lines}\r\n\r\n".encode("latin-1") + raw


JSON = "Content-Type: application/json"


def settings(**changes: Any) -> Settings:  # noqa: ANN401  # values of Settings
    """Return settings with a fixed cursor key."""
    return Settings(**({"internal_api_url": URL, "cursor_keys": {"k1": bytes(32)}} | changes))


@functools.cache
def _problem() -> jsonschema.Draft4Validator:
    components = bundle("public")["components"]
    return jsonschema.Draft4Validator({"$ref": "#/components/schemas/Problem", "components": components})


def problem(answer: Answer) -> dict[str, Any]:
    """Return the problem in an answer, once it is one by the contract and agrees with its own status and header."""
    body: dict[str, Any] = json.loads(answer.body)
    _problem().validate(body)
    assert (answer.headers["content-type"], answer.status) == ("application/problem+json", body["status"])
    assert answer.headers["x-request-id"] == body["request_id"]
    return body


def code(answer: Answer) -> str:
    """Return the code of the problem in an answer; `ok` for a 2xx."""
    return "ok" if answer.status == 200 else str(problem(answer)["code"])
