"""Real sockets: one pool, time limits that hold, threads, and HTTP clients of the caller's own."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from generated_client.query_service_client import AsyncQueryServiceClient, QueryServiceClient
from tests.sdk.harness import Flavour, Script, page, problem
from tests.sdk.sockets import HEAD, Serve, drip, never, requests, serving, well


def open_real(flavour: Flavour, url: str, **options: Any) -> Any:  # noqa: ANN401  # options of a client
    """Return a client with the transport it has by itself, and the real time."""
    return flavour.client(url, api_key="key", **options)


def run(flavour: Flavour, client: Any, act: Callable[[Any], Any]) -> Any:  # noqa: ANN401  # any of the clients
    """Return what `act(client)` gives."""
    if not flavour.is_async:
        with client:
            return act(client)

    async def go() -> Any:  # noqa: ANN401  # what `act` gives
        async with client:
            return await act(client)

    return asyncio.run(go())


def many(flavour: Flavour, calls: int) -> Callable[[Any], Any]:
    """Return what makes some calls one after another."""

    async def each_async(client: Any) -> None:  # noqa: ANN401  # any of the clients
        for _ in range(calls):
            await client.query_user("u1")

    def each(client: Any) -> None:  # noqa: ANN401  # any of the clients
        for _ in range(calls):
            client.query_user("u1")

    return each_async if flavour.is_async else each


def test_one_connection_serves_many_calls(flavour: Flavour) -> None:
    """A connection costs more than a query."""
    with serving(well) as server:
        run(flavour, open_real(flavour, server.url), many(flavour, 20))
        assert 1 == server.connections


@pytest.mark.parametrize("serve", [never, drip])
def test_time_is_up_whatever_has_come_until_then(flavour: Flavour, serve: Serve) -> None:
    """The limit is for the whole answer, not for each byte of it."""
    with serving(serve) as server:
        started = time.monotonic()
        with pytest.raises(flavour.errors.ApiTimeoutError, match="no whole answer in"):
            run(flavour, open_real(flavour, server.url, timeout=0.3), many(flavour, 1))
        assert 0.25 < time.monotonic() - started < 10


def test_time_of_one_try_can_be_shorter_than_that_of_the_call(flavour: Flavour) -> None:
    """A try that hangs leaves time for another."""
    timeout = flavour.package.Timeout(total=30, attempt=0.2)
    retry = flavour.package.RetryPolicy(base_delay=0.01)
    with serving(never) as server:
        with pytest.raises(flavour.errors.ApiTimeoutError, match=r"in 0\.2 s") as caught:
            run(flavour, open_real(flavour, server.url, timeout=timeout, retry=retry), many(flavour, 1))
        assert 3 == caught.value.attempts


def test_nobody_listens(flavour: Flavour) -> None:
    """The cause is there to look at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = open_real(flavour, f"http://127.0.0.1:{port}", retry=flavour.package.NO_RETRIES)
    with pytest.raises(flavour.errors.ApiConnectionError, match="could not be reached") as caught:
        run(flavour, client, many(flavour, 1))
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert not isinstance(caught.value, flavour.errors.ApiTimeoutError)


def test_threads_share_a_client() -> None:
    """Each gets its own answers, over connections of one pool."""

    def echo(connection: socket.socket) -> None:
        for request in requests(connection):
            user_id = request.rpartition(b'"user_id":"')[2].partition(b'"')[0]
            record = b'{"transaction_id":"t","user_id":"%s","created_at":1,"status":"SENT"}' % user_id
            body = b'{"items":[%s],"count":1}' % record
            connection.sendall(HEAD % len(body) + body)

    def work(name: str) -> None:
        found[name] = {client.query_user(name).items[0].user_id for _ in range(25)}

    found: dict[str, set[str]] = {}
    with serving(echo) as server, QueryServiceClient(server.url, api_key="key") as client:
        threads = [threading.Thread(target=work, args=(f"user_{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {f"user_{number}": {f"user_{number}"} for number in range(8)} == found
        assert server.connections <= 8


def test_client_of_the_callers_own_stays_open(flavour: Flavour, script: Script) -> None:
    """It has its own proxies, certificates and hooks, and others may use it."""
    http_class = httpx.AsyncClient if flavour.is_async else httpx.Client
    http = http_class(transport=httpx.MockTransport(script), headers={"x-hook": "theirs"})
    run(flavour, open_real(flavour, "http://service.test", http_client=http), many(flavour, 2))
    assert (["theirs"] * 2, False) == ([request.headers["x-hook"] for request in script.requests], http.is_closed)
    asyncio.run(http.aclose()) if flavour.is_async else http.close()


def test_error_of_a_callers_hook_reaches_the_caller() -> None:
    """As it is: what the hook means is not known here, so nothing is sent again."""
    script = Script([problem(503)] * 3)
    hooks = {"response": [httpx.Response.raise_for_status]}
    with httpx.Client(transport=httpx.MockTransport(script), event_hooks=hooks) as http:
        client = QueryServiceClient("http://service.test", api_key="key", http_client=http)
        with pytest.raises(httpx.HTTPStatusError):
            client.query_user("u1")
    assert 1 == len(script.requests)


def test_own_client_is_closed(flavour: Flavour, script: Script) -> None:
    """Who makes it, closes it; afterwards nothing is sent, and the error is the package's."""
    client = flavour.open(script)
    run(flavour, client, many(flavour, 1))
    with pytest.raises(flavour.errors.ConfigurationError, match="closed: make another one"):
        run(flavour, client, many(flavour, 1))


def test_transport_and_client_together_are_refused(flavour: Flavour, script: Script) -> None:
    """One of them would be ignored."""
    with httpx.Client() as http, pytest.raises(flavour.errors.ConfigurationError, match="not both"):
        flavour.open(script, http_client=http)


def test_auth_signs_every_try(flavour: Flavour, script: Script) -> None:
    """A signature has a time, so that the one of the first try is of no use for the next."""

    class Signed(httpx.Auth):
        """Numbers the requests."""

        requires_request_body = True
        count = 0

        def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]  # sends nothing
            """Sign a request."""
            self.count += 1
            request.headers["authorization"] = f"{self.count} {len(request.content)}"
            yield request

    script.answers = [httpx.Response(503), page()]
    flavour.run(script, lambda client: client.query_user("u1"), auth=Signed())
    assert ["1 16", "2 16"] == [request.headers["authorization"] for request in script.requests]


def test_redirects_are_not_followed(flavour: Flavour, script: Script) -> None:
    """The key would be sent to another host."""
    script.answers = [httpx.Response(307, headers={"Location": "http://elsewhere.test/"})]
    with pytest.raises(flavour.errors.ApiStatusError, match="307"):
        flavour.run(script, lambda client: client.query_user("u1"))
    assert 1 == len(script.requests)


def test_cancelling_a_call_is_no_timeout() -> None:
    """A task that is cancelled ends as cancelled."""

    async def go(url: str) -> None:
        async with AsyncQueryServiceClient(url, api_key="key") as client:
            task = asyncio.create_task(client.query_user("u1"))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with serving(never) as server:
        asyncio.run(go(server.url))


@pytest.mark.parametrize("operation", ["query_user", "query_marketing", "query_fail"])
def test_raw_response_has_all_that_came(flavour: Flavour, script: Script, operation: str) -> None:
    """Unknown fields too, which the models drop."""
    script.answers = [httpx.Response(503), page(new=1)]
    script.answers[1].headers["X-Request-Id"] = "ours"  # type: ignore[union-attr]  # a page
    response = flavour.run(script, lambda client: getattr(client.with_raw_response, operation)("x", request_id="ours"))
    assert (200, "ours", 2) == (response.status_code, response.request_id, response.attempts)
    assert b'"new":1' in response.content
    assert "application/json" == response.headers["content-type"]
    assert 1 == response.parse().count


def test_raw_response_of_health(flavour: Flavour, script: Script) -> None:
    """It is an operation as the others are."""
    script.answers = [httpx.Response(200, json={"status": "ok"})]
    assert b"ok" in flavour.run(script, lambda client: client.with_raw_response.health()).content
