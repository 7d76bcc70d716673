"""A call gets the answer to its own request: after forks, over event loops, and where a connection mixes answers up."""

import asyncio
import itertools
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from generated_client.internal_query_client import AsyncInternalQueryClient
from generated_client.query_service_client import NO_RETRIES, AsyncQueryServiceClient
from service.transport import AiohttpTransport
from tests.sdk.forking import SCENARIOS
from tests.sdk.harness import FakeClock, Flavour, Script, page, problem
from tests.sdk.installed import ROOT
from tests.sdk.sockets import Server, heads, serving

SECONDS = 100
Answer = Callable[[str, str], tuple[str, str]]


def answering(answer: Answer = lambda user_id, request_id: (user_id, request_id)) -> Callable[[socket.socket], None]:
    """Return a server's behaviour: each request gets a record of the user and the request id that `answer` returns."""

    def serve(connection: socket.socket) -> None:
        for head, body in heads(connection):
            user_id, request_id = answer(
                body.rpartition(b'"user_id":"')[2].partition(b'"')[0].decode(),
                head.partition(b"x-request-id: ")[2].partition(b"\r\n")[0].decode(),
            )
            record = f'{{"transaction_id":"t","user_id":"{user_id}","created_at":1,"status":"SENT"}}'
            content = f'{{"items":[{record}],"count":1}}'
            lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(content)}"]
            lines += [f"X-Request-Id: {request_id}"] if request_id else []
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + content).encode())

    return serve


def mixed_up() -> Callable[[socket.socket], None]:
    """Return the behaviour of a server whose first connection answers the second request with another's answer."""
    connections = itertools.count()

    def serve(connection: socket.socket) -> None:
        requests = itertools.count()
        is_first = next(connections) == 0

        def answer(user_id: str, request_id: str) -> tuple[str, str]:
            return ("another", "another-id") if is_first and next(requests) > 0 else (user_id, request_id)

        answering(answer)(connection)

    return serve


def calls(flavour: Flavour, server: Server, users: list[str], **options: Any) -> list[tuple[str, int]]:  # noqa: ANN401  # options of a client
    """Return the user and the number of attempts of calls made one after another by one client."""
    client = flavour.client(server.url, api_key="key", **options)

    async def go() -> list[tuple[str, int]]:
        async with client:
            raws = [await client.with_raw_response.query_user(user) for user in users]
        return [(raw.parse().items[0].user_id, raw.attempts) for raw in raws]

    if flavour.is_async:
        return asyncio.run(go())
    with client:
        raws = [client.with_raw_response.query_user(user) for user in users]
    return [(raw.parse().items[0].user_id, raw.attempts) for raw in raws]


@pytest.mark.parametrize("echo", [True, False], ids=["with_ids", "without_ids"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_forked_process_gets_its_own_answers(scenario: str, *, echo: bool) -> None:
    """Many first calls of forked processes at once get no answer to another process, with and without X-Request-Id."""
    with serving(answering(lambda user_id, request_id: (user_id, request_id if echo else ""))) as server:
        command = [sys.executable, "-W", "ignore", "-m", "tests.sdk.forking", scenario, server.url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603  # ours
    assert ("[]", 0) == (done.stdout, done.returncode), done.stderr


def test_async_client_works_in_one_event_loop_after_another() -> None:
    """Each loop gets connections of its own."""
    with serving(answering()) as server:
        client = AsyncQueryServiceClient(server.url, api_key="key", retry=NO_RETRIES)

        async def ask(user: str) -> str:
            return (await client.query_user(user)).items[0].user_id

        with asyncio.Runner() as first, asyncio.Runner() as second:
            assert ["a", "b"] == [first.run(ask("a")), second.run(ask("b"))]
            assert ["c", "d"] == [first.run(ask("c")), second.run(ask("d"))]
            assert 2 == server.connections
            first.run(client.aclose())
            assert second.run(ask("e")) == "e"
            second.run(client.aclose())


def test_event_loops_of_several_threads_share_an_async_client() -> None:
    """Each thread gets the answers to its own calls."""
    found: dict[str, set[str]] = {}

    async def work(user: str) -> None:
        async with client:
            found[user] = {(await client.query_user(user)).items[0].user_id for _ in range(20)}

    with serving(answering()) as server:
        client = AsyncQueryServiceClient(server.url, api_key="key", retry=NO_RETRIES)
        names = [f"user_{number}" for number in range(6)]
        threads = [threading.Thread(target=lambda name=name: asyncio.run(work(name))) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {name: {name} for name in names} == found


@pytest.mark.parametrize("retries", [{}, {"retry": NO_RETRIES}], ids=["retries", "no_retries"])
def test_foreign_response_is_retried_on_a_new_connection(flavour: Flavour, retries: dict[str, Any]) -> None:
    """A success with another request's id is not returned, and its connection is not used again."""
    with serving(mixed_up()) as server:
        assert [("a", 1), ("b", 2), ("c", 1)] == calls(flavour, server, ["a", "b", "c"], **retries)
        assert 3 == server.connections


def test_transport_of_the_callers_own_drops_the_connection_too(flavour: Flavour) -> None:
    """The body of the foreign response is not read, so httpx closes its connection."""
    transport = httpx.AsyncHTTPTransport() if flavour.is_async else httpx.HTTPTransport()
    with serving(mixed_up()) as server:
        assert [("a", 1), ("b", 2), ("c", 1)] == calls(flavour, server, ["a", "b", "c"], transport=transport)


def test_internal_client_retries_a_foreign_response_on_a_new_connection() -> None:
    """The service's transport gives up all of its connections, since more of them may be mixed up."""

    async def go(url: str) -> list[tuple[bool, int]]:
        async with AsyncInternalQueryClient(url, exchange=AiohttpTransport()) as client:
            raws = [await client.query_user({"user_id": user}) for user in "abc"]
        return [(b"another" in raw.content, raw.attempts) for raw in raws]

    with serving(mixed_up()) as server:
        assert [(False, 1), (False, 2), (False, 1)] == asyncio.run(go(server.url))
        assert 2 == server.connections


def test_proxy_that_replaces_ids_is_accepted_with_one_warning(
    flavour: Flavour, caplog: pytest.LogCaptureFixture
) -> None:
    """A new connection shows another id too: so ids cannot be compared, and calls are sent once again."""
    counter = itertools.count()
    with serving(answering(lambda user_id, _: (user_id, f"proxy-{next(counter)}"))) as server:
        assert [("a", 2), ("b", 1), ("c", 1)] == calls(flavour, server, ["a", "b", "c"])
    assert ["WARNING"] == [each.levelname for each in caplog.records if each.levelno >= logging.WARNING]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_with_another_id_is_an_error_of_its_status(flavour: Flavour, script: Script, status: int) -> None:
    """Errors that API Gateway makes carry its own id."""
    script.answers = [problem(status)]
    script.answers[0].headers["X-Request-Id"] = "of-the-gateway"  # type: ignore[union-attr]  # a response
    with pytest.raises(flavour.errors.ApiStatusError) as caught:
        flavour.run(script, lambda client: client.query_user("u1"))
    assert (status, 1) == (caught.value.status_code, len(script.requests))


def test_foreign_response_after_the_deadline_is_an_error(flavour: Flavour, script: Script) -> None:
    """Without time for another attempt the call fails, and the response is not returned."""
    clock = FakeClock()

    def late(_: httpx.Request) -> httpx.Response:
        clock.time += 100
        foreign = page()
        foreign.headers["X-Request-Id"] = "another"
        return foreign

    script.answers = [late]
    with pytest.raises(flavour.errors.ApiConnectionError, match="another request"):
        flavour.run(script, lambda client: client.query_user("u1", timeout=10), clock=clock)
