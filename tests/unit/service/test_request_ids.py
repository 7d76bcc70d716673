"""A success that names another request id than the one sent is not taken for the answer."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from common.problem import ProblemError
from common.request import Deadline, RequestContext, current_request
from service.internal_api import InternalApiClient
from tests.unit.service.harness import RECORD

LogLines = Callable[[], list[dict[str, Any]]]
# The id that the gateway names, by the number of the connection that is asked on; None for no header.
Named = Callable[[int], str | None]


async def _asked(named: Named, status: int, times: int) -> tuple[list[str], list[int]]:
    """Ask several times; return the outcomes, and the number of the connection that each request came on."""
    asked: list[int] = []
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        while head := await _head(reader):
            asked.append(number)
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
            body = json.dumps({"items": [RECORD], "count": 1}).encode()
            name = named(number)
            line = "" if name is None else f"X-Request-Id: {name}\r\n"
            writer.write(f"HTTP/1.1 {status} x\r\n{line}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        writer.close()

    current_request.set(RequestContext(request_id="mine", deadline=Deadline(10)))
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, InternalApiClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        return [await _outcome(client) for _ in range(times)], asked


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).lower()
    except asyncio.IncompleteReadError:
        return b""


async def _outcome(client: InternalApiClient) -> str:
    try:
        await client.query_user("u")
    except ProblemError as error:
        return error.code
    return "ok"


def asked(named: Named, status: int = 200, times: int = 1) -> tuple[list[str], list[int]]:
    """Return outcomes and connections, as above."""
    return asyncio.run(_asked(named, status, times))


@pytest.mark.parametrize("name", ["mine", None])
def test_an_answer_to_the_request_is_taken(name: str | None) -> None:
    """Also one that names no id."""
    assert (["ok", "ok"], [1, 1]) == asked(lambda _: name, times=2)


def test_an_answer_to_another_request_is_asked_for_again_on_a_new_connection(log_lines: LogLines) -> None:
    """The connection may hold an answer that belongs to somebody else."""
    assert (["ok"], [1, 2]) == asked(lambda number: "theirs" if number == 1 else "mine")
    assert [] == [line for line in log_lines() if line["level"] == "warning"]


def test_ids_that_a_proxy_rewrites_are_accepted_with_one_warning(log_lines: LogLines) -> None:
    """A new connection holds no answer to an earlier request, so the client compares ids no longer."""
    assert (["ok"] * 2, [1, 2, 2]) == asked(lambda _: "rewritten", times=2)
    warnings = [line["event"] for line in log_lines() if line["level"] == "warning"]
    assert [True] == ["a proxy replaces it" in each for each in warnings]


def test_errors_of_api_gateway_carry_its_own_id() -> None:
    """They are mapped as any other, without a second request."""
    assert (["bad_gateway"], [1]) == asked(lambda _: "gateway", status=403)
