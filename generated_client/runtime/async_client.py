"""The async client's way to the service."""

import asyncio
from typing import Self, TypeVar, Unpack

import httpx

from .calls import CONNECTIONS, ApiClient, Call
from .errors import ApiError, ConfigurationError, RawResponse
from .exchange import AsyncExchange, HttpxExchange
from .operations import ApiResponse, Operation
from .options import ClientOptions, RequestOptions

T = TypeVar("T")


class AsyncApiClient(ApiClient):
    """Async, over one pool of connections; one for each event loop, shared by its tasks.

    `transport` and `auth` go into an httpx.AsyncClient of its own; `http_client` is one of the caller's, which stays
    open; `exchange` is another way altogether. Raises ConfigurationError if more than one of them is given.
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
            raise ConfigurationError("give transport=, http_client= or exchange=, not both: each is a whole way")
        owned = http_client is None
        self._exchange = exchange or HttpxExchange(
            http_client or httpx.AsyncClient(transport=transport, limits=CONNECTIONS), auth, owned=owned
        )

    async def call(
        self, operation: Operation[T], body: object = None, **options: Unpack[RequestOptions]
    ) -> ApiResponse[T]:
        """Send any operation; the methods of the contract's operations are built on this.

        Raises an ApiError once the retries are used up, the time is over, or another try would not help; ValueError for
        options that no call can have.
        """
        call = Call(self, body, options)
        while True:
            try:
                return self._answer(operation, call, await self._attempt(operation, call))
            except ApiError as error:
                delay = self._wait(operation, call, error)
            await self.options.clock.sleep_async(delay)

    async def aclose(self) -> None:
        """Close the connections, unless they are those of the caller's own client."""
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
