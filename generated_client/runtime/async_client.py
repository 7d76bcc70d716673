"""Base of the async clients."""

import asyncio
from typing import Self, TypeVar, Unpack

import httpx

from .calls import ApiClient, Call
from .errors import ApiError, ConfigurationError, RawResponse
from .exchange import AsyncExchange, HttpxExchange
from .operations import ApiResponse, Operation
from .options import ClientOptions, RequestOptions

T = TypeVar("T")


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
        call = Call(self, body, options)
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
