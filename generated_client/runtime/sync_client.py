"""The blocking client's way to the service."""

from typing import Self, TypeVar, Unpack

import httpx

from .calls import CONNECTIONS, ApiClient, Call
from .errors import ApiError, ConfigurationError, RawResponse
from .operations import ApiResponse, Operation
from .options import ClientOptions, RequestOptions

T = TypeVar("T")


class SyncApiClient(ApiClient):
    """Blocking, over one pool of connections; safe to share between threads.

    `transport` and `auth` go into an httpx.Client of its own; `http_client` is one of the caller's, which stays open.
    Raises ConfigurationError if both `transport` and `http_client` are given.
    """

    def __init__(
        self,
        options: ClientOptions,
        *,
        auth: httpx.Auth | None = None,
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
    ) -> None:
        super().__init__(options)
        if transport is not None and http_client is not None:
            raise ConfigurationError("give transport= or http_client=, not both: a client has a transport already")
        self._owns_client = http_client is None
        self._client = http_client or httpx.Client(transport=transport, limits=CONNECTIONS)
        self._auth = auth or httpx.USE_CLIENT_DEFAULT

    def call(self, operation: Operation[T], body: object = None, **options: Unpack[RequestOptions]) -> ApiResponse[T]:
        """Send any operation; the methods of the contract's operations are built on this.

        Raises an ApiError once the retries are used up, the time is over, or another try would not help; ValueError for
        options that no call can have.
        """
        call = Call(self, body, options)
        while True:
            try:
                return self._answer(operation, call, self._attempt(operation, call))
            except ApiError as error:
                delay = self._wait(operation, call, error)
            self.options.clock.sleep(delay)

    def close(self) -> None:
        """Close the connections, unless they are those of the caller's own client."""
        if self._owns_client:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _attempt(self, operation: Operation[T], call: Call) -> RawResponse:
        attempt = call.attempt()
        outgoing = self._outgoing(operation, call, attempt)
        request = self._client.build_request(
            outgoing.method, outgoing.url, headers=outgoing.headers, content=outgoing.content, timeout=attempt.timeout
        )
        with attempt.translated():
            response = self._client.send(request, auth=self._auth, stream=True, follow_redirects=False)
            try:
                # httpx bounds each read alone: an answer that drips is stopped between two of them.
                for chunk in response.iter_bytes():
                    attempt.add(chunk)
            finally:
                response.close()
        return attempt.finished(response.status_code, response.headers)
