"""Base of the blocking client."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Self, TypeVar, Unpack

import httpx

from .attempts import CLOSED, CONNECTIONS, Attempt, Outgoing, PerProcess
from .calls import ApiClient, ApiResponse, Call, Operation
from .errors import ApiError, ConfigurationError, RawResponse
from .options import ClientOptions, RequestOptions, tls_context

T = TypeVar("T")


class SyncApiClient(ApiClient):
    """Blocking client with one pool of connections for all threads of a process.

    `transport` and `auth` are passed to an httpx.Client of this client. `http_client` is the caller's own and stays
    open. Raises ConfigurationError if both `transport` and `http_client` are given.
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
        self._auth = auth or httpx.USE_CLIENT_DEFAULT
        self._is_own_network = transport is None and http_client is None
        self._tls = tls_context() if self._is_own_network else True
        self._owns_client = http_client is None
        self._closed = threading.Event()  # shared with the clients of with_options()
        self._clients = PerProcess(lambda: http_client or self._new_client(transport), renewed=self._is_own_network)

    def call(self, operation: Operation[T], body: object = None, **options: Unpack[RequestOptions]) -> ApiResponse[T]:
        """Send any operation; the methods for the contract's operations call this.

        Raises an ApiError after the last retry, at the deadline, or if a retry cannot help; ValueError for invalid
        options.
        """
        call = Call(self, operation, body, options)
        while True:
            try:
                return self._answer(operation, call, self._attempt(operation, call))
            except ApiError as error:
                delay = self._wait(operation, call, error)
            self.options.clock.sleep(delay)

    def close(self) -> None:
        """Close the connections, unless they are those of the caller's own client."""
        if self._owns_client:
            self._closed.set()
            if client := self._clients.existing():
                client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _attempt(self, operation: Operation[T], call: Call) -> RawResponse:
        attempt = call.attempt()
        outgoing = self._outgoing(operation, call, attempt)
        with self._client(attempt) as client:
            return self._send(client, outgoing, attempt)

    def _send(self, client: httpx.Client, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        request = client.build_request(
            outgoing.method, outgoing.url, headers=outgoing.headers, content=outgoing.content, timeout=attempt.timeout
        )
        with attempt.translated():
            response = client.send(request, auth=self._auth, stream=True, follow_redirects=False)
            try:
                attempt.check(response.status_code, response.headers)
                # The time limits of httpx are per read: this loop stops a response that trickles.
                for chunk in response.iter_bytes():
                    attempt.add(chunk)
            finally:
                response.close()  # closes the connection too if the body was not read
        return attempt.finished(response.status_code, response.headers)

    @contextmanager
    def _client(self, attempt: Attempt) -> Generator[httpx.Client]:
        if self._closed.is_set():
            raise ConfigurationError(CLOSED)
        if attempt.needs_new_connection and self._is_own_network:
            with self._new_client() as client:
                yield client
        else:
            client = self._clients.get()
            if client.is_closed:
                raise ConfigurationError(CLOSED)
            yield client

    def _new_client(self, transport: httpx.BaseTransport | None = None) -> httpx.Client:
        return httpx.Client(transport=transport, verify=self._tls, limits=CONNECTIONS)
