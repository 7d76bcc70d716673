"""The base of the async clients, and their transports: the interface, and the one over httpx."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol, Self, TypeVar, Unpack

import httpx

from .attempts import CLOSED, CONNECTIONS, Attempt, Outgoing, PerLoop, PerProcess
from .calls import ApiClient, ApiResponse, Call, Operation
from .errors import ApiError, ConfigurationError, RawResponse
from .options import ClientOptions, RequestOptions, tls_context

T = TypeVar("T")


class AsyncExchange(Protocol):
    """Sends one request and reads its whole response.

    It follows no redirect and passes each part of the body to `attempt.add`, which bounds it. It may be cancelled at
    any moment. A failure is an ApiError, an OSError or an error of httpx. It shares no connection with a forked process
    or another event loop, and opens a new connection where `attempt.needs_new_connection`.
    """

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the response, whatever its status; raise ConfigurationError if the client is closed."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class HttpxExchange:
    """Sends over `http_client`, which stays open, or over own httpx clients, with `transport` if there is one."""

    def __init__(
        self,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._auth = auth or httpx.USE_CLIENT_DEFAULT
        is_own_network = transport is None and http_client is None
        self._tls = tls_context() if is_own_network else True
        self._own = PerLoop(self._new_client)
        self._given: PerProcess[httpx.AsyncClient] | None = None
        if not is_own_network:
            self._given = PerProcess(lambda: http_client or self._new_client(transport), renewed=False)
        self._owns_client = http_client is None

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the response, whatever its status; raise ConfigurationError if the given client is closed."""
        async with self._client(attempt) as client:
            if client.is_closed:
                raise ConfigurationError(CLOSED)
            request = client.build_request(
                outgoing.method,
                outgoing.url,
                headers=outgoing.headers,
                content=outgoing.content,
                timeout=attempt.timeout,
            )
            response = await client.send(request, auth=self._auth, stream=True, follow_redirects=False)
            try:
                attempt.check(response.status_code, response.headers)
                async for chunk in response.aiter_bytes():
                    attempt.add(chunk)
            finally:
                await response.aclose()  # closes the connection too if the body was not read
        return attempt.finished(response.status_code, response.headers)

    async def aclose(self) -> None:
        """Close the connections of the running event loop, unless they are those of the caller's own client."""
        client = self._own.get() if self._given is None else self._given.existing()
        if client is not None and self._owns_client:
            await client.aclose()

    @asynccontextmanager
    async def _client(self, attempt: Attempt) -> AsyncGenerator[httpx.AsyncClient]:
        if self._given is not None:
            yield self._given.get()
        elif attempt.needs_new_connection:
            async with self._new_client() as client:
                yield client
        else:
            yield self._own.get()

    def _new_client(self, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=transport, verify=self._tls, limits=CONNECTIONS)


class AsyncApiClient(ApiClient):
    """Async client with one pool of connections for each event loop.

    `transport` and `auth` are passed to an httpx.AsyncClient of this client. `http_client` is the caller's own and
    stays open. `exchange` replaces httpx. Raises ConfigurationError if more than one of the three is given.
    """

    def __init__(
        self,
        options: ClientOptions,
        *,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
        exchange: AsyncExchange | None = None,
    ) -> None:
        super().__init__(options)
        if sum(each is not None for each in (transport, http_client, exchange)) > 1:
            raise ConfigurationError("give transport=, http_client= or exchange=, not both: each is a whole transport")
        self._exchange = exchange or HttpxExchange(auth, transport, http_client)

    async def call(
        self, operation: Operation[T], body: object = None, **options: Unpack[RequestOptions]
    ) -> ApiResponse[T]:
        """Send any operation; the methods for the contract's operations call this.

        Raises an ApiError after the last retry, at the deadline, or if a retry cannot help; ValueError for invalid
        options.
        """
        call = Call(self, operation, body, options)
        while True:
            try:
                return self._answer(operation, call, await self._attempt(operation, call))
            except ApiError as error:
                delay = self._wait(operation, call, error)
            await self.options.clock.sleep_async(delay)

    async def aclose(self) -> None:
        """Close the connections of the running event loop, unless they are those of the caller's own client."""
        await self._exchange.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _attempt(self, operation: Operation[T], call: Call) -> RawResponse:
        attempt = call.attempt()
        with attempt.translated():
            async with asyncio.timeout(attempt.seconds):
                return await self._exchange.send(self._outgoing(operation, call, attempt), attempt)
